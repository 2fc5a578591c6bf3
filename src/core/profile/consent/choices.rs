//! What a consent tool says for each purpose.

use crate::profile::model::Choice;

/// What the site's consent tool says in its own cookie, for each purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Personalization from a profile.
    pub personalization: Choice,
    /// Measurement.
    pub measurement: Choice,
}

impl Choices {
    /// A yes or a no for each purpose.
    pub(super) fn of(personalization: bool, measurement: bool) -> Self {
        let choice = |granted| if granted { Choice::Granted } else { Choice::Denied };
        Self { personalization: choice(personalization), measurement: choice(measurement) }
    }

    /// Both together: a no wins over a yes, and a yes over silence.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            personalization: stricter(self.personalization, other.personalization),
            measurement: stricter(self.measurement, other.measurement),
        }
    }
}

fn stricter(one: Choice, other: Choice) -> Choice {
    match (one, other) {
        (Choice::Denied, _) | (_, Choice::Denied) => Choice::Denied,
        (Choice::Granted, _) | (_, Choice::Granted) => Choice::Granted,
        (Choice::Unknown, Choice::Unknown) => Choice::Unknown,
    }
}
