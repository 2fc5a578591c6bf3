//! Authored lengths of time, such as `7d`.

/// Seconds of an authored length of time: a whole number and one of s, m, h, d, w.
pub fn span_s(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let unit_s = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    number.checked_mul(unit_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_whole_numbers_with_a_unit() {
        assert_eq!(span_s("7d"), Some(604_800));
        assert_eq!(span_s("2w"), Some(1_209_600));
        assert_eq!(span_s("7"), None);
        assert_eq!(span_s("99999999w"), None);
        assert_eq!(span_s("é"), None);
    }
}
