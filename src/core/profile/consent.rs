//! Consent: what a visitor's record, an opt-out signal and the law of the place add up to.

use super::fit::Class;
use super::{Cart, Choice, Consent, ConsentSource, Orders, Profile, Seen, Visits};
use crate::attribute::Purpose;
use crate::bundle::Regime;

/// What holds for this request, after record, signal and regime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// Personalization from a profile.
    pub personalization: Choice,
    /// Measurement.
    pub measurement: Choice,
}

impl Effective {
    /// What holds for a record, an opt-out, a `Sec-GPC: 1` header and a regime.
    ///
    /// A signal refuses everything, whatever was recorded. Otherwise a recorded answer holds, and silence
    /// means what the regime says: unknown under opt-in, granted under opt-out.
    pub fn of(consent: &Consent, opt_out: bool, gpc: bool, regime: Regime) -> Self {
        let choice = |recorded| match (recorded, regime) {
            _ if opt_out || gpc => Choice::Denied,
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
    /// Applies consent to this request: works out what holds, remembers a `Sec-GPC: 1` as an opt-out where
    /// there is something to opt out of, and erases what may no longer be kept.
    ///
    /// A visitor of whom nothing is remembered gets no cookie just for sending the header: it comes again
    /// with every request.
    pub fn settle(&mut self, gpc: bool, regime: Regime) -> Effective {
        if gpc && *self != Self::default() {
            self.opt_out = true;
        }
        let effective = Effective::of(&self.consent, self.opt_out, gpc, regime);
        self.enforce(effective.grants(Purpose::Personalization), effective.grants(Purpose::Measurement));
        effective
    }

    /// Records an answer. Refusing both purposes is an opt-out; agreeing to one takes an opt-out back.
    /// Whatever was withdrawn is erased at once.
    pub fn record(&mut self, personalization: bool, measurement: bool, at_s: u32, source: ConsentSource) {
        let choice = |granted| {
            if granted { Choice::Granted } else { Choice::Denied }
        };
        self.consent =
            Consent { personalization: choice(personalization), measurement: choice(measurement), at_s, source };
        self.opt_out = !personalization && !measurement;
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
            self.events.clear();
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

    /// Forgets the visitor. A refusal survives, or forgetting would switch profiling on again wherever
    /// silence grants it; an agreement does not.
    pub fn forget(&mut self) {
        let Consent { personalization, measurement, .. } = self.consent;
        let refused = |choice| {
            if choice == Choice::Denied { choice } else { Choice::Unknown }
        };
        let kept =
            Consent { personalization: refused(personalization), measurement: refused(measurement), ..self.consent };
        let answered = [kept.personalization, kept.measurement].contains(&Choice::Denied);
        *self = Self {
            consent: if answered { kept } else { Consent::default() },
            opt_out: self.opt_out,
            ..Self::default()
        };
    }
}
