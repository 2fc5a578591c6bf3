//! What is kept of a visitor although no condition can test it, and what a recommendation uses.

use super::row::Row;
use attune_core::attribute::Attribute;
use attune_core::bundle::cards::{Cards, Exclude, Seed, Source};
use attune_core::bundle::{Body, Bundle, Campaign, UnitKind};
use attune_core::limits::{LOGS_MAX, MAILBOX_S, SEEN_MAX, SHOWN_MAX, TRANSACTIONS_MAX};

/// The attributes of the visitor that the recommendations of a content use.
pub(super) fn used_by(cards: &Cards) -> Vec<Attribute> {
    let sources = cards.sources.iter().chain(cards.strategies.iter().flat_map(|strategy| &strategy.sources));
    let of_sources = sources.filter_map(|source| match source {
        Source::Session | Source::Similar | Source::Viewed => Some(Attribute::Viewed),
        Source::GoesWith(Seed::Page | Seed::Cart) => Some(Attribute::CartHas),
        Source::GoesWith(Seed::LastOrder) => Some(Attribute::OrdersLastHas),
        Source::CategoryPopular => Some(Attribute::TopInterestName),
        Source::Popular | Source::List(..) => None,
    });
    let of_excludes = cards.exclude.iter().filter_map(|exclude| match exclude {
        Exclude::InCart => Some(Attribute::CartHas),
        Exclude::Purchased => Some(Attribute::OrdersHas),
        Exclude::Viewed => Some(Attribute::Viewed),
        Exclude::Current | Exclude::OutOfStock => None,
    });
    of_sources.chain(of_excludes).collect()
}

/// The cards that a campaign shows.
fn cards<'b>(bundle: &'b Bundle, campaign: &'b Campaign) -> impl Iterator<Item = &'b Cards> {
    let shown = campaign.arms.iter().flat_map(|arm| &arm.show);
    let contents = shown.filter_map(|(_, content)| bundle.contents.get(usize::from(*content)));
    contents.flat_map(|content| &content.bodies).filter_map(|body| match body {
        Body::Cards(cards) => Some(&**cards),
        Body::Html(_) | Body::Fields(_) => None,
    })
}

/// Something that is kept beside the attributes.
struct Kept {
    attribute: &'static str,
    source: &'static str,
    purpose: &'static str,
    trust: &'static str,
    /// `{limit}` stands for the limit, here and in the meaning.
    retention: &'static str,
    meaning: &'static str,
    limit: usize,
    /// Whether a campaign uses it.
    is_used: fn(&Bundle, &Campaign) -> bool,
}

/// What the visitor decides, and the edge keeps because it must.
const NECESSARY: Kept = Kept { source: "visitor", purpose: "none", trust: "platform", ..BY_BROWSER };

/// What the browser reports.
const BY_BROWSER: Kept = Kept {
    attribute: "",
    source: "browser",
    purpose: "personalization",
    trust: "browser",
    retention: "400 days",
    meaning: "",
    limit: 0,
    is_used: |_, _| false,
};

/// What the shop's server says.
const BY_SERVER: Kept = Kept { source: "shop's server", trust: "server", ..BY_BROWSER };

const KEPT: [Kept; 10] = [
    Kept {
        attribute: "consent",
        meaning: "The visitor's answer for each purpose, its time and source, and whether Sec-GPC: 1 came with it.",
        ..NECESSARY
    },
    Kept {
        attribute: "erased",
        meaning: "When the visitor was last forgotten or withdrew, so that nothing of before comes back.",
        ..NECESSARY
    },
    Kept {
        attribute: "id",
        source: "edge",
        trust: "platform",
        meaning: "128 random bits, and when they were drawn. Experiments draw arms by it.",
        is_used: |_, campaign| draws_arms_by(UnitKind::Visitor, campaign),
        ..BY_BROWSER
    },
    Kept {
        attribute: "shown",
        meaning: "How often each of the last {limit} campaigns was on the screen.",
        limit: SHOWN_MAX,
        is_used: |_, campaign| campaign.cap.is_some(),
        ..BY_BROWSER
    },
    Kept {
        attribute: "seen",
        retention: "fading week by week",
        meaning: "Hashes of the last {limit} recommended products that were on the screen and not looked at.",
        limit: SEEN_MAX,
        is_used: |bundle, campaign| cards(bundle, campaign).any(|cards| cards.rotation_centi > 0),
        ..BY_BROWSER
    },
    Kept {
        attribute: "purchases",
        meaning: "When the browser last reported a purchase, and hashes of the last {limit} transactions.",
        limit: TRANSACTIONS_MAX,
        is_used: |_, campaign| campaign.cap.as_ref().is_some_and(|cap| cap.stop_on_purchase),
        ..BY_BROWSER
    },
    Kept {
        attribute: "logs",
        meaning: "How far up to {limit} page scripts' logs and the mailbox are in the cookie.",
        limit: LOGS_MAX,
        ..BY_BROWSER
    },
    Kept {
        attribute: "log",
        retention: "until forgotten",
        meaning: "In the browser's own storage: the last 32 events, to send a lost one again; on a site without a server of ours the profile, too.",
        ..BY_BROWSER
    },
    Kept {
        attribute: "mailbox",
        retention: "{limit} days at most",
        limit: (MAILBOX_S / 86_400) as usize,
        meaning: "Outside the browser: orders, traits and sign-ins on their way to the cookie.",
        ..BY_SERVER
    },
    Kept {
        attribute: "customer",
        meaning: "A hash of the shop's own id of the customer who is signed in.",
        is_used: |_, campaign| draws_arms_by(UnitKind::Customer, campaign),
        ..BY_SERVER
    },
];

fn draws_arms_by(unit: UnitKind, campaign: &Campaign) -> bool {
    campaign.arms.len() > 1 && campaign.enrolment.unit == unit
}

/// Rows for what is kept beside the attributes.
pub(super) fn rows(bundle: &Bundle) -> impl Iterator<Item = Row> {
    KEPT.iter().map(|kept| {
        let with_limit = |text: &str| text.replace("{limit}", &kept.limit.to_string());
        let campaigns = bundle.campaigns.iter().filter(|campaign| (kept.is_used)(bundle, campaign));
        Row {
            attribute: kept.attribute.to_owned(),
            source: kept.source.to_owned(),
            purpose: kept.purpose,
            trust: kept.trust,
            retention: with_limit(kept.retention),
            meaning: with_limit(kept.meaning),
            campaigns: campaigns.map(|campaign| campaign.key.clone()).collect(),
        }
    })
}
