//! `[campaigns]` and `[layers]`.

use super::recommend::RECOMMEND;
use crate::grammar::shape::{Keys, Name, Shape, key, required, table};

pub(super) static CAMPAIGN: Keys = table(
    "a campaign",
    &[
        key("owner", Shape::Text, "Who is responsible for it."),
        key(
            "priority",
            Shape::Whole(-1_000_000, 1_000_000),
            "The campaign with the higher priority wins a slot. Default: 0.",
        ),
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
        key("mode", MODE, "act, or observe: decide and count, and draw nothing. Default: that of the site."),
        key(
            "unit",
            Shape::Choice(&["visitor", "customer"]),
            "Whose hash decides: visitor or customer. Default: visitor.",
        ),
        key(
            "coverage",
            Shape::Percent,
            "Percent of the eligible who take part. The others are free for other campaigns.",
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
        key(
            "bandit",
            Shape::Bool,
            "True: the weights follow the results, once a day at most, and every arm keeps 10 percent. Default: false.",
        ),
        key("layer", Shape::Text, "Layer that it is in. \"none\": no layer, and the compiler makes none for it."),
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

pub(super) static LAYER: Keys = table(
    "a layer",
    &[
        key(
            "share",
            Shape::Map(Name::Key, &Shape::Percent),
            "Percent of the visitors by campaign. Default: equal shares.",
        ),
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

pub(super) const MODE: Shape = Shape::Choice(&["act", "observe"]);
