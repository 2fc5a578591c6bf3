//! Consent: what a visitor's record, the site's consent tool, an opt-out signal and the law of the place add up to.

mod bits;
mod choices;
mod gpp;
mod tcf;
#[cfg(test)]
mod tests;
pub(super) mod tool;

pub use choices::Choices;
pub use gpp::gpp_choices;
pub use tcf::tcf_choices;

use crate::attribute::Purpose;
use crate::bundle::{Gpc, Regime, Terms};
use crate::limits::ERASE_MARGIN_S;
use crate::profile::cookie::tag::Class;
use crate::profile::events::shown_products::ShownProducts;
use crate::profile::model::{
    Cart, Choice, Consent, ConsentSource, MailboxMark, Orders, Profile, UnknownSection, Visits,
};
use alloc::vec::Vec;

/// What holds for this request, after record, consent tool, signal and regime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// Personalization from a profile.
    pub personalization: Choice,
    /// Measurement.
    pub measurement: Choice,
}

impl Effective {
    /// What holds for a record, an opt-out, what the consent tool's cookie says (`None`: no such cookie is read), a
    /// `Sec-GPC: 1` header and the terms of the place.
    ///
    /// A no wins, wherever it stands. The signal is one until the visitor agrees while it is sent; where it is final, it
    /// refuses whatever was recorded. Then a yes of the tool's cookie counts, and a recorded one: where the cookie is read,
    /// only one that the visitor gave to Attune itself, because a yes that was heard from the tool is a copy, and does not
    /// outlast the original. Silence means what the regime says: unknown under opt-in, granted under opt-out.
    pub fn of(consent: &Consent, opt_out: bool, tool: Option<Choices>, gpc: bool, terms: Terms) -> Self {
        let refused = opt_out || consent.is_refused_by(gpc, terms);
        let is_copy = tool.is_some() && consent.source != ConsentSource::Api;
        let tool = tool.unwrap_or_default();
        let choice = |recorded, said| {
            let is_no = refused || [recorded, said].contains(&Choice::Denied);
            let is_yes = said == Choice::Granted || (recorded == Choice::Granted && !is_copy);
            match (is_no, is_yes || terms.regime == Regime::OptOut) {
                (true, _) => Choice::Denied,
                (false, true) => Choice::Granted,
                (false, false) => Choice::Unknown,
            }
        };
        Self {
            personalization: choice(consent.personalization, tool.personalization),
            measurement: choice(consent.measurement, tool.measurement),
        }
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

/// What the consent cookie says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentState {
    /// The visitor's answer.
    pub record: Consent,
    /// They refused everything: section 0x11.
    pub opt_out: bool,
    /// When they were last forgotten, or withdrew; 0 when never: section 0x12. A profile minted by then, and an event
    /// that happened by then, count as erased wherever they are read.
    pub erased_s: u32,
    /// Sections of later versions, ascending by tag.
    pub unknown: Vec<UnknownSection>,
}

impl Consent {
    /// `Sec-GPC: 1` came with this request, and refuses whatever else the visitor said.
    pub fn is_refused_by(&self, gpc: bool, terms: Terms) -> bool {
        gpc && (terms.gpc == Gpc::Final || !self.under_gpc)
    }
}

impl ConsentState {
    /// Records an answer. Refusing both purposes is an opt-out; agreeing to one takes an opt-out back.
    pub fn record(&mut self, personalization: bool, measurement: bool, at_s: u32, source: ConsentSource) {
        let choice = |granted| if granted { Choice::Granted } else { Choice::Denied };
        self.record = Consent {
            personalization: choice(personalization),
            measurement: choice(measurement),
            at_s,
            source,
            under_gpc: false,
        };
        self.opt_out = !personalization && !measurement;
    }

    /// Notes that everything up to now is erased, and [`ERASE_MARGIN_S`] more. `issued_s` is when the profile at hand was
    /// minted: by a machine whose clock is ahead, that may be later still.
    pub fn erase(&mut self, issued_s: u32, now_s: u32) {
        self.erased_s = self.erased_s.max(issued_s).max(now_s.saturating_add(ERASE_MARGIN_S));
    }

    /// Forgets the answer. A refusal survives, or forgetting would switch profiling on again wherever silence grants
    /// it; an agreement does not.
    pub fn forget(&mut self) {
        let refused = |choice| if choice == Choice::Denied { choice } else { Choice::Unknown };
        let Consent { personalization, measurement, .. } = self.record;
        let (personalization, measurement) = (refused(personalization), refused(measurement));
        let answered = [personalization, measurement].contains(&Choice::Denied);
        self.record =
            if answered { Consent { personalization, measurement, ..self.record } } else { Consent::default() };
    }
}

impl Profile {
    /// Applies consent to this request: works out what holds, and forgets in memory what may not be used.
    pub fn settle(&mut self, gpc: bool, terms: Terms) -> Effective {
        let effective = Effective::of(&self.consent, self.opt_out, None, gpc, terms);
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
            self.impressions.clear();
            self.cart = Cart::default();
            self.orders = Orders::default();
            self.purchased_s = 0;
            self.transactions.clear();
            self.logs.clear();
            self.mailbox = MailboxMark::default();
            self.shown_products = ShownProducts::default();
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
