//! What is cut for the browser: what stays on the server and why, and that the rest is all there.

mod same;
mod shop;

use super::files;
use attune_compiler::client::{Cut, Part, Why, cut};
use attune_compiler::compile;
use attune_core::bundle::{DecisionHeader, encode};
use same::loaded;
use shop::{BASE, CONDITIONS, FREE, Shop, Sketch};

/// A campaign in slot `a`, and what is said of it.
fn why(campaign: &str) -> Option<String> {
    let text = format!(
        "{}-- campaigns/a.toml --\n[slots.a]\n[slots.b]\n[campaigns.first]\npriority = 9\nwhere = 'orders.count > 0'\nshow = {{ b = \"plain\" }}\n\
         [campaigns.it]\npriority = 5\n{campaign}\n",
        BASE.replace("HOLDOUT", "")
    );
    let compiled = compile(&files(&text));
    let cut =
        cut(compiled.bundle.as_ref().unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics)), &compiled.private, true);
    let left_out = cut.left_out.into_iter().find(|out| out.part == Part::Campaign && out.key == "it");
    left_out.map(|out| out.why.to_string())
}

#[test]
fn what_keeps_a_campaign_on_the_server_is_said_in_words() {
    let asks =
        |condition: &str| why(&format!("where = \"{condition}\"\nshow = {{ a = \"plain\" }}")).unwrap_or_default();
    for condition in CONDITIONS.iter().take(FREE) {
        assert_eq!(asks(condition), "", "{condition}");
    }
    for (condition, expected) in [
        ("!(orders.total > 5.0)", "its condition asks `orders.total`, which only the shop's server knows"),
        ("lifecycle == 'loyal'", "its condition asks `lifecycle`, which only the shop's server knows"),
        ("cart.value > orders.average", "its condition asks `orders.average`, which only the shop's server knows"),
        ("product.on_sale", "its condition asks `product.on_sale`, which only the catalogue on the server knows"),
        ("traits.tier == 'gold'", "its condition asks `traits.tier`, which only the shop's server sets"),
        ("page.path in list('secret')", "its condition asks list `secret`, which is private"),
        ("page.path.lowerAscii() in list('secret')", "its condition asks list `secret`, which is private"),
        ("in_segment('whales')", "its condition asks segment `whales`, which is private"),
        ("in_segment('rich')", "its condition asks segment `rich`, and that asks segment `whales`, which is private"),
    ] {
        assert_eq!(asks(condition), expected, "{condition}");
    }
    for (campaign, expected) in [
        ("show = { a = \"orders\" }", "its content `orders` uses `orders.count`, which only the shop's server knows"),
        (
            "show = { a = \"price\" }",
            "its content `price` uses `product.price`, which only the catalogue on the server knows",
        ),
        ("show = { a = \"margins\" }", "its content `margins` uses field `margin` of the catalogue, which is private"),
        ("show = { a = \"stocked\" }", "its content `stocked` uses the pieces in stock, which only the server knows"),
        (
            "arms = { x = { a = \"plain\" }, y = { a = \"orders\" } }",
            "its content `orders` uses `orders.count`, which only the shop's server knows",
        ),
        (
            "show = { a = \"plain\" }\nrequires = { first = \"*\" }",
            "it requires campaign `first`, which stays on the server",
        ),
        ("show = { b = \"plain\" }", "all its slots stay on the server"),
    ] {
        assert_eq!(why(campaign).as_deref(), Some(expected), "{campaign}");
    }
    assert_eq!(why("show = { a = \"plain\", b = \"plain\" }"), None, "its other slot can be decided without that one");
    assert_eq!(why("show = { a = \"popular\" }"), None);
}

#[test]
fn recommendations_go_along_only_where_they_are_asked_for() {
    let shop = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: false,
        campaigns: vec![Sketch { show: vec![(0, 4)], ..plain() }, Sketch { show: vec![(1, 0)], ..plain() }],
    };
    let compiled = shop.compiled();
    let bundle = compiled.bundle.as_ref().unwrap();
    let without = cut(bundle, &compiled.private, false);
    let [slot, campaign] = &without.left_out[..] else { panic!("{:?}", without.left_out) };
    assert_eq!((slot.key.as_str(), slot.why.clone()), ("s0", Why::FilledBy("c0".into())));
    assert_eq!((campaign.key.as_str(), campaign.why.clone()), ("c0", Why::Recommends { content: "popular".into() }));
    assert_eq!(without.bundle.elsewhere.texts().collect::<Vec<_>>(), ["", "basket", "home", "product"]);
    let with = cut(bundle, &compiled.private, true);
    assert_eq!((with.left_out.len(), with.bundle.elsewhere.is_empty()), (0, true));
}

fn plain() -> Sketch {
    Sketch {
        conditions: Vec::new(),
        show: Vec::new(),
        arms: None,
        requires: None,
        holdout: false,
        layer: false,
        observe: false,
        cap: false,
        during: 0,
    }
}

