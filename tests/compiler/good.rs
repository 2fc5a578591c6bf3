//! What good fixtures become.

use super::{configuration, files, fixtures, folder};
use attune_compiler::{Code, File, Ordinals, compile};
use attune_core::attribute::ATTRIBUTES;
use attune_core::bundle::cards::{RecommendationReason, Source};
use attune_core::bundle::{Body, Bundle, LifecycleRule, Op, Part, Program, Rules, Site, Template, encode};
use attune_core::explain;
use attune_core::loaded::Loaded;
use std::fmt::Write;

fn bundle(name: &str, files: &[File]) -> Bundle {
    let compiled = compile(files);
    // In a fixture nothing uses most segments, one campaign often hides that of the base, and few pages have a type.
    let expected =
        |code| !name.contains('/') && matches!(code, Code::UnusedSegment | Code::NeverWins | Code::UnknownPath);
    let wrong: Vec<_> = compiled.diagnostics.iter().filter(|d| !expected(d.code)).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    let bundle = compiled.bundle.unwrap();
    let loaded = Loaded::load(&encode(&bundle).unwrap()).unwrap();
    assert!(loaded.disabled.is_empty(), "{name}: {:?}", loaded.disabled);
    bundle
}

fn program(bundle: &Bundle, program: &Program) -> String {
    let steps = program.iter().map(|op| match op {
        Op::Atom(index) => explain::atom(&bundle.atoms[*index as usize]),
        Op::Segment(index) => format!("in_segment({})", bundle.segments[*index as usize].key),
        other => format!("{other:?}").to_uppercase(),
    });
    steps.collect::<Vec<_>>().join(" | ")
}

fn template(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(text) => text.clone(),
        Part::Hole(hole) => {
            let default = hole.default.as_ref().map_or_else(String::new, |text| format!(" default {text:?}"));
            format!("⟦{} {:?} {:?}{default}⟧", explain::subject(&hole.source), hole.context, hole.format)
        }
    });
    parts.collect()
}

