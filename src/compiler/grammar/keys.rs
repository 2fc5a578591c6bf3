//! Every table of the grammar with its keys.

use super::{Key, Keys, Name, Shape};
use attune_core::limits;

/// Cards of one recommendation.
#[expect(clippy::cast_possible_wrap, reason = "a few dozen")]
const CARDS: i64 = limits::CARDS_MAX as i64;

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, doc }
}

const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, doc }
}

const fn table(what: &'static str, keys: &'static [Key]) -> Keys {
    Keys { what, known: keys, rest: None }
}

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
            "Pages of which the origin is told the decision, in the request header Attune-Decision; the first that has a path.",
        ),
        key("layers", Shape::Map(Name::Key, &Shape::Table(&LAYER)), "Campaigns of which a visitor is in at most one."),
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

static SITE: Keys = table(
    "[site]",
    &[
        required("name", Shape::Text, "Site name, part of every key derivation and hash: never change it."),
        required(
            "hosts",
            Shape::List(&Shape::Text),
            "Host names it is served under; one gives a __Host- cookie, several a __Secure- cookie on the parent domain.",
        ),
        key("timezone", Shape::Text, "IANA time zone of the site. Default: UTC."),
        key("holdout", Shape::Percent, "Percent of visitors who get the origin everywhere."),
        key(
            "mode",
            MODE,
            "For all campaigns. act: decide and draw. observe: decide and count, but draw nothing. Default: act.",
        ),
        required(
            "locales",
            Shape::Map(Name::Locale, &Shape::Text),
            "Locales with their currency, such as en-GB = \"GBP\"; the first is the fallback.",
        ),
    ],
);

static CONSENT: Keys = table(
    "[consent]",
    &[
        key("source", Shape::Text, "Where consent comes from: \"api\" in this version."),
        key(
            "regime",
            Shape::Map(Name::Region, &Shape::Choice(&["opt-in", "opt-out"])),
            "What silence means by country code, EU and other. Default for other: opt-in.",
        ),
        key(
            "gpc",
            Shape::Choice(&["until-answered", "final"]),
            "What Sec-GPC: 1 means. until-answered: a refusal until the visitor agrees while it is sent. final: always a refusal. Default: until-answered.",
        ),
    ],
);

static PRIVACY: Keys = table(
    "[privacy]",
    &[key("never_profile", Shape::List(&Shape::Text), "Path patterns whose views leave no memory.")],
);

static DECISION_HEADER: Keys = table(
    "a decision header",
    &[
        required("paths", Shape::OneOrMore(&Shape::Text), "Path patterns, as in [pages]."),
        key(
            "segments",
            Shape::OneOrMore(&Shape::Text),
            "Segments that the origin is told of where the visitor is in them. Default: none.",
        ),
    ],
);

static SEGMENT: Keys = table(
    "a segment",
    &[
        key("name", Shape::Text, "Name for people. Default: the key."),
        required("when", Shape::Condition, "Condition in CEL."),
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

static TRAIT: Keys = table(
    "a trait",
    &[
        key("values", Shape::List(&Shape::Text), "The values it may have. Default: any text."),
        required("source", Shape::Text, "The system that owns it."),
        key("trust", TRUST, "Who may set it: the shop's server, or the browser too. Default: server."),
    ],
);

static SIGNAL: Keys = table(
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
            "For top: the values it tells apart. Default for top:category: those of the catalogue.",
        ),
        key("half_life", Shape::Span, "Days in which it halves, such as \"30d\". Default: it stays."),
    ],
);

static GOAL: Keys = table(
    "a goal",
    &[
        required("event", Shape::Text, "The event that says it was reached."),
        key(
            "value",
            Shape::Choice(&["value"]),
            "The field of the event that counts. Default: that the event happened.",
        ),
        key("trust", TRUST, "Whose events count: the shop's server, or the browser's too. Default: server."),
        key("window", Shape::Span, "How long after an exposure it counts. Default: 14d."),
        key("cap", Shape::Weight, "The most that one visitor's value counts."),
    ],
);

static LIFECYCLE: Keys = table(
    "[lifecycle]",
    &[
        key("active", Shape::Span, "How long after an order a customer is active. Default: 90d."),
        key("lapsed", Shape::Span, "After this long without an order a customer has lapsed. Default: 180d."),
        key("loyal", Shape::Whole(1, 65_535), "Orders from which an active customer is loyal. Default: 3."),
    ],
);

static LIST: Keys = table(
    "a list",
    &[
        key("file", Shape::Text, "Path of a text file with one value a line."),
        key("values", Shape::List(&Shape::Text), "The values."),
    ],
);

static SLOT: Keys = table(
    "a slot",
    &[
        key("selector", Shape::Text, "Which element it is. Default: [data-slot=\"KEY\"]."),
        key(
            "pages",
            Shape::OneOrMore(&Shape::Text),
            "Page types that it is on: elsewhere no campaign has it, and it takes no products from other slots. Default: pages of any type.",
        ),
        key(
            "elements",
            Shape::Map(Name::Key, &Shape::Text),
            "Named parts: which element inside the slot each field fills.",
        ),
        key("card", CARD, "Path of the HTML file that recommended products are written with, or one path by locale."),
    ],
);

