//! The few numbers that a shop's data decide.

use attune_core::limits::DECAY_STEPS;

/// Numbers that are chosen on held-out sessions, or given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Clicks over which a pair loses its weight by a factor of e: 1 to 100.
    pub distance: f64,
    /// Weight of a pair whose second product was clicked first, against the other way round: 0 to 1.
    pub backward: f64,
    /// How strongly much-clicked neighbours are held back: 1 is the whole inverse document frequency, 0 none.
    pub idf: f64,
    /// Weight of a product in its own row, against what counting gives it: how soon what was clicked comes back.
    pub own: f64,
    /// Exponent by which rows of much-clicked products are scaled down; 0.5 is the cosine's.
    pub row_power: f64,
    /// Clicks over which the visitor's past loses its weight by a factor of e.
    pub decay: f64,
    /// Share of the rows of what comes next, for the newest click; 0 for none.
    pub beta: f64,
    /// Share of what a product's neighbours lead to in its own row; 0 for none.
    pub further: f64,
    /// Neighbours kept for each product, at most 100.
    pub neighbours: usize,
}

impl Default for Parameters {
    /// Where tuning begins; close to the best on public click logs.
    fn default() -> Self {
        Self {
            distance: 4.0,
            backward: 1.0,
            idf: 1.0,
            own: 1.0,
            row_power: 0.75,
            decay: 2.0,
            beta: 0.0,
            further: 0.4,
            neighbours: 50,
        }
    }
}

impl Parameters {
    /// Reads `distance=2,decay=3`; what is not named keeps its default.
    ///
    /// # Errors
    /// When a part is not of this form or out of range; says which.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parameters = Self::default();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is not NAME=NUMBER"))?;
            let value: f64 = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
            let (field, range) = match name.trim() {
                "distance" => (&mut parameters.distance, 0.1..=1_000.0),
                "backward" => (&mut parameters.backward, 0.0..=1.0),
                "idf" => (&mut parameters.idf, 0.0..=100.0),
                "own" => (&mut parameters.own, 0.0..=100.0),
                "row_power" => (&mut parameters.row_power, 0.0..=2.0),
                "decay" => (&mut parameters.decay, 0.1..=1_000.0),
                "beta" => (&mut parameters.beta, 0.0..=100.0),
                "further" => (&mut parameters.further, 0.0..=100.0),
                "neighbours" => {
                    let counts = 1..=attune_core::limits::NEIGHBOURS_MAX;
                    let count = counts.clone().find(|count| count.to_string() == part_value(part));
                    parameters.neighbours =
                        count.ok_or_else(|| format!("`neighbours` is a whole number, 1 to {}", counts.end()))?;
                    continue;
                }
                other => return Err(format!("`{other}` is not a parameter")),
            };
            if !range.contains(&value) {
                return Err(format!("`{name}` is {} to {}", range.start(), range.end()));
            }
            *field = value;
        }
        Ok(parameters)
    }

    /// Factor of each of the latest clicks, newest first.
    pub fn decay_table(&self) -> [f32; DECAY_STEPS] {
        let mut table = [0.0; DECAY_STEPS];
        let mut step = 0.0;
        for factor in &mut table {
            #[expect(clippy::cast_possible_truncation, reason = "a factor between 0 and 1")]
            let rounded = f64::exp(-step / self.decay) as f32;
            *factor = rounded;
            step += 1.0;
        }
        table
    }

    /// Names and values, as they are printed.
    pub fn named(&self) -> [(&'static str, f64); 9] {
        #[expect(clippy::cast_precision_loss, reason = "at most 100")]
        let neighbours = self.neighbours as f64;
        [
            ("distance", self.distance),
            ("backward", self.backward),
            ("idf", self.idf),
            ("own", self.own),
            ("row_power", self.row_power),
            ("decay", self.decay),
            ("beta", self.beta),
            ("further", self.further),
            ("neighbours", neighbours),
        ]
    }
}

fn part_value(part: &str) -> &str {
    part.split_once('=').map_or("", |(_, value)| value.trim())
}
