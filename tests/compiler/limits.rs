//! Every limit of what an author writes is refused, and the message says what is possible.

use super::files;
use attune_compiler::{Severity, compile};
use attune_core::limits;
use std::fmt::Write;

/// Lines made from the numbers below `count`.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        writeln!(all, "{}", line(number)).unwrap();
        all
    })
}

/// Items made from the numbers below `count`, between commas.
fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

/// A site of its own, so that its tables may be anything.
fn site(rest: &str, more: &str) -> String {
    format!(
        "-- attune.toml --\n[site]\nname = \"shop\"\nhosts = [\"www.shop.example\"]\nlocales = {{ en-GB = \"GBP\" }}\n{rest}\n{more}"
    )
}

fn condition(when: &str) -> String {
    format!("[segments.case]\nwhen = '{when}'\n")
}

fn campaign(keys: &str) -> String {
    format!("[campaigns.case]\npriority = 9\n{keys}\n")
}

/// Refused with this number in what is said.
fn refused(what: &str, limit: usize, fixture: &str) {
    let diagnostics = compile(&files(fixture)).diagnostics;
    let told = diagnostics.iter().any(|d| {
        let said = format!("{} {}", d.message, d.help);
        d.severity == Severity::Error && said.split(|c: char| !c.is_ascii_digit()).any(|word| word == limit.to_string())
    });
    assert!(told, "{what}: {:#?}", diagnostics.iter().take(5).collect::<Vec<_>>());
}

#[test]
fn what_is_beyond_a_limit_of_the_site_is_refused_with_the_limit() {
    let hosts = format!("hosts = [{}]", list(limits::HOSTS_MAX + 1, |n| format!("\"h{n}.shop.example\"")));
    let of_site = site("", "").replace("hosts = [\"www.shop.example\"]", &hosts);
    refused("hosts", limits::HOSTS_MAX, &of_site);
    let letter = |n: usize| char::from(b'a' + u8::try_from(n).unwrap());
    let tag = |n: usize| format!("a{}{} = \"GBP\"", letter(n / 26), letter(n % 26));
    let locales = format!("locales = {{ {} }}", list(limits::LOCALES_MAX + 1, tag));
    refused("locales", limits::LOCALES_MAX, &site("", "").replace("locales = { en-GB = \"GBP\" }", &locales));
    let pages = lines(limits::PATTERNS_MAX + 1, |n| format!("p{n} = []"));
    refused("page types", limits::PATTERNS_MAX, &site("[pages]", &pages));
    let patterns = list(limits::PATTERNS_MAX + 1, |n| format!("\"/{n}\""));
    refused("patterns", limits::PATTERNS_MAX, &site("[pages]", &format!("all = [{patterns}]")));
    refused("slots", limits::SLOTS_MAX, &lines(limits::SLOTS_MAX + 1, |n| format!("[slots.s{n}]")));
    refused("campaigns", limits::CAMPAIGNS_MAX, &lines(limits::CAMPAIGNS_MAX + 1, |n| format!("[campaigns.c{n}]")));
    refused("contents", limits::CONTENTS_MAX, &lines(limits::CONTENTS_MAX + 1, |n| format!("[content.c{n}]")));
    refused("layers", limits::LAYERS_MAX, &lines(limits::LAYERS_MAX + 1, |n| format!("[layers.l{n}]")));
    refused(
        "goals",
        limits::GOALS_MAX,
        &lines(limits::GOALS_MAX + 1, |n| format!("[goals.g{n}]\nevent = \"purchase\"")),
    );
    let key = "k".repeat(limits::KEY_BYTES_MAX + 1);
    refused("key", limits::KEY_BYTES_MAX, &format!("[segments.{key}]\nwhen = 'geo.eu'"));
}