static CAMPAIGN: Keys = table(
    "a campaign",
    &[
        key("owner", Shape::Text, "Who answers for it."),
        key("priority", Shape::Whole(-1_000_000, 1_000_000), "The higher wins a slot. Default: 0."),
        key("where", Shape::OneOrMore(&Shape::Condition), "Conditions that must all be true. Default: everybody."),
        key("show", Shape::Map(Name::Key, &Shape::Text), "Content by slot."),
        key("arms", Shape::Map(Name::Key, &Shape::Table(&ARM)), "Arms of an experiment; an arm may show nothing."),
        key("cap", Shape::Table(&CAP), "How often it may be seen."),
        key("during", Shape::Table(&DURING), "When it runs."),
        key("holdout", Shape::Percent, "Percent of the eligible who get the origin instead."),
        key(
            "phase",
            Shape::Whole(1, 65_535),
            "Part of the hash of arm and holdout: a new number reshuffles. Default: 1.",
        ),
        key("mode", MODE, "act: decide and draw. observe: decide and count, but draw nothing. Default: the site's."),
        key(
            "unit",
            Shape::Choice(&["visitor", "customer"]),
            "Whose hash decides: visitor or customer. Default: visitor.",
        ),
        key(
            "coverage",
            Shape::Percent,
            "Percent of the eligible who take part; the others are left to other campaigns.",
        ),
        key(
            "ramp",
            Shape::List(&Shape::Table(&RAMP_STEP)),
            "Coverage by time, never falling; nobody before the first.",
        ),
        key("weights", Shape::List(&Shape::Table(&WEIGHTS)), "Changes of the arms' weights, in order of time."),
        key(
            "sticky",
            Shape::Bool,
            "True: a change of weights moves nobody whose id is older. Default: true for visitors. Not possible for customers.",
        ),
        key("layer", Shape::Text, "Layer that it is in. \"none\": in none, also where one would be found."),
        key(
            "requires",
            Shape::Map(Name::Key, &Shape::OneOrMore(&Shape::Text)),
            "Campaigns of which the visitor must be in this arm, or one of these; \"*\" is any.",
        ),
        key("goal", Shape::Text, "The goal it is judged by."),
        key("recommend", Shape::Map(Name::Key, &Shape::Table(&RECOMMEND)), "Recommendation by slot."),
    ],
);

static ARM: Keys = Keys {
    what: "an arm",
    known: &[key("weight", Shape::Weight, "Share of the visitors, of the sum of all weights. Default: 1.")],
    rest: Some((Name::Key, &Shape::Text)),
};

const MODE: Shape = Shape::Choice(&["act", "observe"]);

static RAMP_STEP: Keys = table(
    "a step of a ramp",
    &[
        required("from", Shape::Moment, "First moment."),
        required("coverage", Shape::Percent, "Percent of the eligible from then on."),
    ],
);

static WEIGHTS: Keys = table(
    "a change of weights",
    &[
        required("from", Shape::Moment, "First moment."),
        required("arms", Shape::Map(Name::Key, &Shape::Weight), "Weight of every arm from then on."),
    ],
);

static LAYER: Keys = table(
    "a layer",
    &[
        key("share", Shape::Map(Name::Key, &Shape::Percent), "Percent of the visitors by campaign. Default: equal."),
        key("holdout", Shape::Percent, "Percent of visitors who get the origin instead of any of its campaigns."),
        key("phase", Shape::Whole(1, 65_535), "Part of its hash: a new number reshuffles. Default: 1."),
    ],
);

static CAP: Keys = table(
    "a cap",
    &[
        required("seen", Shape::Whole(1, 255), "Impressions."),
        required("per", Shape::Span, "In this long, such as \"7d\"."),
        key("stop_on", Shape::Choice(&["purchase"]), "Stop after this event within that time."),
    ],
);

static DURING: Keys = table(
    "a schedule",
    &[
        key("from", Shape::Moment, "First moment."),
        key("until", Shape::Moment, "Last moment, inclusive; a date means the end of that day."),
        key("zone", Shape::Choice(&["site", "visitor"]), "Whose clock: the site's or the visitor's. Default: site."),
    ],
);

/// A content.
static CONTENT: Keys = Keys {
    what: "a content",
    known: &[
        key(
            "html",
            Shape::Either(&[Shape::Text, Shape::Map(Name::Locale, &Shape::Text)]),
            "Path of an HTML file with placeholders, or one path by locale.",
        ),
        key("text", Shape::Map(Name::Locale, &Shape::Map(Name::Key, &Shape::Template)), "Text fields by locale."),
        key("recommend", Shape::Table(&RECOMMEND), "Products that are picked for the visitor."),
        key("fallback", Shape::Bool, "True: a locale without its own text uses that of the site's first locale."),
    ],
    rest: Some((Name::Key, &Shape::Table(&ELEMENT))),
};

