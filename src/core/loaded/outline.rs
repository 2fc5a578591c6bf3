//! What the control plane needs of a bundle, so that only the page core has to load it.

use super::Loaded;
use crate::bundle::{Aliases, ConsentTool, Gpc, Rules, Site, TextList};
use crate::codec::Reader;
use crate::codec::blob::whole;
use alloc::string::String;
use alloc::vec::Vec;

/// The site, and how long each campaign's impressions count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The bundle's version: first 12 hexadecimal digits of its SHA-256.
    pub version: String,
    /// The site, with its aliases of categories, without its rules.
    pub site: Site,
    /// What the site decides about its vocabulary.
    pub rules: Rules,
    /// Key of each campaign and the window of its cap, in seconds; 0 without one.
    pub windows: Vec<(String, u32)>,
    /// How many parts of the bundle could not be used.
    pub disabled: u32,
}

impl Outline {
    /// The outline of a bundle as bytes, for the same build of another module: not a format that is kept.
    pub fn bytes_of(loaded: &Loaded) -> Vec<u8> {
        let mut out = Vec::new();
        let mut put = |bytes: &[u8]| {
            out.extend_from_slice(&length(bytes.len()));
            out.extend_from_slice(bytes);
        };
        put(loaded.version.as_bytes());
        put(&loaded.site_bytes);
        put(&loaded.rules_bytes);
        put(loaded.site.aliases.bytes());
        put(&[u8::from(loaded.site.consent.gpc == Gpc::Final)]);
        for text in loaded.site.consent.tool.texts() {
            put(text.as_bytes());
        }
        put(&length(loaded.disabled.len()));
        for campaign in loaded.campaigns.iter().flatten() {
            put(campaign.key.as_bytes());
            put(&campaign.cap.as_ref().map_or(0, |cap| cap.per_s).to_le_bytes());
        }
        out
    }

    /// Reads the bytes; `None` when they are of another build.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mut take = || {
            let length = usize::try_from(reader.u32()?).ok()?;
            reader.take(length)
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let version = text(take()?)?;
        let mut site: Site = whole(take()?)?;
        let rules = match take()? {
            [] => Rules::default(),
            rules => whole(rules)?,
        };
        site.aliases = Aliases::from_list(TextList::from_bytes(take()?.to_vec())?)?;
        if take()? == [1] {
            site.consent.gpc = Gpc::Final;
        }
        site.consent.tool = ConsentTool::from_texts([text(take()?)?, text(take()?)?, text(take()?)?, text(take()?)?])?;
        let disabled = u32::from_le_bytes(take()?.try_into().ok()?);
        let mut windows = Vec::new();
        while let Some(key) = take() {
            windows.push((text(key)?, u32::from_le_bytes(take()?.try_into().ok()?)));
        }
        reader.is_empty().then_some(Self { version, site, rules, windows, disabled })
    }
}

/// Lists are within limits far below 2^32.
fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::bundle::{Arm, Bundle, Campaign, Cap, ConsentSource, Enrolment, Locale, RuleTrust, Trait, encode};
    use alloc::vec;

    #[test]
    fn an_outline_says_what_the_bundle_says() {
        let mut bundle = Bundle::default();
        bundle.site.name = "giftshop".into();
        bundle.site.hosts = vec!["shop.example".into()];
        bundle.site.locales = vec![Locale { tag: "en-GB".into(), currency: "GBP".into() }];
        let tier =
            Trait { key: "tier".into(), values: vec!["gold".into()], source: "crm".into(), trust: RuleTrust::Server };
        bundle.site.rules.traits = vec![tier];
        bundle.site.aliases = Aliases::from_pairs([("tea-lights", "candles")]);
        bundle.site.consent.tool =
            ConsentTool { source: ConsentSource::Tcf, cookie: "euconsent-v2".into(), ..ConsentTool::default() };
        bundle.campaigns = vec![Campaign {
            key: "sale".into(),
            owner: String::new(),
            priority: 0,
            eligible: Vec::new(),
            during: None,
            cap: Some(Cap { seen: 1, per_s: 604_800, stop_on_purchase: false }),
            holdout_bp: 0,
            phase: 0,
            arms: vec![Arm { key: String::new(), show: Vec::new() }],
            ranges: Vec::new(),
            slots: Vec::new(),
            enrolment: Enrolment::default(),
        }];
        let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
        let bytes = Outline::bytes_of(&loaded);
        let outline = Outline::from_bytes(&bytes).unwrap();
        assert_eq!(outline.version, loaded.version);
        assert_eq!(outline.site.name, "giftshop");
        assert_eq!(outline.rules, loaded.site.rules);
        assert_eq!(outline.site.consent, bundle.site.consent);
        assert_eq!(outline.site.category("Home > Tea Lights"), "candles");
        assert_eq!(loaded.site.category("Lanterns"), "lanterns");
        assert_eq!(outline.windows, [("sale".into(), 604_800)]);
        assert_eq!(outline.disabled, 0);
        for end in 0..bytes.len() {
            assert_ne!(Outline::from_bytes(&bytes[..end]), Some(outline.clone()), "cut after {end} bytes");
        }
        assert_eq!(Outline::from_bytes(&[1]), None);
    }
}
