//! `[site]` and the other tables about the site as a whole.

use super::campaign::MODE;
use crate::grammar::shape::{Keys, Name, Shape, key, required, table};

pub(super) static SITE: Keys = table(
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
        key(
            "local",
            Shape::Bool,
            "true: browsers may decide themselves, with the part of the configuration that anybody may read. Default: false.",
        ),
        key(
            "slices",
            Shape::List(&Shape::Choice(&["device", "visitor", "customer", "country"])),
            "What results are told apart by, as it is at the first exposure. Default: device, visitor.",
        ),
        required(
            "locales",
            Shape::Map(Name::Locale, &Shape::Text),
            "Locales with their currency, such as en-GB = \"GBP\"; the first is the fallback.",
        ),
    ],
);

pub(super) static CONSENT: Keys = table(
    "[consent]",
    &[
        key(
            "source",
            Shape::Text,
            "Where consent comes from. api: POST /_attune/consent. tcf, gpp, gtag: the site's consent tool, too. cookie:NAME: that cookie, too. Default: api.",
        ),
        key("cookie", Shape::Text, "For tcf and gpp: the cookie that has the string. The edge then reads it itself."),
        key(
            "personalization",
            Shape::Text,
            "For cookie:NAME: what stands in the cookie of whoever agreed to personalization, as it is or percent-decoded.",
        ),
        key("measurement", Shape::Text, "For cookie:NAME: the same for measurement."),
        key(
            "regime",
            Shape::Map(Name::Region, &Shape::Choice(&["opt-in", "opt-out"])),
            "What silence means, by country code, EU and other. Default of other: opt-in.",
        ),
        key(
            "gpc",
            Shape::Choice(&["until-answered", "final"]),
            "What Sec-GPC: 1 means. until-answered: a refusal until the visitor agrees while it is sent. final: always a refusal. Default: until-answered.",
        ),
    ],
);

pub(super) static PRIVACY: Keys = table(
    "[privacy]",
    &[key("never_profile", Shape::List(&Shape::Text), "Path patterns whose views leave no memory.")],
);

pub(super) static DECISION_HEADER: Keys = table(
    "a decision header",
    &[
        required("paths", Shape::OneOrMore(&Shape::Text), "Path patterns, as in [pages]."),
        key(
            "segments",
            Shape::OneOrMore(&Shape::Text),
            "Segments that the header names when the visitor is in them. Default: none.",
        ),
    ],
);
