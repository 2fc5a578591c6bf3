//! What is known of a visitor, and what is made of it: traits, signals, segments, goals.

use crate::grammar::shape::{Keys, Shape, key, required, table};

const PRIVATE: &str = "true: what it says, and whatever asks it, never leaves the server. Default: false.";

pub(super) static SEGMENT: Keys = table(
    "a segment",
    &[
        key("name", Shape::Text, "Name for people. Default: the key."),
        required("when", Shape::Condition, "Condition in CEL."),
        key("private", Shape::Bool, PRIVATE),
    ],
);

/// Events of the browser, by Google Analytics 4's names.
const EVENTS: Shape = Shape::Choice(&[
    "view_item",
    "view_item_list",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "purchase",
]);

const TRUST: Shape = Shape::Choice(&["server", "browser"]);

pub(super) static TRAIT: Keys = table(
    "a trait",
    &[
        key("values", Shape::List(&Shape::Text), "The values it may have. Default: any text."),
        required("source", Shape::Text, "The system that owns it."),
        key("trust", TRUST, "Who may set it: the shop's server, or the browser too. Default: server."),
    ],
);

pub(super) static SIGNAL: Keys = table(
    "a signal",
    &[
        required("event", EVENTS, "The event it is about."),
        key(
            "where",
            Shape::Condition,
            "What an item of the event must be: item.category, item.brand, item.variant, item.sku, item.price, item.quantity, item.discount.",
        ),
        key(
            "measure",
            Shape::Text,
            "count, sum:value, sum:quantity, share, last (days since the last one), or top:category, top:brand, top:variant (the value that most events had). Default: count.",
        ),
        key(
            "values",
            Shape::List(&Shape::Text),
            "For top: the values it tells apart. Default for top:category: the categories of the catalogue.",
        ),
        key("half_life", Shape::Span, "Days in which it halves, such as \"30d\". Default: it never does."),
    ],
);

pub(super) static GOAL: Keys = table(
    "a goal",
    &[
        required("event", Shape::Text, "The event that says it was reached."),
        key("value", Shape::Choice(&["value"]), "The field of the event that counts. Default: that it happened."),
        key("trust", TRUST, "Whose events count: the shop's server, or the browser's too. Default: server."),
        key("window", Shape::Span, "How long after an exposure it counts. Default: 14d."),
        key(
            "after",
            Shape::Span,
            "Only from so long after the exposure on, shorter than the window: for retention. Default: at once.",
        ),
        key(
            "per",
            Shape::Text,
            "For a ratio: the event whose count it is divided by, such as the value of orders per purchase.",
        ),
        key(
            "cap",
            Shape::Weight,
            "The most that one visitor's total counts. Default without `value`: 1, so that a visitor counts once.",
        ),
        key(
            "covariate",
            Shape::Choice(&["orders", "value", "visits", "none"]),
            "What is known before the exposure and makes results more exact (CUPED). Default: value where the value counts, else visits.",
        ),
        key(
            "guard",
            Shape::Choice(&["drop", "rise"]),
            "The change that does harm: a campaign that causes it is killed. Default: none.",
        ),
    ],
);

pub(super) static LIFECYCLE: Keys = table(
    "[lifecycle]",
    &[
        key("active", Shape::Span, "How long after an order a customer is active. Default: 90d."),
        key("lapsed", Shape::Span, "After this long without an order a customer has lapsed. Default: 180d."),
        key("loyal", Shape::Whole(1, 65_535), "Orders from which an active customer is loyal. Default: 3."),
    ],
);

pub(super) static LIST: Keys = table(
    "a list",
    &[
        key("file", Shape::Text, "Path of a text file with one value a line."),
        key("values", Shape::List(&Shape::Text), "The values."),
        key("private", Shape::Bool, PRIVATE),
    ],
);
