//! What the control plane needs of a bundle, so that only the page core has to load it.

use super::Loaded;
use crate::bundle::{Aliases, Arm, Body, Campaign, ConsentTool, Gpc, Measurement, Rules, Site, TextList, UnitKind};
use crate::codec::Reader;
use crate::codec::blob::whole;
use alloc::string::String;
use alloc::vec::Vec;

/// Nowhere on earth is a wall clock further ahead of UTC, in seconds.
const ZONE_AHEAD_S: i64 = 14 * 3_600;

/// The site, and what there is of each campaign.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The bundle's version: first 12 hexadecimal digits of its SHA-256.
    pub version: String,
    /// The site, with its aliases of categories, without its rules.
    pub site: Site,
    /// What the site decides about its vocabulary.
    pub rules: Rules,
    /// The campaigns that can be used.
    pub campaigns: Vec<CampaignOutline>,
    /// Whose recommended products are counted: `CAMPAIGN/SLOT`, or `CAMPAIGN/SLOT/STRATEGY` where the slot has strategies.
    pub recommends: Vec<String>,
    /// Goals, and what results are told apart by.
    pub measurement: Measurement,
    /// How many parts of the bundle could not be used.
    pub disabled: u32,
}

/// What the control plane needs of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CampaignOutline {
    /// Key.
    pub key: String,
    /// The window of its cap, in seconds; 0 without one.
    pub window_s: u32,
    /// In the hash of its arms.
    pub phase: u16,
    /// From when on anybody may have it, in seconds since the Unix epoch.
    pub begins_s: i64,
    /// It is a flag that is on or off: its arms are called so, or it has none.
    pub is_boolean: bool,
    /// It has arms or a holdout: what it does is measured.
    pub is_measured: bool,
    /// Whose hash decides.
    pub unit: UnitKind,
    /// Keys of its arms.
    pub arms: Vec<String>,
}

impl CampaignOutline {
    /// The length of what stands beside the key.
    const BYTES: usize = 17;

    fn of(campaign: &Campaign) -> Self {
        let begins_s = campaign
            .during
            .and_then(|during| Some(during.from_s? - if during.visitor_zone { ZONE_AHEAD_S } else { 0 }));
        let covers_s = campaign.enrolment.coverage.first().map_or(0, |step| step.from_s.into());
        Self {
            key: campaign.key.clone(),
            window_s: campaign.cap.map_or(0, |cap| cap.per_s),
            phase: campaign.phase,
            begins_s: begins_s.unwrap_or(0).max(covers_s),
            is_boolean: is_boolean(&campaign.arms),
            is_measured: campaign.is_measured(),
            unit: campaign.enrolment.unit,
            arms: campaign.arms.iter().map(|arm| arm.key.clone()).collect(),
        }
    }

    fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let numbers = self.window_s.to_le_bytes().into_iter().chain(self.phase.to_le_bytes());
        let is_customer = self.unit == UnitKind::Customer;
        let flags = [self.is_boolean, self.is_measured, is_customer].map(u8::from);
        for (byte, of_number) in bytes.iter_mut().zip(numbers.chain(self.begins_s.to_le_bytes()).chain(flags)) {
            *byte = of_number;
        }
        bytes
    }

    fn from_bytes(key: String, arms: &str, bytes: &[u8]) -> Option<Self> {
        let (window, rest) = bytes.split_first_chunk()?;
        let (phase, rest) = rest.split_first_chunk()?;
        let (begins, rest) = rest.split_first_chunk()?;
        let &[is_boolean, is_measured, is_customer] = rest else { return None };
        Some(Self {
            key,
            window_s: u32::from_le_bytes(*window),
            phase: u16::from_le_bytes(*phase),
            begins_s: i64::from_le_bytes(*begins),
            is_boolean: is_boolean != 0,
            is_measured: is_measured != 0,
            unit: if is_customer == 0 { UnitKind::Visitor } else { UnitKind::Customer },
            arms: arms.split('\n').map(String::from).collect(),
        })
    }
}

/// Whether arms say on or off, all in one pair of words. A single arm is on.
fn is_boolean(arms: &[Arm]) -> bool {
    let say = |words: &[&str; 2]| arms.iter().all(|arm| words.contains(&&*arm.key));
    arms.len() == 1 || [["on", "off"], ["true", "false"]].iter().any(say)
}

