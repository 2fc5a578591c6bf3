//! `[catalog]` and `[product_lists]`.

use crate::grammar::shape::{Keys, Name, Shape, key, table};

pub(super) static CATALOG: Keys = table(
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

const FEED: Shape =
    Shape::Either(&[Shape::OneOrMore(&Shape::Text), Shape::Map(Name::Locale, &Shape::OneOrMore(&Shape::Text))]);

pub(super) static PRODUCT_LIST: Keys = table(
    "a list of products",
    &[
        key("products", Shape::List(&Shape::Text), "Product keys, best first."),
        key("file", Shape::Text, "File in catalog/ with a product key a line, made elsewhere."),
        key(
            "sales",
            Shape::Text,
            "File in catalog/ with a time, a tab and a product key a line: what sells lately comes first.",
        ),
        key("half_life", Shape::Span, "Time after which a sale counts half. Default: 7d."),
        key("why", Shape::Choice(&["chosen", "trending", "popular"]), "What a card says of its products."),
    ],
);
