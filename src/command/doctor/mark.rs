//! What the response header `Attune` says of a page.

/// The header of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark(Vec<(String, String)>);

impl Mark {
    /// Reads the header; `None` where there is none.
    pub(super) fn of(header: &str) -> Option<Self> {
        let entry = |part: &str| part.trim().split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        let entries: Vec<_> = header.split([',', ';']).filter_map(entry).collect();
        entries.iter().any(|(key, _)| key == "bundle").then_some(Self(entries))
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The first digits of the hash of the bundle that decided it.
    pub(super) fn bundle(&self) -> &str {
        self.value("bundle").unwrap_or_default()
    }

    /// How a robot was known.
    pub(super) fn robot(&self) -> Option<&str> {
        self.value("robot")
    }

    /// Why the page was left alone.
    pub(super) fn untouched(&self) -> Option<&str> {
        self.value("untouched")
    }

    /// What holds for the visitor: `granted`, `denied`, `unknown`.
    pub(super) fn consent(&self) -> &str {
        self.value("consent").unwrap_or_default()
    }

    /// Characters of the profile cookie that came with the request.
    pub(super) fn cookie_chars(&self) -> usize {
        self.value("cookie").and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// How many slots are filled.
    pub(super) fn filled(&self) -> usize {
        self.value("filled").and_then(|text| text.split('/').next()?.parse().ok()).unwrap_or(0)
    }

    pub(super) fn is_canary(&self) -> bool {
        self.value("arm") == Some("canary")
    }

    /// Decided for a person: with everything that pages of people have.
    pub(super) fn is_for_person(&self) -> bool {
        self.robot().is_none() && self.untouched().is_none()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_header_is_read() {
        let mark = Mark::of("bundle=28053e48b58d, filled=1/3, consent=unknown, cookie=812, robot=user-agent; decision_ms=0; version=7; arm=canary").unwrap();
        assert_eq!(
            (mark.bundle(), mark.filled(), mark.consent(), mark.cookie_chars()),
            ("28053e48b58d", 1, "unknown", 812)
        );
        assert_eq!(
            (mark.robot(), mark.untouched(), mark.is_canary(), mark.is_for_person()),
            (Some("user-agent"), None, true, false)
        );
        assert_eq!(Mark::of("bundle=1, filled=0/3, untouched=amp; version=1").unwrap().untouched(), Some("amp"));
        assert_eq!(Mark::of(""), None);
        assert_eq!(Mark::of("of another program"), None);
    }
}