/// A bundle in words.
fn told(bundle: &Bundle) -> String {
    // Eighty years of a time zone say little to a reader.
    let Rules { zone, lifecycle, traits, signals, intensity } = &bundle.site.rules;
    let site = Site { rules: Rules::default(), ..bundle.site.clone() };
    let mut out = format!("site {site:#?}\n");
    let (before, after) = (out.find("    rules: Rules"), out.rfind("}\n"));
    out.replace_range(before.unwrap()..after.unwrap(), "");
    let (first, last) = (zone.changes.first(), zone.changes.last());
    writeln!(out, "zone {} {} changes {first:?} to {last:?}", zone.offset_min, zone.changes.len()).unwrap();
    if *lifecycle != LifecycleRule::default() {
        writeln!(out, "{lifecycle:?}").unwrap();
    }
    for line in traits.iter().map(|t| format!("{t:?}")).chain(signals.iter().map(|s| format!("{s:?}"))) {
        writeln!(out, "{line}").unwrap();
    }
    for told in &bundle.site.decision_headers {
        let segments: Vec<&str> = told.segments().map(|index| bundle.segments[index as usize].key.as_str()).collect();
        writeln!(out, "decision header {:?} {segments:?}", told.paths().collect::<Vec<_>>()).unwrap();
    }
    for (page, intensity) in intensity {
        writeln!(out, "intensity {page} {intensity:?}").unwrap();
    }
    for goal in &bundle.measurement.goals {
        writeln!(out, "{goal:?}").unwrap();
    }
    for (index, list) in bundle.lists.iter().enumerate() {
        writeln!(out, "list {index} of {}", list.len()).unwrap();
    }
    for (index, pattern) in bundle.patterns.iter().enumerate() {
        writeln!(out, "pattern {index} of {} bytes", pattern.len()).unwrap();
    }
    for atom in &bundle.atoms {
        writeln!(out, "atom {}", explain::atom(atom)).unwrap();
    }
    for segment in &bundle.segments {
        writeln!(out, "segment {} ({}): {}", segment.key, segment.name, program(bundle, &segment.when)).unwrap();
    }
    for slot in &bundle.slots {
        write!(out, "slot {} {}", slot.key, slot.selector).unwrap();
        for (name, selector) in &slot.elements {
            write!(out, " {name}={selector}").unwrap();
        }
        if !slot.pages.is_empty() {
            write!(out, " on {:?}", slot.pages.texts().collect::<Vec<_>>()).unwrap();
        }
        out.push('\n');
    }
    for c in &bundle.campaigns {
        writeln!(
            out,
            "campaign {} by {:?} priority {} phase {} holdout {} during {:?} cap {:?}\n  where {}\n  arms {:?} ranges {:?} slots {:?}\n  {:?}",
            c.key, c.owner, c.priority, c.phase, c.holdout_bp, c.during, c.cap,
            program(bundle, &c.eligible), c.arms, c.ranges, c.slots, c.enrolment
        )
        .unwrap();
    }
    for layer in &bundle.layers {
        writeln!(out, "{layer:?}").unwrap();
    }
    for content in &bundle.contents {
        writeln!(out, "content {} {:?}", content.key, content.by_locale).unwrap();
        for body in &content.bodies {
            match body {
                Body::Html(html) => writeln!(out, "  html {}", template(html)).unwrap(),
                Body::Cards(cards) => {
                    writeln!(
                        out,
                        "  cards {:?} {:?} {:?} count {} min {} exclude {:?} rotation {} rules {:?} because {:?} in {}\n  before {}\n  card {}\n  after {}",
                        cards.sources, cards.strategies, cards.mix, cards.count, cards.min, cards.exclude, cards.rotation_centi, cards.rules,
                        cards.reason_texts.first(), cards.currency,
                        template(&cards.before), template(&cards.card), template(&cards.after)
                    )
                    .unwrap();
                }
                Body::Fields(fields) => {
                    for field in fields {
                        let inner = field.inner.as_ref().map(template);
                        writeln!(out, "  {} {}", field.name, inner.unwrap_or_else(|| "-".to_owned())).unwrap();
                        for (name, value) in &field.attributes {
                            writeln!(out, "    {name}=\"{}\"", template(value)).unwrap();
                        }
                    }
                }
            }
        }
    }
    out
}

#[test]
fn good_files_become_what_they_say() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, files) in fixtures("good") {
        let bundle = bundle(&name, &files);
        settings.bind(|| insta::assert_snapshot!(format!("good-{name}"), told(&bundle)));
    }
}

#[test]
fn the_demo_and_the_starter_have_no_problem() {
    for dir in ["www/demo/attune", "src/command/starter"] {
        let bundle = bundle(dir, &configuration(dir));
        assert!(bundle.campaigns.len() > 2, "{dir}");
    }
}

/// `ATTUNE_BLESS=1` writes the bundle anew.
#[test]
fn the_bundle_of_the_condition_vectors_is_current() {
    let compiled = compile(&configuration("tests/vectors/conditions"));
    let wrong: Vec<_> = compiled.diagnostics.iter().filter(|d| d.code != Code::UnusedSegment).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let bundle = encode(&compiled.bundle.unwrap()).unwrap();
    let catalog = compiled.products.unwrap().artifact(&mut Ordinals::default()).unwrap();
    for (golden, bytes) in [("conditions.bundle", bundle), ("conditions.catalog", catalog)] {
        let golden = folder("../golden").join(golden);
        if std::env::var_os("ATTUNE_BLESS").is_some() {
            std::fs::write(&golden, &bytes).unwrap();
        }
        assert!(std::fs::read(&golden).unwrap() == bytes, "the compiler writes another {}", golden.display());
    }
}

#[test]
fn every_attribute_is_in_the_fixture_that_has_everything() {
    let (_, files) = fixtures("good").into_iter().find(|(name, _)| name == "everything").unwrap();
    let bundle = bundle("everything", &files);
    for spec in ATTRIBUTES.iter().filter(|spec| !spec.attribute.is_of_item()) {
        assert!(
            bundle.atoms.iter().any(|atom| atom.subject.attribute == spec.attribute),
            "no condition asks `{}`: add one to tests/compiler/good/everything.txt and run this test with INSTA_UPDATE=always",
            spec.name
        );
    }
}

