//! Consent: what a visitor's record, an opt-out signal and the law of the place add up to.

use super::fit::Class;
use super::{Cart, Choice, Consent, ConsentSource, ConsentState, MailboxMark, Orders, Profile, Seen, Visits};
use crate::attribute::Purpose;
use crate::bundle::{Gpc, Regime, Terms};

/// What holds for this request, after record, signal and regime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// Personalization from a profile.
    pub personalization: Choice,
    /// Measurement.
    pub measurement: Choice,
}

impl Effective {
    /// What holds for a record, an opt-out, a `Sec-GPC: 1` header and the terms of the place.
    ///
    /// The signal is a refusal until the visitor agrees while it is sent; where it is final, it refuses whatever was
    /// recorded. Otherwise a recorded answer holds, and silence means what the regime says: unknown under opt-in,
    /// granted under opt-out.
    pub fn of(consent: &Consent, opt_out: bool, gpc: bool, terms: Terms) -> Self {
        let refused = opt_out || (gpc && (terms.gpc == Gpc::Final || !consent.under_gpc));
        let choice = |recorded| match (recorded, terms.regime) {
            _ if refused => Choice::Denied,
            (Choice::Unknown, Regime::OptOut) => Choice::Granted,
            (recorded, _) => recorded,
        };
        Self { personalization: choice(consent.personalization), measurement: choice(consent.measurement) }
    }

    /// The choice for a purpose; what needs no consent is always granted.
    pub fn choice(&self, purpose: Purpose) -> Choice {
        match purpose {
            Purpose::None => Choice::Granted,
            Purpose::Personalization => self.personalization,
            Purpose::Measurement => self.measurement,
        }
    }

    /// The purpose is granted.
    pub fn grants(&self, purpose: Purpose) -> bool {
        self.choice(purpose) == Choice::Granted
    }
}

impl Profile {
    /// Applies consent to this request: works out what holds, and forgets in memory what may not be used.
    pub fn settle(&mut self, gpc: bool, terms: Terms) -> Effective {
        let effective = Effective::of(&self.consent, self.opt_out, gpc, terms);
        self.enforce(effective.grants(Purpose::Personalization), effective.grants(Purpose::Measurement));
        effective
    }

    /// Records an answer, as [`ConsentState::record`] does, and erases whatever was withdrawn.
    pub fn record(&mut self, personalization: bool, measurement: bool, at_s: u32, source: ConsentSource) {
        let mut state = ConsentState::default();
        state.record(personalization, measurement, at_s, source);
        (self.consent, self.opt_out) = (state.record, state.opt_out);
        self.enforce(personalization, measurement);
    }

    /// Erases the sections of each purpose that is not allowed; without personalization also the id.
    pub fn enforce(&mut self, personalization_allowed: bool, measurement_allowed: bool) {
        if !personalization_allowed {
            self.id = None;
            self.issued_s = 0;
            self.visits = Visits::default();
            self.interests.clear();
            self.viewed.clear();
            self.shown.clear();
            self.cart = Cart::default();
            self.orders = Orders::default();
            self.purchased_s = 0;
            self.transactions.clear();
            self.logs.clear();
            self.mailbox = MailboxMark::default();
            self.seen = Seen::default();
            self.traits.clear();
            self.signals.clear();
            self.customer = None;
        }
        self.unknown.retain(|section| match Class::of(section.tag) {
            Some(Class::Necessary) => true,
            Some(Class::Personalization) => personalization_allowed,
            Some(Class::Measurement) => measurement_allowed,
            None => false,
        });
    }
}
