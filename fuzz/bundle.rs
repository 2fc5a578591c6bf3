//! Laws of what the edge loads, and of the whole page call.

use attune_core::artifacts::Artifacts;
use attune_core::bundle::{live, manifest};
use attune_core::context::Context;
use attune_core::decide::{Unit, decide, memberships};
use attune_core::explain::{self, Account};
use attune_core::limits::DECISION_HEADER_BYTES_MAX;
use attune_core::loaded::Loaded;
use attune_core::page::PageCore;
use attune_core::profile::json::parse_visitor;
use attune_core::segment::{Evaluation, Facts, Page, Sieve, Truth, verdict};
use std::sync::LazyLock;

const KEYS: &str = "1:sign:0707070707070707070707070707070707070707070707070707070707070707";
const REQUEST: &str =
    "1\n1795300000000\ndmu\nshop.example\n/c/tea-lights\n\n\n\nMozilla/5.0 Chrome/140.0\nde\nDE\n\nEU\n1\n60\n\n";

static PAGE_CORE: LazyLock<PageCore> =
    LazyLock::new(|| PageCore::new(include_bytes!("../tests/golden/decision-header.bundle"), KEYS).unwrap());

/// Somebody of whom every attribute is known, so that every test gets a value.
const REGULAR: &str = r#"{
    "consent": { "personalization": "granted", "measurement": "granted" }, "id": "000102030405060708090a0b0c0d0e0f",
    "issued": "2026-10-01T10:00:00Z",
    "visits": { "count": 5, "first": "2026-10-01T10:00:00Z", "previous": "2026-11-20T10:00:00Z", "session_pages": 3 },
    "interests": [{ "category": "lanterns", "score": 6.0, "views": 9, "today": 2, "at": "2026-11-21" }],
    "cart": { "items": [{ "sku": "22423", "quantity": 2, "price": 12.75 }], "at": "2026-11-21T10:00:00Z" },
    "orders": { "count": 4, "total": 200, "last": "2026-11-01T10:00:00Z", "last_value": 45, "skus": ["22423"] },
    "traits": [{ "trait": "tier", "value": "2.10.0-beta.2" }],
    "signals": [{ "signal": "looks", "sum": 8.0, "at": "2026-11-20" }]
}"#;

/// Any bytes as a bundle: refused, or every page can be decided, and every condition explained, with what is left.
pub fn bundle(data: &[u8]) {
    let Ok(loaded) = Loaded::load(data) else { return };
    assert!(loaded.disabled.iter().all(|part| !part.reason.is_empty()));
    let mut artifacts = Artifacts::of_site(&loaded.site.name);
    artifacts.put(2, include_bytes!("../tests/golden/conditions.catalog").to_vec()).unwrap();
    for visitor in ["{}", REGULAR] {
        conditions(&loaded, &artifacts, visitor);
    }
    if let Ok(core) = PageCore::new(data, KEYS) {
        let request = format!("{REQUEST}{}", "ab".repeat(16));
        core.open(&request, b"<html lang=de>").unwrap();
        assert!(core.decision_header(&request).unwrap().len() <= DECISION_HEADER_BYTES_MAX);
    }
}

/// Every list, pattern and operator is asked, every experiment drawn, in each of the ways that there are.
fn conditions(loaded: &Loaded, artifacts: &Artifacts, visitor: &str) {
    let profile = parse_visitor(visitor.as_bytes()).unwrap().profile;
    let context = Context {
        now_s: 1_795_300_000,
        path: "/p/85123A",
        query: "q=Big%20SALE&utm_source=mail",
        referrer_host: "www.search.example",
        country: "GB",
        region: "ENG",
        continent: "EU",
        eu: Some(false),
        language: "en-gb",
        utc_offset_min: Some(60),
        city: "London",
        place: Some((51.52, -0.1)),
        ..Context::default()
    };
    let page = Page::of(&loaded.site, context.path, "de");
    let known = profile.id.is_some();
    let facts = Facts {
        site: &loaded.site,
        artifacts,
        profile: &profile,
        context: &context,
        page: &page,
        personalization: known,
        measurement: known,
    };
    let verdicts = memberships(loaded, &mut Evaluation::new(&loaded.conditions, facts));
    let holds = (0_u32..).zip(&verdicts).filter(|(_, verdict)| **verdict == Truth::True).map(|(index, _)| index);
    let mut evaluation = Evaluation::new(&loaded.conditions, facts);
    assert_eq!(
        Sieve::of(&loaded.conditions, &loaded.segments).members(&mut evaluation),
        holds.collect::<Vec<_>>(),
        "all memberships at once are those one by one"
    );
    for atom in loaded.conditions.atoms.iter().flatten() {
        assert!(!explain::atom(atom).is_empty());
        std::hint::black_box(verdict(&loaded.conditions.matchers, &facts, atom));
    }
    for (segment, verdict) in loaded.segments.iter().zip(&verdicts) {
        let told = segment.as_ref().and_then(|segment| explain::condition(loaded, &segment.when, &mut evaluation));
        assert!(told.is_none_or(|told| told.verdict == *verdict), "what is explained is what was decided");
    }
    let id = if known { "000102030405060708090a0b0c0d0e0f" } else { "" };
    for customer in ["", "c-1"] {
        let unit = Unit { id, minted_s: profile.issued_s, customer, ..Unit::default() };
        let slots = decide(loaded, &mut Evaluation::new(&loaded.conditions, facts), unit, &mut Account::default());
        assert_eq!(slots.len(), loaded.slots.len());
    }
}

/// Any bytes as a manifest: refused, or exactly what its own encoding gives.
pub fn bundle_manifest(data: &[u8]) {
    if let Ok((read, signatures)) = manifest::decode(data) {
        assert_eq!(manifest::encode(&read, &signatures).unwrap(), data);
    }
}

/// Any bytes as live data: refused, or exactly what its own encoding gives.
pub fn live_data(data: &[u8]) {
    if let Ok((kind, body, signatures)) = live::decode(data) {
        assert_eq!(live::encode(kind, body, &signatures).unwrap(), data);
    }
}

/// Any text as a request, behind any beginning of a page: answered or refused, and the same each time.
pub fn page_request(data: &[u8]) {
    let (request, prelude) = data.split_at(data.len() * 3 / 4);
    let request = String::from_utf8_lossy(request);
    let answer = PAGE_CORE.open(&request, prelude);
    assert_eq!(answer, PAGE_CORE.open(&request, prelude));
    // As the shim asks, with the fields that come from the visitor taken from the data.
    let field = request.replace('\n', " ");
    let asked = REQUEST.replacen("/c/tea-lights\n\n", &format!("/{field}\n{field}\n{field}"), 1);
    let asked = format!("{asked}{}", "ab".repeat(16));
    for prelude in [prelude, b"<!doctype html><html lang=de>"] {
        assert!(PAGE_CORE.open(&asked, prelude).is_ok());
    }
    assert!(PAGE_CORE.decision_header(&asked).unwrap().len() <= DECISION_HEADER_BYTES_MAX);
}
