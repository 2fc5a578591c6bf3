//! What silence and opt-out signals mean, by place.

use alloc::string::String;
use alloc::vec::Vec;

/// The `[consent]` table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsentRules {
    /// Regimes by place, first match wins: a country code before `EU` before `other`.
    pub regimes: Vec<(Region, Regime)>,
    /// What `Sec-GPC: 1` means: a section of its own, because readers of the first bundles expect the rules to end here.
    pub gpc: Gpc,
}

impl ConsentRules {
    /// What holds in a place.
    pub fn terms(&self, country: &str, eu: Option<bool>) -> Terms {
        Terms { regime: self.regime(country, eu), gpc: self.gpc }
    }

    /// The regime of a place: its country before the European Union before everywhere else. Where the
    /// place is unknown (empty, `None`), silence grants nothing unless `other` says so.
    fn regime(&self, country: &str, eu: Option<bool>) -> Regime {
        let found = self.regimes.iter().find(|(region, _)| match region {
            Region::Country(code) => code == country,
            Region::Eu => eu == Some(true),
            Region::Other => true,
        });
        found.map_or(Regime::OptIn, |(_, regime)| *regime)
    }
}

/// What `Sec-GPC: 1`, the browser's signal against selling and sharing, means for a visitor who agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gpc {
    /// It refuses until the visitor agrees while it is sent. The W3C draft leaves room for that (section 4.2).
    #[default]
    UntilAnswered,
    /// It refuses whatever the visitor answered, and what was remembered is erased.
    Final,
}

/// What holds in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What silence means.
    pub regime: Regime,
    /// What `Sec-GPC: 1` means.
    pub gpc: Gpc,
}

/// A place with a consent regime.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// A country, ISO 3166-1 alpha-2.
    Country(String),
    /// The European Union.
    Eu,
    /// Everywhere else, and where the place is unknown.
    Other,
}

/// What silence means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Regime {
    /// Nothing is granted until the visitor agrees.
    #[default]
    OptIn,
    /// Granted until the visitor, or an opt-out signal, refuses.
    OptOut,
}
