//! What is kept of a visitor although no condition can ask it, and what a recommendation asks.

use super::Row;
use attune_core::attribute::Attribute;
use attune_core::bundle::cards::{Cards, Exclude, Seed, Source};
use attune_core::bundle::{Body, Bundle, Campaign, UnitKind};
use attune_core::limits::{LOGS_MAX, MAILBOX_S, SEEN_MAX, SHOWN_MAX, TRANSACTIONS_MAX};

/// What the recommendations of a content ask of the visitor.
pub(super) fn asked(cards: &Cards) -> Vec<Attribute> {
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

/// Rows for what is kept beside the attributes.
pub(super) fn rows(bundle: &Bundle) -> Vec<Row> {
    let used_by = |uses: &dyn Fn(&Campaign) -> bool| -> Vec<String> {
        bundle.campaigns.iter().filter(|campaign| uses(campaign)).map(|campaign| campaign.key.clone()).collect()
    };
    let draws = |campaign: &Campaign, unit| campaign.arms.len() > 1 && campaign.enrolment.unit == unit;
    let capped = |campaign: &Campaign| campaign.cap.is_some();
    let stopped = |campaign: &Campaign| campaign.cap.as_ref().is_some_and(|cap| cap.stop_on_purchase);
    let rotated = |campaign: &Campaign| cards(bundle, campaign).any(|cards| cards.rotation_centi > 0);
    let mailbox = format!("{} days at most", MAILBOX_S / 86_400);
    let row = |attribute: &str, source: &str, trust, retention: &str, meaning: String, campaigns| Row {
        attribute: attribute.to_owned(),
        source: source.to_owned(),
        purpose: "personalization",
        trust,
        retention: retention.to_owned(),
        meaning,
        campaigns,
    };
    let necessary = |attribute: &str, meaning: &str| Row {
        purpose: "none",
        ..row(attribute, "visitor", "platform", "400 days", meaning.to_owned(), Vec::new())
    };
    vec![
        necessary(
            "consent",
            "The visitor's answer for each purpose, its time and source, and whether Sec-GPC: 1 came with it.",
        ),
        necessary("erased", "When the visitor was last forgotten or withdrew, so that nothing of before comes back."),
        row(
            "id",
            "edge",
            "platform",
            "400 days",
            "128 random bits, and when they were drawn. Experiments draw arms by it.".to_owned(),
            used_by(&|campaign| draws(campaign, UnitKind::Visitor)),
        ),
        row(
            "shown",
            "browser",
            "browser",
            "400 days",
            format!("How often each of the last {SHOWN_MAX} campaigns was on the screen."),
            used_by(&capped),
        ),
        row(
            "seen",
            "browser",
            "browser",
            "fading week by week",
            format!("Hashes of the last {SEEN_MAX} recommended products that were on the screen and not looked at."),
            used_by(&rotated),
        ),
        row(
            "purchases",
            "browser",
            "browser",
            "400 days",
            format!(
                "When the browser last reported a purchase, and hashes of the last {TRANSACTIONS_MAX} transactions."
            ),
            used_by(&stopped),
        ),
        row(
            "logs",
            "browser",
            "browser",
            "400 days",
            format!("How far up to {LOGS_MAX} page scripts' logs and the mailbox are in the cookie."),
            Vec::new(),
        ),
        row(
            "log",
            "browser",
            "browser",
            "until forgotten",
            "In the browser's own storage: the last 32 events, to send a lost one again.".to_owned(),
            Vec::new(),
        ),
        row(
            "mailbox",
            "shop's server",
            "server",
            &mailbox,
            "Outside the browser: orders, traits and sign-ins on their way to the cookie.".to_owned(),
            Vec::new(),
        ),
        row(
            "customer",
            "shop's server",
            "server",
            "400 days",
            "A hash of the shop's own id of the customer who is signed in.".to_owned(),
            used_by(&|campaign| draws(campaign, UnitKind::Customer)),
        ),
    ]
}
