//! `recommend` of campaigns and contents.

use crate::grammar::shape::{Keys, Name, Shape, key, required, table};
use attune_core::limits;

/// Cards of one recommendation.
#[expect(clippy::cast_possible_wrap, reason = "a few dozen")]
const CARDS: i64 = limits::CARDS_MAX as i64;

pub(super) static RECOMMEND: Keys = table(
    "a recommendation",
    &[
        key(
            "sources",
            Shape::List(&Shape::Text),
            "Where products come from, best first: session, goes-with, goes-with-cart, goes-with-last-order, similar, category-popular, popular, viewed, or a list. With strategies: what fills the cards that they leave.",
        ),
        key(
            "strategies",
            Shape::Map(Name::Key, &Shape::List(&Shape::Text)),
            "Two to six lists of sources. The visitor gets one of them: a list that is clicked more, by the posteriors, is drawn more often.",
        ),
        key(
            "mix",
            Shape::Choice(&["in-order", "take-turns"]),
            "in-order: later sources fill what earlier ones leave; take-turns: one of each. Default: in-order.",
        ),
        key("count", Shape::Whole(1, CARDS), "Number of cards. Default: 4."),
        key("min", Shape::Whole(1, CARDS), "Fewest cards: with fewer the slot goes to the next campaign. Default: 1."),
        key(
            "exclude",
            Shape::List(&Shape::Choice(&["current", "in-cart", "purchased", "out-of-stock", "viewed"])),
            "What is never recommended. Default: [\"current\", \"out-of-stock\"]. [] excludes nothing. out-of-stock is what cannot be ordered now: preorder and backorder can.",
        ),
        key(
            "rotation",
            Shape::Weight,
            "How fast what was shown and not clicked falls back in its list: at 0.5 two of eight products change at the second view. Default: 0.",
        ),
        key("card", CARD, "Path of the card's HTML file. Default: that of the slot."),
        key("weigh", Shape::List(&Shape::Table(&WEIGH)), "Products whose scores are lifted or lowered."),
        key("pin", Shape::List(&Shape::Table(&PIN)), "Products with a fixed place."),
        key(
            "at_least",
            Shape::Map(Name::Key, &Shape::Weight),
            "Lowest value of fields that are numbers, such as { margin = 2.5 }.",
        ),
        key("min_stock", Shape::Whole(1, 1_000_000), "Fewest pieces in stock; unknown is none."),
        key("price_band", Shape::Table(&BAND), "Price in percent of the current product's."),
        key("max_per_category", Shape::Whole(1, CARDS), "Most cards of one category."),
    ],
);

static WEIGH: Keys = table(
    "a weight",
    &[
        key("category", Shape::Text, "Products of this category."),
        key("products", Shape::List(&Shape::Text), "These products."),
        key("field", Shape::Text, "Products with a field ..."),
        key("is", Shape::Text, "... of this value."),
        required("percent", Shape::Whole(0, 10_000), "What the score is multiplied by: above 100 lifts, below buries."),
    ],
);

static PIN: Keys = table(
    "a pin",
    &[
        required("product", Shape::Text, "Product key."),
        required("place", Shape::Whole(1, CARDS), "Its place, from 1."),
    ],
);

static BAND: Keys = table(
    "a price band",
    &[
        key("from", Shape::Whole(0, 10_000), "Lowest percent. Default: 0."),
        key("to", Shape::Whole(0, 10_000), "Highest percent. Default: no limit."),
    ],
);

pub(super) const CARD: Shape = Shape::Either(&[Shape::Text, Shape::Map(Name::Locale, &Shape::Text)]);
