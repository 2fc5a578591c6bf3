//! Why a slot holds what it holds, and why a campaign was passed over.

use crate::recommend::Shortfall;

/// A reason, with a stable key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    /// The campaign's content is shown.
    Shown,
    /// The visitor is in an arm that keeps the origin's content here.
    Control,
    /// The visitor is in the campaign's holdout: the origin's content stays.
    Holdout,
    /// The visitor is in the holdout of the campaign's layer: the origin's content stays.
    LayerHoldout,
    /// The visitor is in the site's holdout: the origin's content stays everywhere.
    SiteHoldout,
    /// A robot: the origin's content stays everywhere.
    Bot,
    /// No campaign applies: the origin's content stays.
    #[default]
    None,
    /// Switched off by whoever may, without a new bundle.
    Killed,
    /// Outside the campaign's dates.
    OutsideSchedule,
    /// Its dates are in the visitor's zone, which is unknown.
    ZoneUnknown,
    /// Its condition does not hold.
    NotEligible,
    /// Its condition asks what is unknown.
    Unknown,
    /// Seen as often as its cap allows.
    Capped,
    /// It stops after a purchase.
    Purchased,
    /// It needs a visitor id, and there is none without consent.
    NotEnrolled,
    /// It goes by customer, and who the customer is, is not known.
    NoCustomer,
    /// The visitor is not in the arm of another campaign that it requires.
    Prerequisite,
    /// The visitor belongs to another campaign of its layer, or to none.
    OtherInLayer,
    /// The visitor is beyond the share that it covers now.
    NotCovered,
    /// The visitor's bucket is in no arm.
    NotInExperiment,
    /// Eligible, but a campaign of higher priority has the slot.
    LostSlot,
    /// It only observes: it would have had the slot.
    Observing,
    /// Pages of this type are personalized less, or not at all.
    Intensity,
    /// The slot is not on pages of this type.
    NotOnPage,
    /// A placeholder of its content has no value for this visitor.
    Incomplete,
    /// There is nothing to recommend: no catalogue, no product, or fewer than the slot needs.
    NoPicks,
    /// Its content could run scripts, and nobody else has signed it yet: only in drafts.
    Scripts,
    /// The bundle's campaign could not be used.
    Disabled,
}

impl From<Shortfall> for Reason {
    fn from(shortfall: Shortfall) -> Self {
        match shortfall {
            Shortfall::TooFew => Self::NoPicks,
            Shortfall::Incomplete => Self::Incomplete,
        }
    }
}

impl Reason {
    /// Its stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Control => "control",
            Self::Holdout => "holdout",
            Self::LayerHoldout => "layer-holdout",
            Self::SiteHoldout => "site-holdout",
            Self::Bot => "bot",
            Self::None => "none",
            Self::Killed => "killed",
            Self::OutsideSchedule => "outside-schedule",
            Self::ZoneUnknown => "zone-unknown",
            Self::NotEligible => "not-eligible",
            Self::Unknown => "unknown",
            Self::Capped => "capped",
            Self::Purchased => "purchased",
            Self::NotEnrolled => "not-enrolled",
            Self::NoCustomer => "no-customer",
            Self::Prerequisite => "prerequisite",
            Self::OtherInLayer => "other-in-layer",
            Self::NotCovered => "not-covered",
            Self::NotInExperiment => "not-in-experiment",
            Self::LostSlot => "lost-slot",
            Self::Observing => "observing",
            Self::Intensity => "intensity",
            Self::NotOnPage => "not-on-page",
            Self::Incomplete => "incomplete",
            Self::NoPicks => "no-picks",
            Self::Scripts => "scripts",
            Self::Disabled => "disabled",
        }
    }

    /// In words, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Shown => "its conditions hold and nothing of higher priority wanted this slot",
            Self::Control => "this visitor is in the arm that keeps the shop's own content",
            Self::Holdout => "this visitor is held out of the campaign, so that its effect can be measured",
            Self::LayerHoldout => {
                "this visitor is held out of all campaigns of its layer, so that their effect can be measured"
            }
            Self::SiteHoldout => "this visitor is held out of all personalization, so that its effect can be measured",
            Self::Bot => "robots always get the shop's own content",
            Self::None => "no campaign applies, so the shop's own content stays",
            Self::Killed => "it was switched off",
            Self::OutsideSchedule => "it does not run now",
            Self::ZoneUnknown => "it runs by the visitor's clock, and their time zone is unknown",
            Self::NotEligible => "its conditions do not hold",
            Self::Unknown => "its conditions ask something that is not known of this visitor",
            Self::Capped => "this visitor has seen it as often as its cap allows",
            Self::Purchased => "it stops after a purchase",
            Self::NotEnrolled => "it needs a visitor id, and there is none without consent",
            Self::NoCustomer => "it goes by customer, and it is not known which customer this is",
            Self::Prerequisite => "it is only for visitors in an arm of another campaign, and this visitor is not",
            Self::OtherInLayer => "its layer gives each visitor to at most one campaign, and gives this one not to it",
            Self::NotCovered => "it covers only a share of the visitors now, and this visitor is not in it yet",
            Self::NotInExperiment => "this visitor is not part of the experiment",
            Self::LostSlot => "its conditions hold, but a campaign of higher priority has the slot",
            Self::Observing => "it only observes: it would have had this slot, and is counted, but draws nothing",
            Self::Intensity => "the site personalizes pages of this type less, or not at all",
            Self::NotOnPage => "this slot is not on pages of this type",
            Self::Incomplete => "its content has a placeholder without a value for this visitor",
            Self::NoPicks => "there are too few products to recommend to this visitor here",
            Self::Scripts => "its content could run scripts, and the draft does not have all its signatures yet",
            Self::Disabled => "it could not be read from the bundle",
        }
    }
}
