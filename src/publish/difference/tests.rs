use super::*;
use attune_compiler::{File, compile};

const SITE: &str = r#"
[site]
name = "shop"
hosts = ["www.shop.example"]
locales = { en-GB = "GBP", de-DE = "EUR" }
[slots.hero]
[segments.loyal]
when = 'orders.count > 2'
[campaigns.summer]
where = 'visit.count > 1 && !(in_segment("loyal") || device.kind == "phone")'
show = { hero = "sale" }
[campaigns.quiet]
priority = -1
show = { hero = "calm" }
[content.sale]
text.en-GB = { text = "Ten percent off" }
text.de-DE = { text = "Zehn Prozent weniger" }
[content.calm]
text.en-GB = { text = "Good to see you" }
text.de-DE = { text = "Schön, dass Sie da sind" }
"#;

fn loaded(text: &str) -> Loaded {
    let compiled = compile(&[File::new("attune.toml", text)]);
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let bytes = attune_core::bundle::encode(&bundle).unwrap_or_default();
    Loaded::load(&bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn lines(before: &str, after: &str) -> Vec<String> {
    let changes = between(Some(&loaded(before)), &loaded(after));
    let line = |change: &Change, detail: &Detail| {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        format!(
            "{} {} {}: {} -> {}",
            change.area.word(),
            change.key,
            detail.what,
            value(&detail.before),
            value(&detail.after)
        )
    };
    changes.iter().flat_map(|change| change.details.iter().map(move |detail| line(change, detail))).collect()
}

#[test]
fn the_same_configuration_is_not_different_however_it_is_written() {
    assert_eq!(lines(SITE, &format!("# a comment\n{SITE}")), Vec::<String>::new());
}

#[test]
fn a_change_is_said_in_the_words_of_its_author() {
    let copy = SITE.replace("Ten percent off", "Twenty percent off");
    assert_eq!(lines(SITE, &copy), ["content sale text en-GB: Ten percent off -> Twenty percent off"]);
    let condition = SITE.replace("orders.count > 2", "orders.count > 3");
    assert_eq!(lines(SITE, &condition), ["segment loyal when: orders.count > 2 -> orders.count > 3"]);
    let condition = SITE.replace("visit.count > 1 &&", "visit.count > 1 ||");
    let [line] = &lines(SITE, &condition)[..] else { panic!("one line") };
    assert!(line.starts_with("campaign summer where: visit.count > 1 && !(in_segment(\"loyal\") || "), "{line}");
}

#[test]
fn what_a_site_remembers_is_said_in_the_words_of_its_file() {
    let more = "[lifecycle]\nloyal = 7\n[signals.oak]\nevent = \"view_item\"\nmeasure = \"count\"\nwhere = 'item.category in [\"oak\", \"ash\"] && item.price >= 20'\nhalf_life = \"30d\"\n";
    let said = lines(SITE, &format!("{SITE}\n{more}"));
    assert!(said.iter().any(|line| line.ends_with("loyal from 7 orders")), "{said:?}");
    let signal = "count, from view_item, where category in [ash, oak] && price >= 20.00, half-life 30 days";
    assert!(said.iter().any(|line| line.contains("signals.oak") && line.ends_with(signal)), "{said:?}");
    let all = between(None, &loaded(SITE));
    let details = all.iter().flat_map(|change| &change.details);
    let consent = details.filter(|detail| detail.what.starts_with("consent"));
    let words = ["opt-in", "opt-out", "until-answered", "final"];
    assert!(
        consent.clone().count() > 0
            && consent.flat_map(|detail| &detail.after).all(|text| words.contains(&text.as_str())),
        "{all:?}"
    );
}

#[test]
fn what_is_new_or_gone_is_said_whole() {
    let new = "[campaigns.winter]\npriority = 7\nshow = { hero = \"calm\" }\nduring = { from = 2026-12-01T00:00:00Z, until = 2026-12-24T00:00:00Z }\n";
    let (before, after) = (loaded(SITE), loaded(&format!("{SITE}{new}")));
    let changes = between(Some(&before), &after);
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((change.area, change.key.as_str(), change.kind), (Area::Campaign, "winter", Kind::Added));
    assert!(change.details.iter().any(|detail| detail.after.as_deref() == Some("2026-12-01T00:00:00Z")), "{change:?}");
    let gone = between(Some(&after), &before);
    assert_eq!(gone.first().map(|change| change.kind), Some(Kind::Removed));
    assert!(between(None, &before).iter().all(|change| change.kind == Kind::Added));
}

#[test]
fn a_content_touches_the_campaigns_that_show_it_and_a_segment_all() {
    let copy = SITE.replace("Ten percent off", "Twenty percent off");
    let touched = |after: &str| {
        let (before, after) = (loaded(SITE), loaded(after));
        campaigns_touched(&between(Some(&before), &after), &[&before, &after]).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(touched(&copy), ["summer"]);
    assert_eq!(touched(&SITE.replace("orders.count > 2", "orders.count > 3")), ["quiet", "summer"]);
}
