//! Integrals of smooth functions.

/// The 10 points and weights of Gauss-Legendre quadrature from `low` to `high`.
pub(crate) fn nodes(low: f64, high: f64) -> impl Iterator<Item = (f64, f64)> {
    let (center, half) = (0.5 * (low + high), 0.5 * (high - low));
    let both = move |(node, weight)| [(center - half * node, half * weight), (center + half * node, half * weight)];
    NODES.into_iter().flat_map(both)
}

/// The positive nodes and their weights (Abramowitz and Stegun, table 25.4).
const NODES: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];
