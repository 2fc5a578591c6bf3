//! Shops with any slots and campaigns, in one text.

use crate::files;
use attune_compiler::{Compiled, Severity, compile};
use proptest::prelude::*;
use std::fmt::Write;

/// What every configuration of the tests has.
pub(super) const BASE: &str = r#"-- attune.toml --
[site]
name = "shop"
hosts = ["www.shop.example"]
timezone = "Europe/London"
locales = { en-GB = "GBP", de-DE = "GBP" }
HOLDOUT
[pages]
home = ["/"]
product = ["/p/{sku}"]
basket = ["/basket"]
[decision_header.home]
paths = ["/"]
segments = ["whales"]
[catalog]
feed = "catalog/p.tsv"
extra = ["colour"]
private = ["margin"]
[traits.tier]
values = ["gold", "silver"]
source = "crm"
[traits.theme]
source = "page"
trust = "browser"
[signals.lamps]
event = "view_item"
where = 'item.category == "lamps"'
[lists.open]
values = ["/", "/p/1"]
[lists.long]
file = "lists/long.txt"
[lists.secret]
values = ["/basket", "/p/2"]
private = true
[segments.regulars]
when = 'visit.count > 1'
[segments.locals]
when = 'in_segment("regulars") && geo.country == "DE"'
[segments.whales]
when = 'visit.count > 2'
private = true
[segments.rich]
when = '!in_segment("whales") || geo.country == "DE"'
[layers.first]
holdout = 10
[content.plain]
html = "content/plain.html"
[content.visits]
text.en-GB = { text = "{{visit.count}} visits" }
text.de-DE = { text = "{{visit.count | default: '?'}} Besuche" }
[content.cart]
fallback = true
text.en-GB = { text = "{{cart.items}} pieces" }
[content.theme]
fallback = true
text.en-GB = { text = "{{traits.theme | default: 'light'}}" }
[content.orders]
text.en-GB = { text = "Hello" }
text.de-DE = { text = "{{orders.count | default: '0'}} mal" }
[content.price]
fallback = true
text.en-GB = { text = "Only {{product.price | money}}" }
[content.popular]
recommend = { sources = ["category-popular", "popular"], count = 2, min = 1, card = "content/card.html", weigh = [{ field = "colour", is = "red", percent = 500 }] }
[content.twins]
recommend = { sources = ["popular"], count = 3, min = 2, card = "content/card.html", pin = [{ product = "3", place = 1 }] }
[content.margins]
recommend = { sources = ["popular"], count = 2, min = 1, card = "content/card.html", at_least = { margin = 2 } }
[content.stocked]
recommend = { sources = ["popular"], count = 2, min = 1, card = "content/card.html", min_stock = 3 }
-- content/plain.html --
<b>Hello</b>
-- content/card.html --
<ul>{{#items}}<li>{{item.title}} {{item.price | money}} {{item.extra["colour"] | default: 'any'}}</li>{{/items}}</ul>
-- catalog/p.tsv --
id	title	link	price	margin	colour	quantity	product_type
1	One	/p/1	2.50 GBP	3	red	9	lamps
2	Two	/p/2	3.50 GBP	1	blue	1	lamps
3	Three	/p/3	4.50 GBP	5	red	4	lamps
4	Four	/p/4	5.50 GBP	2	blue	0	mugs
5	Five	/p/5	6.50 GBP	1	red	7	mugs
-- lists/long.txt --
/
/p/2
"#;

/// Conditions that a browser may ask, and then those that it may not.
pub(super) const CONDITIONS: [&str; 18] = [
    "visit.count > 1",
    "geo.country == 'DE'",
    "page.path in list('open')",
    "page.path.matches('^/p/[0-9]$')",
    "in_segment('locals')",
    "traits.theme == 'dark'",
    "page.query['utm_source'] == 'x' || true",
    "!(page.path in list('long'))",
    "signal.lamps > 1.0 || cart.items > 1",
    "orders.count > 0",
    "page.path in list('secret')",
    "in_segment('whales')",
    "in_segment('rich')",
    "traits.tier == 'gold' || visit.count > 1",
    "lifecycle == 'loyal'",
    "cart.value > orders.average",
    "product.on_sale || visit.count > 2",
    "!in_segment('rich') && visit.count > 0",
];
/// How many of them a browser may ask.
pub(super) const FREE: usize = 9;

/// Contents, those that a browser may have first.
pub(super) const CONTENTS: [&str; 10] =
    ["plain", "visits", "cart", "theme", "popular", "twins", "orders", "price", "margins", "stocked"];

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line of the campaign")]
pub(super) struct Sketch {
    pub(super) conditions: Vec<usize>,
    pub(super) show: Vec<(usize, usize)>,
    pub(super) arms: Option<Vec<(usize, usize)>>,
    pub(super) requires: Option<usize>,
    pub(super) holdout: bool,
    pub(super) layer: bool,
    pub(super) observe: bool,
    pub(super) cap: bool,
    pub(super) during: u8,
}

prop_compose! {
    fn any_campaign(slots: usize)(
        conditions in prop::collection::vec(prop_oneof![9 => 0..FREE, 1 => FREE..CONDITIONS.len()], 0..2),
        show in prop::collection::vec((0..slots, prop_oneof![6 => 0..6_usize, 1 => 6..CONTENTS.len()]), 1..3),
        arms in prop::option::weighted(0.3, prop::collection::vec((0..slots, 0..6_usize), 0..3)),
        requires in prop::option::weighted(0.2, 0..8_usize),
        holdout in prop::bool::weighted(0.2),
        layer in prop::bool::weighted(0.2),
        observe in prop::bool::weighted(0.15),
        cap in prop::bool::weighted(0.2),
        during in 0..6_u8,
    ) -> Sketch {
        Sketch { conditions, show, arms, requires, holdout, layer, observe, cap, during }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Shop {
    /// For each slot the page types that it is on, as bits; none for all.
    pub(super) slots: Vec<u8>,
    pub(super) intensity: [u8; 3],
    pub(super) site_holdout: bool,
    pub(super) campaigns: Vec<Sketch>,
}

pub(super) fn any_shop() -> impl Strategy<Value = Shop> {
    let slots = prop::collection::vec(prop_oneof![Just(0_u8), 1..8_u8], 1..6);
    let intensity = prop::array::uniform3(prop_oneof![6 => Just(0_u8), 3 => Just(1_u8), 1 => Just(2_u8)]);
    (slots, intensity, prop::bool::weighted(0.2)).prop_flat_map(|(slots, intensity, site_holdout)| {
        prop::collection::vec(any_campaign(slots.len()), 1..8).prop_map(move |campaigns| Shop {
            slots: slots.clone(),
            intensity,
            site_holdout,
            campaigns,
        })
    })
}

impl Shop {
    pub(super) fn fixture(&self) -> String {
        let holdout = if self.site_holdout { "holdout = 10" } else { "" };
        let mut text = format!("{}-- campaigns/a.toml --\n", BASE.replace("HOLDOUT", holdout));
        let pages = ["home", "product", "basket"];
        text.push_str("[intensity]\n");
        for (page, intensity) in pages.iter().zip(self.intensity) {
            let word = ["full", "light", "off"][usize::from(intensity)];
            writeln!(text, "{page} = \"{word}\"").unwrap();
        }
        for (index, on) in self.slots.iter().enumerate() {
            let on: Vec<&str> = (0..3).filter(|bit| on & (1 << bit) != 0).map(|bit| pages[bit]).collect();
            writeln!(text, "[slots.s{index}]").unwrap();
            if !on.is_empty() {
                writeln!(text, "pages = {on:?}").unwrap();
            }
        }
        for (index, sketch) in self.campaigns.iter().enumerate() {
            campaign(&mut text, index, sketch);
        }
        text
    }

    pub(super) fn compiled(&self) -> Compiled {
        let compiled = compile(&files(&self.fixture()));
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{}", self.fixture());
        compiled
    }
}

fn campaign(text: &mut String, index: usize, sketch: &Sketch) {
    let shown = |show: &[(usize, usize)]| {
        let mut by_slot = std::collections::BTreeMap::new();
        by_slot.extend(show.iter().copied());
        let parts: Vec<String> =
            by_slot.iter().map(|(slot, content)| format!("s{slot} = \"{}\"", CONTENTS[*content])).collect();
        parts.join(", ")
    };
    writeln!(text, "[campaigns.c{index}]\npriority = {}\nowner = \"team-{index}\"", 100 - index).unwrap();
    let conditions: Vec<&str> = sketch.conditions.iter().map(|index| CONDITIONS[*index]).collect();
    writeln!(text, "where = {conditions:?}").unwrap();
    match &sketch.arms {
        None => writeln!(text, "show = {{ {} }}", shown(&sketch.show)).unwrap(),
        Some(other) => {
            writeln!(text, "arms = {{ a = {{ {} }}, b = {{ {} }} }}", shown(&sketch.show), shown(other)).unwrap();
        }
    }
    if let Some(other) = sketch.requires.filter(|other| *other < index) {
        writeln!(text, "requires = {{ c{other} = \"*\" }}").unwrap();
    }
    for (is_set, line) in [
        (sketch.holdout, "holdout = 20"),
        (sketch.layer, "layer = \"first\""),
        (sketch.observe, "mode = \"observe\""),
        (sketch.cap, "cap = { seen = 2, per = \"7d\", stop_on = \"purchase\" }"),
        (sketch.during == 1, "during = { from = 2026-01-01, zone = \"visitor\" }"),
        (sketch.during == 2, "during = { from = 2036-01-01 }"),
    ] {
        if is_set {
            writeln!(text, "{line}").unwrap();
        }
    }
}
