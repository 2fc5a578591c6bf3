//! Every table of the grammar with its keys.

mod campaign;
mod catalog;
mod content;
mod recommend;
mod site;
mod visitor;

pub(crate) use content::{TEXT_ATTRIBUTES, URL_ATTRIBUTES};

use crate::grammar::shape::{Keys, Name, Shape, key, table};
use campaign::{CAMPAIGN, LAYER};
use catalog::{CATALOG, PRODUCT_LIST};
use content::{CONTENT, SLOT};
use site::{CONSENT, DECISION_HEADER, PRIVACY, SITE};
use visitor::{GOAL, LIFECYCLE, LIST, SEGMENT, SIGNAL, TRAIT};

/// The whole configuration: every file has this shape, and the tables of all files merge.
pub(crate) static ROOT: Keys = table(
    "the configuration",
    &[
        key("$schema", Shape::Text, "Where the JSON Schema is, for editors."),
        key("site", Shape::Table(&SITE), "The site."),
        key(
            "pages",
            Shape::Map(Name::Key, &Shape::OneOrMore(&Shape::Text)),
            "Page types in the order they are tried, each with its path patterns.",
        ),
        key("consent", Shape::Table(&CONSENT), "What silence means, by place."),
        key("privacy", Shape::Table(&PRIVACY), "What is never remembered."),
        key("segments", Shape::Map(Name::Key, &Shape::Table(&SEGMENT)), "Named conditions."),
        key("slots", Shape::Map(Name::Key, &Shape::Table(&SLOT)), "Places of the page."),
        key("campaigns", Shape::Map(Name::Key, &Shape::Table(&CAMPAIGN)), "Who sees what, where and when."),
        key(
            "decision_header",
            Shape::Map(Name::Key, &Shape::Table(&DECISION_HEADER)),
            "Pages whose decision the origin gets, in the request header Attune-Decision. The first entry with a matching path counts.",
        ),
        key(
            "layers",
            Shape::Map(Name::Key, &Shape::Table(&LAYER)),
            "Groups of campaigns: a visitor is in at most one campaign of a layer.",
        ),
        key("content", Shape::Map(Name::Key, &Shape::Table(&CONTENT)), "What slots are filled with."),
        key("traits", Shape::Map(Name::Key, &Shape::Table(&TRAIT)), "What the shop's own systems say of a visitor."),
        key("signals", Shape::Map(Name::Key, &Shape::Table(&SIGNAL)), "Authored memory over events."),
        key("goals", Shape::Map(Name::Key, &Shape::Table(&GOAL)), "What campaigns are judged by."),
        key("lifecycle", Shape::Table(&LIFECYCLE), "When a customer is active, at-risk, lapsed or loyal."),
        key(
            "intensity",
            Shape::Map(Name::Key, &Shape::Choice(&["off", "light", "full"])),
            "How much of a page may be personalized, by page type: nothing, one campaign, or everything.",
        ),
        key("lists", Shape::Map(Name::Key, &Shape::Table(&LIST)), "Long lists of values for conditions."),
        key("catalog", Shape::Table(&CATALOG), "The products: for recommendations, and for conditions on product.*."),
        key(
            "product_lists",
            Shape::Map(Name::Key, &Shape::Table(&PRODUCT_LIST)),
            "Lists of products that recommendations may use.",
        ),
    ],
);