/// Attributes whose value is a URL, one for all locales or by locale.
pub(crate) const URL_ATTRIBUTES: &[&str] = &["src", "href", "poster"];
/// Attributes that name a text field.
pub(crate) const TEXT_ATTRIBUTES: &[&str] = &["alt", "title", "aria-label"];

/// The attributes that a content sets on an element of the slot.
static ELEMENT: Keys = table(
    "an element",
    &[
        key("src", URL, "URL of the picture, with placeholders."),
        key("href", URL, "URL of the link, with placeholders."),
        key("poster", URL, "URL of the still picture of a video."),
        key("alt", Shape::Text, "Name of the text field that describes the picture; empty for decoration."),
        key("title", Shape::Text, "Name of the text field for the tooltip."),
        key("aria-label", Shape::Text, "Name of the text field for assistive technology."),
        key("srcset", Shape::Text, "Pictures by size, without placeholders; empty to switch the shop's off."),
        key("sizes", Shape::Text, "Sizes that go with srcset."),
        key("width", Shape::Whole(0, 100_000), "Width in CSS pixels."),
        key("height", Shape::Whole(0, 100_000), "Height in CSS pixels."),
    ],
);

const URL: Shape = Shape::Either(&[Shape::Template, Shape::Map(Name::Locale, &Shape::Template)]);

const CARD: Shape = Shape::Either(&[Shape::Text, Shape::Map(Name::Locale, &Shape::Text)]);

const FEED: Shape =
    Shape::Either(&[Shape::OneOrMore(&Shape::Text), Shape::Map(Name::Locale, &Shape::OneOrMore(&Shape::Text))]);

static CATALOG: Keys = table(
    "[catalog]",
    &[
        key(
            "feed",
            FEED,
            "Product feeds in catalog/: .xml (Google Merchant), .tsv, .csv, .json or .jsonl; or such by locale, feed.de-DE = \"catalog/de.tsv\". May be left out where there are only categories.",
        ),
        key(
            "decimal",
            Shape::Choice(&["point", "comma"]),
            "How the feeds write numbers: \"point\" for 1,299.00, \"comma\" for 1.299,00. Without it a price that could be either is refused.",
        ),
        key(
            "categories",
            Shape::OneOrMore(&Shape::Text),
            "Categories beside those of the feed, or the path of a text file with one a line: conditions are checked against them.",
        ),
        key(
            "category_aliases",
            Shape::Map(Name::Any, &Shape::Text),
            "Category by another name that feeds, events or pages have for it: \"Tea lights\" = \"candles\".",
        ),
        key("currency", Shape::Text, "Currency of the prices. Default: that of the first locale."),
        key(
            "columns",
            Shape::Map(Name::Key, &Shape::Text),
            "Column by what it is: id, title, url, image, price, sale_price, sale_dates, availability, category, group, stock, or a field.",
        ),
        key("extra", Shape::List(&Shape::Text), "Further fields that cards may show: item.extra[\"colour\"]."),
        key("private", Shape::List(&Shape::Text), "Fields for rules only: no placeholder may have them."),
        key(
            "live",
            Shape::Span,
            "Price and stock come from the live overlay; when it is older than this, no price is shown.",
        ),
    ],
);

static PRODUCT_LIST: Keys = table(
    "a list of products",
    &[
        key("products", Shape::List(&Shape::Text), "Product keys, the first first."),
        key("file", Shape::Text, "File in catalog/ with a product key a line, made elsewhere."),
        key(
            "sales",
            Shape::Text,
            "File in catalog/ with a time, a tab and a product key a line: what sells lately comes first.",
        ),
        key("half_life", Shape::Span, "Time in which a sale comes to count half. Default: 7d."),
        key("why", Shape::Choice(&["chosen", "trending", "popular"]), "What a card says of its products."),
    ],
);

static RECOMMEND: Keys = table(
    "a recommendation",
    &[
        key(
            "sources",
            Shape::List(&Shape::Text),
            "Where products come from, the first first: session, goes-with, goes-with-cart, goes-with-last-order, similar, category-popular, popular, viewed, or a list. With strategies: what fills up after any of them.",
        ),
        key(
            "strategies",
            Shape::Map(Name::Key, &Shape::List(&Shape::Text)),
            "Two to six lists of sources, of which the visitor gets one: that which is clicked most, as far as the posteriors know.",
        ),
        key(
            "mix",
            Shape::Choice(&["in-order", "take-turns"]),
            "in-order: later sources fill what earlier ones leave; take-turns: one of each. Default: in-order.",
        ),
        key("count", Shape::Whole(1, CARDS), "Cards. Default: 4."),
        key("min", Shape::Whole(1, CARDS), "Fewest cards: with fewer the slot is passed on. Default: 1."),
        key(
            "exclude",
            Shape::List(&Shape::Choice(&["current", "in-cart", "purchased", "out-of-stock", "viewed"])),
            "What is never recommended. [] excludes nothing. Default: [\"current\", \"out-of-stock\"].",
        ),
        key(
            "rotation",
            Shape::Weight,
            "How fast what was shown and not clicked falls back in its list: at 0.5 two of eight products change at the second view. Default: 0.",
        ),
        key("card", CARD, "Path of the card's HTML file. Default: the slot's."),
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