#[test]
fn what_is_beyond_a_limit_of_the_vocabulary_is_refused_with_the_limit() {
    let traits = lines(limits::TRAITS_MAX + 1, |n| format!("[traits.t{n}]\nsource = \"crm\""));
    refused("traits", limits::TRAITS_MAX, &traits);
    let values = list(limits::TRAIT_VALUES_MAX + 1, |n| format!("\"{n}\""));
    refused("values", limits::TRAIT_VALUES_MAX, &format!("[traits.t]\nsource = \"crm\"\nvalues = [{values}]"));
    let value = "v".repeat(limits::TRAIT_BYTES_MAX + 1);
    refused("value", limits::TRAIT_BYTES_MAX, &format!("[traits.t]\nsource = \"crm\"\nvalues = [\"{value}\"]"));
    let signals = lines(limits::SIGNALS_MAX + 1, |n| format!("[signals.s{n}]\nevent = \"view_item\""));
    refused("signals", limits::SIGNALS_MAX, &signals);
    let tests = ["item.price > 1"; limits::SIGNAL_TESTS_MAX + 1].join(" && ");
    let signal = format!("[signals.s]\nevent = \"view_item\"\nwhere = '{tests}'");
    refused("tests", limits::SIGNAL_TESTS_MAX, &signal);
    let lists = lines(limits::LISTS_MAX + 1, |n| format!("[lists.l{n}]\nvalues = [\"a\"]"));
    refused("lists", limits::LISTS_MAX, &lists);
    let aliases = lines(limits::CATEGORY_ALIASES_MAX + 1, |n| format!("\"c{n}\" = \"lights\""));
    refused(
        "aliases",
        limits::CATEGORY_ALIASES_MAX,
        &format!("[catalog]\ncategories = [\"lights\"]\n[catalog.category_aliases]\n{aliases}"),
    );
    let values = lines(limits::LIST_MAX + 1, |n| n.to_string());
    let file = format!("[lists.l]\nfile = \"lists/l.txt\"\n-- lists/l.txt --\n{values}");
    refused("values of a list", limits::LIST_MAX, &file);
}

#[test]
fn what_is_beyond_a_limit_of_conditions_is_refused_with_the_limit() {
    let text = "t".repeat(limits::TEXT_BYTES_MAX + 1);
    refused("text", limits::TEXT_BYTES_MAX, &condition(&format!("page.path == \"{text}\"")));
    refused("text", limits::TEXT_BYTES_MAX, &condition(&format!("page.path in [\"{text}\"]")));
    let key = "k".repeat(limits::KEY_BYTES_MAX + 1);
    refused("query key", limits::KEY_BYTES_MAX, &condition(&format!("page.query[\"{key}\"] == \"x\"")));
    let sku = "s".repeat(limits::SKU_BYTES_MAX + 1);
    refused("product key", limits::SKU_BYTES_MAX, &condition(&format!("cart.has(\"{sku}\")")));
    let pattern = "p".repeat(limits::PATTERN_TEXT_BYTES_MAX + 1);
    refused("expression", limits::PATTERN_TEXT_BYTES_MAX, &condition(&format!("page.path.matches(\"{pattern}\")")));
    let any = vec!["geo.eu"; limits::PROGRAM_OPS_MAX / 2 + 1].join(" || ");
    refused("steps", limits::PROGRAM_OPS_MAX, &condition(&any));
    let conditions = |count: usize, when: &dyn Fn(usize) -> String| {
        lines(count, |n| format!("[segments.s{n}]\nwhen = '{}'", when(n)))
    };
    let nested = conditions(limits::SEGMENT_DEPTH_MAX + 1, &|n| match n {
        0 => "geo.eu".to_owned(),
        n => format!("in_segment(\"s{}\")", n - 1),
    });
    refused("segments in segments", limits::SEGMENT_DEPTH_MAX, &nested);
    let values = |n: usize| list(limits::LIST_INLINE_MAX + 1, |value| format!("\"{n}-{value}\""));
    let lists = conditions(limits::LISTS_MAX + 1, &|n| format!("page.path in [{}]", values(n)));
    refused("lists in conditions", limits::LISTS_MAX, &lists);
    let patterns = conditions(limits::PATTERNS_COMPILED_MAX + 1, &|n| format!("page.path.matches(\"^{n}$\")"));
    refused("expressions in conditions", limits::PATTERNS_COMPILED_MAX, &patterns);
    let keys = conditions(limits::QUERY_KEYS_MAX + 1, &|n| format!("known(page.query[\"k{n}\"])"));
    refused("query keys", limits::QUERY_KEYS_MAX, &keys);
}

