//! Distances on the globe, without the platform's sine: that differs between native code and Wasm.

use crate::bundle::Near;

/// Mean radius of the earth in kilometres (IUGG).
pub const EARTH_KM: f64 = 6_371.008_8;

impl Near {
    /// A circle of this many kilometres around a place, in degrees; `None` for a place that is not on the globe
    /// or a distance below 0 or above half its way round.
    pub fn of(latitude: f64, longitude: f64, km: f64) -> Option<Self> {
        let middle = point(latitude, longitude)?;
        let angle = km / EARTH_KM;
        if !(0.0..=core::f64::consts::PI).contains(&angle) {
            return None;
        }
        let half = sine(angle / 2.0);
        Some(Self { middle, chord_squared_max: 4.0 * half * half })
    }

    /// Whether a place, in degrees, is in the circle; `None` for one that is not on the globe.
    pub fn holds(&self, latitude: f64, longitude: f64) -> Option<bool> {
        let place = point(latitude, longitude)?;
        let squares = place.iter().zip(&self.middle).map(|(here, middle)| (here - middle) * (here - middle));
        Some(squares.sum::<f64>() <= self.chord_squared_max)
    }

    /// All its numbers can be what [`Self::of`] makes.
    pub(crate) fn is_valid(&self) -> bool {
        self.middle.iter().all(|part| (-1.01..=1.01).contains(part)) && (0.0..=4.01).contains(&self.chord_squared_max)
    }
}

/// A place as a point on the unit sphere.
fn point(latitude: f64, longitude: f64) -> Option<[f64; 3]> {
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return None;
    }
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    // Half of the longitude is within the range of `sine`; the rest follows by the double angle.
    let half = sine(longitude / 2.0);
    let cosine_of_half = sine(core::f64::consts::FRAC_PI_2 - (longitude / 2.0).abs());
    let across = sine(core::f64::consts::FRAC_PI_2 - latitude.abs());
    Some([across * (1.0 - 2.0 * half * half), across * 2.0 * half * cosine_of_half, sine(latitude)])
}

/// The sine of an angle from -pi/2 to pi/2, to 12 digits: its power series to the 17th power. Products and sums of
/// doubles are the same everywhere.
fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut sum = 0.0;
    for power in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = (1.0 - sum) * square / (power * (power - 1.0));
    }
    angle * (1.0 - sum)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_distances() {
        let (london, paris) = ((51.5074, -0.1278), (48.8566, 2.3522));
        // 343.6 km apart by the great circle.
        assert_eq!(Near::of(london.0, london.1, 345.0).unwrap().holds(paris.0, paris.1), Some(true));
        assert_eq!(Near::of(london.0, london.1, 342.0).unwrap().holds(paris.0, paris.1), Some(false));
        // Across the date line, and at the pole.
        assert_eq!(Near::of(0.0, 179.9, 25.0).unwrap().holds(0.0, -179.9), Some(true));
        assert_eq!(Near::of(90.0, 0.0, 10.0).unwrap().holds(89.95, 170.0), Some(true));
        assert_eq!(Near::of(0.0, 0.0, 19_950.0).unwrap().holds(0.0, 179.0), Some(true));
        assert_eq!(Near::of(91.0, 0.0, 1.0), None);
        assert_eq!(Near::of(0.0, 0.0, 30_000.0), None);
        assert_eq!(Near::of(0.0, 0.0, 1.0).unwrap().holds(f64::NAN, 0.0), None);
    }

    proptest! {
        #[test]
        fn it_is_the_haversine(a in -90.0..90.0, b in -180.0..180.0, c in -90.0..90.0, d in -180.0..180.0) {
            let radians = |x: f64| f64::to_radians(x);
            let h = (radians(c - a) / 2.0).sin().powi(2)
                + radians(a).cos() * radians(c).cos() * (radians(d - b) / 2.0).sin().powi(2);
            let km = 2.0 * EARTH_KM * h.sqrt().min(1.0).asin();
            let holds = |limit: f64| Near::of(a, b, limit).unwrap().holds(c, d).unwrap();
            prop_assert!(holds((km + 0.1).min(20_015.0)) || km > 20_014.0);
            prop_assert!(km < 0.2 || !holds(km - 0.1) || km > 20_014.0);
        }
    }
}
