//! Rotation: what was seen and not clicked comes later in its list.

/// Of what a slot shows, the part at which a product falls by `strength` of its place for each sight.
const FULL_FALL: f32 = 0.625;

/// The place that a product counts as having, after it was seen so often without a click: `place + strength *
/// times_seen * q * (q / k)^2`, where `q` is `place + 1/2` and `k` is five eighths of what the slot shows.
///
/// It goes by places and not by scores: where scores lie close together, dividing them moves a product behind the whole
/// list, and where they fall steeply, by no place at all. The first places hold most of what a list is worth, and the
/// last ones as much of its variety as they do, so a product falls the further the further back it was.
/// `attune rotate-report` compares the two.
pub fn later(place: u16, shown: u8, strength: f32, times_seen: f32) -> f32 {
    let place = f32::from(place);
    let behind = place + 0.5;
    let part = behind / (FULL_FALL * f32::from(shown.max(1)));
    place + strength * times_seen * behind * (part * part)
}

#[cfg(test)]
mod tests {
    use super::later;

    #[test]
    fn a_list_that_was_seen_gives_way_to_a_part_of_what_follows_it() {
        let view = |times: f32| {
            let mut list: Vec<u16> = (0..64).collect();
            let place = |item: u16| later(item, 8, 0.5, if item < 8 { times } else { 0.0 });
            list.sort_by(|a, b| place(*a).total_cmp(&place(*b)).then(b.cmp(a)));
            list.truncate(8);
            list
        };
        assert_eq!(view(0.0), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(view(1.0), [0, 1, 2, 3, 4, 8, 5, 9]);
        assert_eq!(view(3.0), [0, 1, 2, 3, 8, 9, 4, 10]);
    }
}