#[test]
fn what_is_beyond_a_limit_of_experiments_is_refused_with_the_limit() {
    let arms = |count: usize| list(count, |n| format!("a{n} = {{ note = \"plain\" }}"));
    refused("arms", limits::ARMS_MAX, &campaign(&format!("arms = {{ {} }}", arms(limits::ARMS_MAX + 1))));
    let moment = |n: usize| format!("2027-01-{:02}T{:02}:00:00", n / 24 + 1, n % 24);
    let ramp = list(limits::RAMP_STEPS_MAX + 1, |n| format!("{{ from = {}, coverage = {n} }}", moment(n)));
    refused("ramp", limits::RAMP_STEPS_MAX, &campaign(&format!("arms = {{ {} }}\nramp = [{ramp}]", arms(2))));
    let change = |n: usize| format!("{{ from = {}, arms = {{ a0 = {}, a1 = 1 }} }}", moment(n), n % 3 + 1);
    let changes = list(limits::WEIGHT_CHANGES_MAX + 1, change);
    refused(
        "weights",
        limits::WEIGHT_CHANGES_MAX,
        &campaign(&format!("arms = {{ {} }}\nweights = [{changes}]", arms(2))),
    );
    let required = list(limits::REQUIRES_MAX + 1, |n| format!("c{n} = \"*\""));
    let others =
        lines(limits::REQUIRES_MAX + 1, |n| format!("[campaigns.c{n}]\npriority = {n}\nshow = {{ note = \"plain\" }}"));
    refused("requires", limits::REQUIRES_MAX, &(campaign(&format!("requires = {{ {required} }}")) + &others));
}

#[test]
fn what_is_beyond_a_limit_of_recommendations_is_refused_with_the_limit() {
    let shop = |keys: &str, recommend: &str| {
        format!(
            "[catalog]\nfeed = \"catalog/p.tsv\"\n{keys}\n[slots.picks]\ncard = \"content/card.html\"\n[campaigns.case]\nrecommend.picks = {{ {recommend} }}\n\
             -- content/card.html --\n<ul>{{{{#items}}}}<li>{{{{item.title}}}}</li>{{{{/items}}}}</ul>\n-- catalog/p.tsv --\nid\ttitle\tlink\n1\tOne\t/p/1\n"
        )
    };
    let popular = "sources = [\"popular\"]";
    let fields = format!("extra = [{}]", list(limits::CATALOG_FIELDS_MAX + 1, |n| format!("\"f{n}\"")));
    refused("fields", limits::CATALOG_FIELDS_MAX, &shop(&fields, popular));
    let field = format!("extra = [\"{}\"]", "f".repeat(limits::KEY_BYTES_MAX + 1));
    refused("field", limits::KEY_BYTES_MAX, &shop(&field, popular));
    let sources = format!("sources = [{}]", ["\"popular\""; limits::SOURCES_MAX + 1].join(", "));
    refused("sources", limits::SOURCES_MAX, &shop("", &sources));
    refused("cards", limits::CARDS_MAX, &shop("", &format!("{popular}, count = {}", limits::CARDS_MAX + 1)));
    let weigh = list(limits::RULES_MAX + 1, |_| "{ category = \"x\", percent = 50 }".to_owned());
    refused("rules", limits::RULES_MAX, &shop("", &format!("{popular}, weigh = [{weigh}]")));
    let products = list(limits::PRODUCT_LIST_MAX + 1, |n| format!("\"p{n}\""));
    let listed =
        shop("[product_lists.long]\nproducts = [PRODUCTS]", "sources = [\"long\"]").replace("PRODUCTS", &products);
    refused("a list of products", limits::PRODUCT_LIST_MAX, &listed);
}

#[test]
fn what_is_beyond_a_limit_of_contents_is_refused_with_the_limit() {
    let content = |html: &str| {
        format!(
            "{}[content.case]\nhtml = \"content/case.html\"\n-- content/case.html --\n{html}",
            campaign("show = { bar = \"case\" }")
        )
    };
    let parts = "<i>{{visit.count | default: \"1\"}}</i>".repeat(limits::TEMPLATE_PARTS_MAX / 2 + 1);
    refused("parts", limits::TEMPLATE_PARTS_MAX, &content(&parts));
    refused("bytes", limits::CONTENT_BYTES_MAX, &content(&"x".repeat(limits::CONTENT_BYTES_MAX + 1)));
}