#[test]
fn the_order_of_files_makes_no_difference() {
    let mut files = configuration("www/demo/attune");
    let forwards = encode(&bundle("forwards", &files)).unwrap();
    files.reverse();
    assert_eq!(encode(&bundle("backwards", &files)).unwrap(), forwards);
}

#[test]
fn json_means_what_toml_means() {
    let toml = "[segments.case]\nwhen = 'visit.count > 1 && page.path.startsWith(\"/x\")'\n\
        [campaigns.case]\npriority = 9\nholdout = 2.5\nshow = { note = \"plain\" }\n\
        during = { from = 2026-11-27, until = 2026-11-30T12:00:00 }\n";
    let json = r#"-- campaigns/case.json --
{ "$schema": "x", "segments": { "case": { "when": "visit.count > 1 && page.path.startsWith(\"\u002fx\")" } },
  "campaigns": { "case": { "priority": 9, "holdout": 2.5, "show": { "note": "plain" },
  "during": { "from": "2026-11-27", "until": "2026-11-30T12:00:00" } } } }
"#;
    assert_eq!(bundle("toml", &files(toml)), bundle("json", &files(json)));
}

/// Sales are worth half as much after each half-life, counted from the newest of them.
#[test]
fn what_sells_now_trends_before_what_sold_more() {
    let trending = |half_life: &str| {
        let toml = format!(
            "[catalog]\nfeed = \"catalog/p.tsv\"\n[slots.picks]\ncard = \"content/card.html\"\n\
             [product_lists.hot]\nsales = \"catalog/sales.txt\"\nhalf_life = \"{half_life}\"\nwhy = \"trending\"\n\
             [campaigns.for-you]\npriority = 9\nrecommend.picks = {{ sources = [\"hot\"], count = 2, min = 1 }}\n\
             -- content/card.html --\n<ul>{{{{#items}}}}<li>{{{{item.title}}}}</li>{{{{/items}}}}</ul>\n\
             -- catalog/p.tsv --\nid\ttitle\tlink\nold\tOld\t/p/old\nnew\tNew\t/p/new\n\
             -- catalog/sales.txt --\n2026-11-10\told\n2026-11-10\told\n2026-11-10\told\n2026-11-20\tnew\n2026-11-19\tnew\n"
        );
        let bundle = bundle("trending", &files(&toml));
        let mut sources = bundle.contents.iter().flat_map(|content| &content.bodies).filter_map(|body| match body {
            Body::Cards(cards) => Some(cards.sources.clone()),
            _ => None,
        });
        sources.next().unwrap()
    };
    let list = |skus: [&str; 2]| vec![Source::List(RecommendationReason::Trending, skus.map(str::to_owned).to_vec())];
    // Ten days: 3 sales are worth 3 * 2^-10 after a day's half-life, 3 * 2^(-10/60) after that of two months.
    assert_eq!(trending("1d"), list(["new", "old"]));
    assert_eq!(trending("60d"), list(["old", "new"]));
}

/// The clocks of London go forward on 28 March 2027 and back on 25 October 2026 and 31 October 2027.
#[test]
fn a_schedule_is_never_shorter_than_it_could_mean() {
    let (_, files) = fixtures("bad").into_iter().find(|(name, _)| name == "clock-changes").unwrap();
    let bundle = compile(&files).bundle.unwrap();
    let during = |key: &str| bundle.campaigns.iter().find(|c| c.key == key).unwrap().during.unwrap();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let (case, b) = (during("case"), during("b"));
    assert_eq!(case.from_s, Some(at("2027-03-28T01:00:00Z")), "the first moment after the gap");
    assert_eq!(case.until_s, Some(at("2027-10-31T01:30:00Z")), "the second half past one");
    assert_eq!(b.from_s, Some(at("2026-10-25T00:30:00Z")), "the first half past one");
    assert_eq!(b.until_s, Some(at("2027-03-28T00:59:59Z")), "the last second before the gap");
}