/// What a slot on the server does to the others of its pages.
#[test]
fn slots_that_depend_on_one_another_stay_together() {
    let slot_of = |intensity, contents: [usize; 3], slots: [u8; 3]| {
        let shop = Shop {
            slots: slots.to_vec(),
            intensity,
            site_holdout: false,
            campaigns: (0..3).map(|at| Sketch { show: vec![(at, contents[at])], ..plain() }).collect(),
        };
        let compiled = shop.compiled();
        let cut = cut(compiled.bundle.as_ref().unwrap(), &compiled.private, true);
        let slots = cut.left_out.into_iter().filter(|out| out.part == Part::Slot);
        slots.map(|out| format!("{}: {}", out.key, out.why)).collect::<Vec<_>>()
    };
    let filled = "s0: campaign `c0` fills it, which stays on the server";
    assert_eq!(slot_of([0; 3], [6, 0, 0], [0; 3]), [filled]);
    let light = "`home` pages show one campaign (intensity is light), and slot `s0` of theirs stays on the server";
    assert_eq!(slot_of([1, 0, 0], [6, 0, 0], [1, 3, 2]), [filled.to_owned(), format!("s1: {light}")]);
    let products = "a page shows no product twice, and slot `s0` with recommendations stays on the server";
    assert_eq!(slot_of([0; 3], [8, 4, 0], [1, 1, 1]), [filled.to_owned(), format!("s1: {products}")]);
    assert_eq!(slot_of([0; 3], [8, 4, 0], [1, 2, 1]), [filled], "they are never on one page");
}

#[test]
fn a_prerequisite_without_a_slot_in_the_browser_goes_along_without_its_contents() {
    let shop = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: false,
        campaigns: vec![
            Sketch { show: vec![(0, 6)], ..plain() },
            Sketch { show: vec![(0, 3)], arms: Some(vec![(0, 1)]), ..plain() },
            Sketch { show: vec![(1, 0)], requires: Some(1), ..plain() },
        ],
    };
    let compiled = shop.compiled();
    let cut = cut(compiled.bundle.as_ref().unwrap(), &compiled.private, false);
    let campaigns = &cut.bundle.campaigns;
    let keys: Vec<&str> = campaigns.iter().map(|campaign| campaign.key.as_str()).collect();
    assert_eq!(keys, ["c1", "c2"]);
    assert!(campaigns[0].slots.is_empty() && campaigns[0].arms.iter().all(|arm| arm.show.is_empty()));
    assert_eq!(campaigns[1].enrolment.requires[0].campaign, 0);
    let contents: Vec<&str> = cut.bundle.contents.iter().map(|content| content.key.as_str()).collect();
    assert_eq!(contents, ["plain"]);
}

#[test]
fn what_only_the_server_needs_is_gone_and_numbers_are_new() {
    let compiled = Shop {
        slots: vec![0, 0],
        intensity: [0; 3],
        site_holdout: true,
        campaigns: vec![
            Sketch { show: vec![(0, 0)], conditions: vec![10], ..plain() },
            Sketch { show: vec![(1, 1)], conditions: vec![3, 4, 7, 8], layer: true, ..plain() },
        ],
    }
    .compiled();
    let whole = compiled.bundle.as_ref().unwrap();
    let Cut { bundle, .. } = cut(whole, &compiled.private, false);
    assert_eq!((bundle.lists.len(), bundle.patterns.len(), bundle.slots.len()), (1, 1, 1));
    let segments: Vec<&str> = bundle.segments.iter().map(|segment| segment.key.as_str()).collect();
    assert_eq!(segments, ["regulars", "locals"]);
    assert!(bundle.segments.iter().all(|segment| segment.name.is_empty()));
    assert!(bundle.campaigns.iter().all(|campaign| campaign.owner.is_empty()));
    assert!(bundle.atoms.len() < whole.atoms.len());
    let site = &bundle.site;
    assert_eq!((site.holdout_bp, site.query_keys.len(), site.rules.traits.len()), (1_000, 0, 0));
    assert_eq!(site.rules.signals.len(), 1);
    assert_eq!(site.decision_headers.iter().flat_map(DecisionHeader::segments).count(), 0);
    assert_eq!(site.decision_headers.len(), 1, "in a site of two locales it says in which one pages are decided");
    loaded(&bundle);
}

/// None of it is used, and nothing is different.
#[test]
fn private_entries_change_no_ordinary_bundle() {
    let shop = any_text_of_private(true);
    let open = any_text_of_private(false);
    let encoded = |text: &str| encode(compile(&files(text)).bundle.as_ref().unwrap()).unwrap();
    assert!(encoded(&shop) == encoded(&open));
}

fn any_text_of_private(is_private: bool) -> String {
    let base = BASE.replace("HOLDOUT", if is_private { "local = true" } else { "" });
    let base = if is_private { base } else { base.replace("private = true\n", "") };
    format!(
        "{base}-- campaigns/a.toml --\n[slots.a]\n[campaigns.it]\nwhere = \"in_segment('rich') && page.path in list('secret')\"\nshow = {{ a = \"plain\" }}\n"
    )
}
