//! Pauses and sizes: numbers with a unit.

use attune_learn::log::Gap;

/// Reads a pause: a number with s, m, h or d, or `none`.
pub(super) fn gap(text: &str) -> Result<Gap, String> {
    let text = text.trim();
    if text == "none" {
        return Ok(Gap::Never);
    }
    milliseconds(text).map(Gap::Ms).ok_or_else(|| format!("`{text}` is not a pause such as 30m, or none"))
}

/// Reads a length of time: a number with s, m, h or d.
pub(super) fn duration_ms(text: &str) -> Result<i64, String> {
    let ms = milliseconds(text.trim()).filter(|ms| *ms > 0);
    ms.ok_or_else(|| format!("`{}` is not a length of time such as 1d or 12h", text.trim()))
}

fn milliseconds(text: &str) -> Option<i64> {
    number_and_unit(text).and_then(|(number, unit)| {
        let unit_ms = match unit {
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        i64::try_from(number.checked_mul(unit_ms)?).ok()
    })
}

/// Reads a size: a number of bytes, or with KB, MB or GB.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let bytes = number_and_unit(text).and_then(|(number, unit)| {
        let unit_bytes = match unit.to_ascii_uppercase().as_str() {
            "" | "B" => 1,
            "KB" | "K" => 1_000,
            "MB" | "M" => 1_000_000,
            "GB" | "G" => 1_000_000_000,
            _ => return None,
        };
        number.checked_mul(unit_bytes)
    });
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| format!("`{}` is not a size such as 500MB", text.trim()))
}

/// A number, and the unit behind it.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    Some((digits.parse().ok()?, text.get(digits.len()..)?.trim()))
}
