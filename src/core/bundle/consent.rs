//! What silence and opt-out signals mean, by place.

use crate::limits::TOOL_TEXT_BYTES_MAX;
use alloc::string::String;
use alloc::vec::Vec;

/// The `[consent]` table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsentRules {
    /// Regimes by place, first match wins: a country code before `EU` before `other`.
    pub regimes: Vec<(Region, Regime)>,
    /// What `Sec-GPC: 1` means: a section of its own, because readers of the first bundles expect the rules to end here.
    pub gpc: Gpc,
    /// The site's consent tool: a section of its own, for the same reason.
    pub tool: ConsentTool,
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

/// Who says what a visitor agreed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsentSource {
    /// `POST /_attune/consent`.
    #[default]
    Api,
    /// An IAB TCF string.
    Tcf,
    /// An IAB GPP string.
    Gpp,
    /// Google consent mode.
    Gtag,
    /// A cookie of the site's own consent tool.
    Cookie,
}

impl ConsentSource {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Api, Self::Tcf, Self::Gpp, Self::Gtag, Self::Cookie];

    /// As API, plan and bundle have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Tcf => "tcf",
            Self::Gpp => "gpp",
            Self::Gtag => "gtag",
            Self::Cookie => "cookie",
        }
    }
}

/// The site's consent tool, and what is read of its cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentTool {
    /// What it speaks; [`ConsentSource::Api`] without a tool.
    pub source: ConsentSource,
    /// Name of the cookie that the edge reads; empty: none.
    pub cookie: String,
    /// What stands in the cookie of whoever agreed to personalization, for [`ConsentSource::Cookie`].
    pub personalization: String,
    /// The same for measurement.
    pub measurement: String,
}

impl ConsentTool {
    /// As texts, in the order of the bundle.
    pub fn texts(&self) -> [&str; 4] {
        [self.source.word(), &self.cookie, &self.personalization, &self.measurement]
    }

    /// Reads the texts; `None` where they name no tool, or are not within the limits.
    pub(crate) fn from_texts([source, cookie, personalization, measurement]: [String; 4]) -> Option<Self> {
        let source = ConsentSource::ALL.into_iter().find(|known| known.word() == source)?;
        let tool = Self { source, cookie, personalization, measurement };
        // In every cookie there is an empty text.
        let least = usize::from(source == ConsentSource::Cookie);
        let is_text = |text: &&str| (least..=TOOL_TEXT_BYTES_MAX).contains(&text.len());
        tool.texts().iter().all(is_text).then_some(tool)
    }
}
