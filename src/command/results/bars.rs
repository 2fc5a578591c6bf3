//! Intervals drawn in characters.

use super::number::Form;
use super::report::FindingReport;

const CHARS: u32 = 51;

/// The difference and its interval on a line with 0 in the middle; none where there is no interval.
pub(crate) fn bar(finding: &FindingReport, form: &Form) -> Option<String> {
    let (difference, interval) = (finding.difference?, finding.interval?);
    let smallest = finding.smallest_detectable.unwrap_or(0.0);
    let edge = [interval.low.abs(), interval.high.abs(), smallest].into_iter().fold(0.0, f64::max);
    if !(edge > 0.0 && edge.is_finite()) {
        return None;
    }
    let place = |value: f64| place(value / edge);
    let (low, high, zero) = (place(interval.low), place(interval.high), place(0.0));
    let marks = [place(-smallest), place(smallest)];
    let character = |at: u32| match at {
        at if at == place(difference) => '●',
        at if at == zero => '│',
        at if smallest > 0.0 && marks.contains(&at) => '╎',
        at if at == low => '├',
        at if at == high => '┤',
        at if (low..high).contains(&at) => '─',
        _ => '·',
    };
    let drawn: String = (0..CHARS).map(character).collect();
    Some(format!("{} {drawn} {}", form.bare(-edge), form.difference(edge)))
}

/// The character of a part of the half width, -1 to 1.
fn place(part: f64) -> u32 {
    let middle = f64::from(CHARS - 1) / 2.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and CHARS - 1")]
    let at = (middle + part.clamp(-1.0, 1.0) * middle).round() as u32;
    at
}
