//! `[slots]` and `[content]`.

use super::recommend::{CARD, RECOMMEND};
use crate::grammar::shape::{Keys, Name, Shape, key, table};

pub(super) static SLOT: Keys = table(
    "a slot",
    &[
        key("selector", Shape::Text, "Which element it is. Default: [data-slot=\"KEY\"]."),
        key(
            "pages",
            Shape::OneOrMore(&Shape::Text),
            "Page types that it is on. On other pages no campaign fills it, and it takes no products from other slots. Default: pages of any type.",
        ),
        key(
            "elements",
            Shape::Map(Name::Key, &Shape::Text),
            "Named parts: which element inside the slot each field fills.",
        ),
        key("card", CARD, "Path of the HTML file that recommended products are written with, or one path by locale."),
    ],
);

/// A content.
pub(super) static CONTENT: Keys = Keys {
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
