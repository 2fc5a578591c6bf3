//! Semantic versions (semver.org, 2.0.0): how they are read, and their precedence.

use core::cmp::Ordering;

/// A version, with as many numbers as were written: `2.10` stands for `2.10.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'a> {
    numbers: [u64; 3],
    /// What follows a hyphen; empty for a release.
    pre: &'a str,
}

impl<'a> Version<'a> {
    /// Reads `1.2.3`, `1.2`, `1`, `v1.2.3` and what may follow: `-beta.2`, `+build`.
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        // Builds have no precedence.
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (release, pre) = match text.split_once('-') {
            Some((release, pre)) if !pre.is_empty() => (release, pre),
            Some(_) => return None,
            None => (text, ""),
        };
        let is_valid = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !pre.is_empty() && !pre.split('.').all(is_valid) {
            return None;
        }
        let mut numbers = [0; 3];
        let mut places = numbers.iter_mut();
        for part in release.split('.') {
            *places.next()? = number(part)?;
        }
        Some(Self { numbers, pre })
    }
}

/// A run of digits; `u64::from_str` would take a sign too.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre, other.pre) {
            (a, b) if a == b => Ordering::Equal,
            ("", _) => Ordering::Greater,
            (_, "") => Ordering::Less,
            (a, b) => a.split('.').map(Part::of).cmp(b.split('.').map(Part::of)),
        })
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Numbers come before words.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(u64),
    Word(&'a str),
}

impl<'a> Part<'a> {
    fn of(text: &'a str) -> Self {
        number(text).map_or(Self::Word(text), Self::Number)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    #[test]
    fn precedence_is_that_of_the_specification() {
        // The chain of semver.org, section 11, and around it.
        let chain = [
            "0.9.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.2",
            "1.10.0",
            "v2",
            "2.0.1",
        ];
        for pair in chain.windows(2) {
            let [a, b] = pair else { continue };
            assert!(Version::parse(a).unwrap() < Version::parse(b).unwrap(), "{a} < {b}");
        }
        assert_eq!(Version::parse("1.2.0+a"), Version::parse("1.2+b"));
        for bad in
            ["", "x", "1.", ".1", "1.2.3.4", "-1", "+1", "1.0-", "1.0-a..b", "1.0-é", "1 .0", "99999999999999999999"]
        {
            assert_eq!(Version::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn releases_compare_number_by_number(a: [u64; 3], b: [u64; 3]) {
            let text = |v: [u64; 3]| v.map(|n| format!("{n}")).join(".");
            let (x, y) = (text(a), text(b));
            prop_assert_eq!(Version::parse(&x).unwrap().cmp(&Version::parse(&y).unwrap()), a.cmp(&b));
        }
    }
}