/// Slots with strategies are counted by them. Others are counted where the campaign is measured anyway.
fn recommends(loaded: &Loaded, campaign: &Campaign) -> Vec<String> {
    let mut names = Vec::new();
    for (slot, content) in campaign.arms.iter().flat_map(|arm| &arm.show) {
        let slot = loaded.slots.get(usize::from(*slot)).and_then(Option::as_ref);
        let content = loaded.contents.get(usize::from(*content)).and_then(Option::as_ref);
        let (Some(slot), Some(content)) = (slot, content) else { continue };
        let of = [&*campaign.key, "/", &slot.key].concat();
        for body in &content.bodies {
            let Body::Cards(cards) = body else { continue };
            names.extend(cards.strategies.iter().map(|strategy| [&*of, "/", &strategy.key].concat()));
            if cards.strategies.is_empty() && campaign.is_measured() {
                names.push(of.clone());
            }
        }
    }
    names
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
        put(&loaded.measurement_bytes);
        put(loaded.site.aliases.bytes());
        put(&[u8::from(loaded.site.consent.gpc == Gpc::Final)]);
        for text in loaded.site.consent.tool.texts() {
            put(text.as_bytes());
        }
        put(&length(loaded.disabled.len()));
        let recommended = loaded.campaigns.iter().flatten().flat_map(|campaign| recommends(loaded, campaign));
        put(recommended.collect::<Vec<_>>().join("\n").as_bytes());
        for campaign in loaded.campaigns.iter().flatten() {
            let outline = CampaignOutline::of(campaign);
            put(campaign.key.as_bytes());
            put(outline.arms.join("\n").as_bytes());
            put(&outline.to_bytes());
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
        let measurement = match take()? {
            [] => Measurement::default(),
            measurement => whole(measurement)?,
        };
        site.aliases = Aliases::from_list(TextList::from_bytes(take()?.to_vec())?)?;
        if take()? == [1] {
            site.consent.gpc = Gpc::Final;
        }
        site.consent.tool = ConsentTool::from_texts([text(take()?)?, text(take()?)?, text(take()?)?, text(take()?)?])?;
        let disabled = u32::from_le_bytes(take()?.try_into().ok()?);
        let recommends = text(take()?)?.lines().map(String::from).collect();
        let mut campaigns = Vec::new();
        while let Some(key) = take() {
            let arms = text(take()?)?;
            campaigns.push(CampaignOutline::from_bytes(text(key)?, &arms, take()?)?);
        }
        reader.is_empty().then_some(Self { version, site, rules, campaigns, recommends, measurement, disabled })
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
    use crate::bundle::{
        Bundle, Cap, ConsentSource, CoverageStep, During, Enrolment, Locale, RuleTrust, Trait, encode,
    };
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
        bundle.campaigns = vec![campaign("sale", &[""])];
        bundle.campaigns[0].cap = Some(Cap { seen: 1, per_s: 604_800, stop_on_purchase: false });
        let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
        let bytes = Outline::bytes_of(&loaded);
        let outline = Outline::from_bytes(&bytes).unwrap();
        assert_eq!(outline.version, loaded.version);
        assert_eq!(outline.site.name, "giftshop");
        assert_eq!(outline.rules, loaded.site.rules);
        assert_eq!(outline.site.consent, bundle.site.consent);
        assert_eq!(outline.site.category("Home > Tea Lights"), "candles");
        assert_eq!(loaded.site.category("Lanterns"), "lanterns");
        let sale = CampaignOutline {
            key: "sale".into(),
            window_s: 604_800,
            phase: 3,
            begins_s: 0,
            is_boolean: true,
            is_measured: false,
            unit: UnitKind::Visitor,
            arms: vec![String::new()],
        };
        assert_eq!(outline.campaigns, [sale]);
        assert_eq!(outline.disabled, 0);
        for end in 0..bytes.len() {
            assert_ne!(Outline::from_bytes(&bytes[..end]), Some(outline.clone()), "cut after {end} bytes");
        }
        assert_eq!(Outline::from_bytes(&[1]), None);
    }

    fn campaign(key: &str, arms: &[&str]) -> Campaign {
        Campaign {
            key: key.into(),
            owner: String::new(),
            priority: 0,
            eligible: Vec::new(),
            during: None,
            cap: None,
            holdout_bp: 0,
            phase: 3,
            arms: arms.iter().map(|key| Arm { key: (*key).into(), show: Vec::new() }).collect(),
            ranges: Vec::new(),
            slots: Vec::new(),
            enrolment: Enrolment::default(),
        }
    }

    #[test]
    fn arms_are_on_and_off_or_they_are_words() {
        let is_boolean = |arms: &[&str]| CampaignOutline::of(&campaign("test", arms)).is_boolean;
        for arms in [&[""][..], &["sale"], &["on", "off"], &["off", "on"], &["true", "false"]] {
            assert!(is_boolean(arms), "{arms:?}");
        }
        for arms in [&["control", "on"][..], &["on", "false"], &["on", "off", "sale"], &["On", "Off"]] {
            assert!(!is_boolean(arms), "{arms:?}");
        }
    }

    #[test]
    fn a_campaign_begins_where_its_day_comes_first() {
        let begins_s = |visitor_zone, coverage: &[u32]| {
            let mut campaign = campaign("test", &[""]);
            campaign.during = Some(During { from_s: Some(1_000_000), until_s: None, visitor_zone });
            campaign.enrolment.coverage =
                coverage.iter().map(|from_s| CoverageStep { from_s: *from_s, share_bp: 500 }).collect();
            CampaignOutline::of(&campaign).begins_s
        };
        assert_eq!(begins_s(false, &[]), 1_000_000);
        assert_eq!(begins_s(true, &[]), 1_000_000 - 50_400);
        assert_eq!(begins_s(false, &[2_000_000, 3_000_000]), 2_000_000);
        assert_eq!(begins_s(false, &[0]), 1_000_000);
    }
}
