//! Kleene's three-valued logic.

/// A verdict. Only [`Truth::True`] makes a rule match; unknown stays unknown under negation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// What it asks about is absent, or the visitor has not agreed to its use.
    #[default]
    Unknown,
}

impl Truth {
    /// As plans and answers have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }

    /// True only when known to be true.
    #[must_use]
    pub fn matches(self) -> bool {
        self == Self::True
    }

    /// Negation; unknown stays unknown.
    #[expect(clippy::should_implement_trait, reason = "an operator on a third value would surprise")]
    #[must_use]
    pub fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::True => Self::False,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Both; false as soon as one is false.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// Either; true as soon as one is true.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// `self ? yes : no`.
    #[must_use]
    pub fn choose(self, yes: Self, no: Self) -> Self {
        match self {
            Self::True => yes,
            Self::False => no,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{False, True, Unknown};

    #[test]
    fn unknown_spreads_only_where_the_other_side_does_not_decide() {
        assert_eq!((Unknown.not(), True.not(), False.not()), (Unknown, False, True));
        assert_eq!((Unknown.and(False), Unknown.and(True)), (False, Unknown));
        assert_eq!((Unknown.or(True), Unknown.or(False)), (True, Unknown));
        assert_eq!((Unknown.choose(True, True), True.choose(False, True)), (Unknown, False));
    }
}
