//! Feeds of products as shops write them, and the live overlay that is made from them.

use super::{Folder, NOW, Ran};
use attune_core::artifacts::Overlay;
use attune_core::artifacts::catalog::Catalog;
use serde_json::Value;

const SITE: &str = r#"
[site]
name = "shop"
hosts = ["www.shop.example"]
timezone = "Europe/Berlin"
locales = { en-GB = "GBP", de-DE = "EUR" }
[pages]
home = ["/"]
product = ["/p/{sku}"]
category = ["/c/{category}"]
[consent]
source = "api"
regime = { other = "opt-out" }
[slots.picks]
card = "content/card.html"
[product_lists.best]
products = ["1"]
[campaigns.all]
priority = 1
recommend.picks = { sources = ["best"], count = 4, exclude = [] }
"#;
const CARD: &str = "<ul>{{#items}}<li><a href=\"{{item.url}}\">{{item.title}}</a></li>{{/items}}</ul>";

/// A shop with this `[catalog]` and these feeds.
fn shop(catalog: &str, feeds: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("shop/attune.toml", format!("{SITE}{catalog}"));
    folder.write("shop/content/card.html", CARD);
    for (name, feed) in feeds {
        folder.write(&format!("shop/catalog/{name}"), feed);
    }
    folder
}

fn compile(folder: &Folder) -> Ran {
    folder.run(&["compile", "shop", "--out", "bundle", "--catalog", "products", "--new-epoch"])
}

fn catalog(folder: &Folder) -> Catalog<Vec<u8>> {
    let ran = compile(folder);
    assert_eq!(ran.code, 0, "{}", ran.err);
    Catalog::load(folder.read("products")).unwrap()
}

fn price(catalog: &Catalog<Vec<u8>>, id: &str) -> Option<u32> {
    catalog.item(catalog.ordinal(id).unwrap()).unwrap().price_minor()
}

/// Rows of ten good products, g0 to g9, of which each costs one pound.
fn good_rows() -> String {
    let rows: Vec<String> = (0..10).map(|n| format!("g{n}\tGood {n}\t/p/g{n}\t1.00 GBP\n")).collect();
    rows.concat()
}

const HEAD: &str = "id\ttitle\tlink\tprice\n";

#[test]
fn a_price_with_thousands_is_asked_about_once_and_never_cut() {
    let feed = format!("{HEAD}1\tSofa\t/p/1\t2.499 GBP\n2\tTable\t/p/2\tGBP 12.345,50\n3\tMug\t/p/3\t£8,90\n");
    let asked = shop("[catalog]\nfeed = \"catalog/p.tsv\"", &[("p.tsv", &feed)]);
    for command in [asked.run(&["check", "shop"]), compile(&asked)] {
        assert_eq!(command.code, 1);
        let shown = command.out + &command.err;
        assert!(shown.contains("A0702") && shown.contains("(lines 2, 3,"), "{shown}");
        assert!(shown.contains("decimal = \"comma\" for 1.299,00"), "{shown}");
    }
    assert!(!asked.path("products").exists(), "a feed without prices was published");
    let said = catalog(&shop("[catalog]\nfeed = \"catalog/p.tsv\"\ndecimal = \"comma\"", &[("p.tsv", &feed)]));
    assert_eq!(["1", "2", "3"].map(|id| price(&said, id)), [Some(249_900), Some(1_234_550), Some(890)]);
}

#[test]
fn a_feed_that_loses_more_than_a_tenth_was_published() {
    let with =
        |bad: &str| shop("[catalog]\nfeed = \"catalog/p.tsv\"", &[("p.tsv", &format!("{HEAD}{}{bad}", good_rows()))]);
    // One of eleven: said, and used. A row that is there twice loses no product.
    let one = with("x\t\t/p/x\t1.00\ng1\tGood 1\t/p/g1\t1.00\ng2\tGood 2\t/p/g2\t1.00\n");
    let checked = one.run(&["check", "shop"]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!((checked.out + &checked.err).contains("1 product without a title"));
    assert_eq!(catalog(&one).item_count(), 10);
    let two = compile(&with("x\t\t/p/x\t1.00\n\tNo id\t/p/y\t1.00\n"));
    assert!(two.code == 1 && two.err.contains("loses 2 of 12 products"), "{}", two.err);
    let all = shop("[catalog]\nfeed = \"catalog/p.jsonl\"", &[("p.jsonl", "{\"id\": 1}\n")]).run(&["check", "shop"]);
    assert!(all.code == 1 && (all.out + &all.err).contains("loses 1 of 1 product"));
    let none = shop("[catalog]\nfeed = \"catalog/p.tsv\"", &[("p.tsv", HEAD)]).run(&["check", "shop"]);
    assert!(none.code == 1 && (none.out + &none.err).contains("has no product"));
}

#[test]
fn ids_of_fifty_characters_left_whole_catalogues_empty() {
    let (wide, plain) = ("\u{1f56f}".repeat(50), "platform_DE_7654321098765_43210987654321_and_more_".to_owned());
    let feed = format!("{HEAD}{wide}\tCandle\t/p/1\t1.00\n{plain}\tLamp\t/p/2\t2.00\n");
    let catalog = catalog(&shop("[catalog]\nfeed = \"catalog/p.tsv\"", &[("p.tsv", &feed)]));
    assert_eq!([&wide, &plain].map(|id| price(&catalog, id)), [Some(100), Some(200)]);
}

fn overlay(folder: &Folder, feed: &str, more: &[&str]) -> Ran {
    folder.write("live.tsv", feed);
    if !folder.path("data.key").exists() {
        assert_eq!(folder.run(&["keys", "data", "--out", "data.key"]).code, 0);
    }
    let signed = ["--site", "my-shop", "--key", "data.key", "--out", "live", "--now", NOW];
    folder.run(&[&["overlay", "live.tsv", "--catalog", "products"][..], &signed, more].concat())
}

/// The body of the signed file.
fn live(folder: &Folder) -> Overlay<Vec<u8>> {
    let file = folder.read("live");
    Overlay::load(attune_core::bundle::live::decode(&file).unwrap().1.to_vec()).unwrap()
}

fn live_prices(folder: &Folder, ids: &[&str]) -> Vec<Option<u32>> {
    let (overlay, catalog) = (live(folder), Catalog::load(folder.read("products")).unwrap());
    ids.iter().map(|id| overlay.of(catalog.ordinal(id).unwrap()).unwrap().price_minor).collect()
}

#[test]
fn the_overlay_showed_the_prices_of_sales_that_do_not_run() {
    let folder =
        shop("[catalog]\nfeed = \"catalog/p.tsv\"\nlive = \"15m\"", &[("p.tsv", &format!("{HEAD}{}", good_rows()))]);
    catalog(&folder);
    let feed = "id\tPrice\tsale price\tSale-Price-Effective-Date\n\
        g0\t10.00\t6.00\t2026-11-01T00:00Z/2026-11-10T23:59Z\n\
        g1\t10.00\t6.00\t2026-12-01/2026-12-10\n\
        g2\t10.00\t6.00\t2026-11-20T19:00+0100/2026-11-20T20:00+0100\n\
        g3\t10.00\t6.00\t\n";
    let ran = overlay(&folder, feed, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(live_prices(&folder, &["g0", "g1", "g2", "g3"]), [1_000, 1_000, 600, 600].map(Some));
}

#[test]
fn an_overlay_that_loses_more_than_a_tenth_is_not_written() {
    let table = "[catalog]\nfeed = \"catalog/p.tsv\"\nlive = \"15m\"\n";
    let folder = shop(table, &[("p.tsv", &format!("{HEAD}{}", good_rows()))]);
    catalog(&folder);
    let row = |n: u32, price: &str| format!("g{n}\t{price}\n");
    let rows: String = (0..9).map(|n| row(n, "2.50")).collect();
    // One of ten, and what the catalogue does not have: counted and shown.
    let few = overlay(&folder, &format!("id\tprice\n{rows}{}zz\t1.00\n", row(9, "soon")), &[]);
    assert_eq!(few.code, 0, "{}", few.err);
    assert!(few.out.contains("products 10\nunknown  1\nflawed   1\n"), "{}", few.out);
    assert!(few.out.contains("1 product with a price that cannot be read: shown without it (line 11)"), "{}", few.out);
    std::fs::remove_file(folder.path("live")).unwrap();
    let comma: String = (0..10).map(|n| row(n, "1.250,00")).collect();
    let many = overlay(&folder, &format!("id\tprice\n{comma}"), &[]);
    assert!(many.code == 2 && many.err.contains("loses the price of 10 of 10 products"), "{}", many.err);
    assert!(many.err.contains("(lines 2, 3, 4, ...)") && many.err.contains("--config"), "{}", many.err);
    let strange = overlay(&folder, "id\tprice\nzz\t1.00\n", &[]);
    assert!(strange.code == 2 && strange.err.contains("has no product of the catalogue, of 1 rows"), "{}", strange.err);
    assert!(!folder.path("live").exists());
    // What [catalog] says of its feeds holds here, too: the decimal sign, and the names of columns.
    folder
        .write("shop/attune.toml", format!("{SITE}{table}decimal = \"comma\"\ncolumns = {{ id = \"Artikel Nr\" }}\n"));
    let said = overlay(&folder, &format!("artikel-nr\tprice\n{comma}"), &["--config", "shop"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(live_prices(&folder, &["g0"]), [Some(125_000)]);
}

const GERMAN: &str = "id\ttitle\tlink\tprice\tsale_price\n1\tLaterne\t/de/p/1\t1.299,00 EUR\t999,00 EUR\n";

fn two_locales() -> Folder {
    let table = "[catalog]\ndecimal = \"comma\"\nlive = \"15m\"\n[catalog.feed]\nen-GB = \"catalog/en.tsv\"\nde-DE = [\"catalog/de.tsv\"]\n";
    let english = format!("{HEAD}1\tLantern\t/p/1\t1.100,00 GBP\n2\tCandle\t/p/2\t5,00 GBP\n");
    shop(table, &[("en.tsv", &english), ("de.tsv", GERMAN)])
}

#[test]
fn a_second_currency_lost_its_prices_and_kept_the_first_language() {
    let folder = two_locales();
    let catalog = catalog(&folder);
    let shown = |id: &str, tag: &str, currency: &str| {
        let item = catalog.item_in(catalog.ordinal(id).unwrap(), catalog.market(tag, currency)).unwrap();
        (item.title().to_owned(), item.url().to_owned(), item.price_minor(), item.sale_minor(0))
    };
    assert_eq!(shown("1", "de-DE", "EUR"), ("Laterne".into(), "/de/p/1".into(), Some(129_900), Some(99_900)));
    assert_eq!(shown("1", "en-GB", "GBP"), ("Lantern".into(), "/p/1".into(), Some(110_000), None));
    assert_eq!(shown("2", "de-DE", "EUR"), ("Candle".into(), "/p/2".into(), None, None));
    // In every channel.
    let items = |locale: &str| -> Value {
        let ask = format!("{{\"page\": \"/\", \"locale\": \"{locale}\", \"request\": {{\"country\": \"GB\"}}}}");
        let ran = folder.run_with(&["decide", "shop", "--batch", "-", "--now", NOW], ask.as_bytes());
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        answer["slots"]["picks"]["items"][0].clone()
    };
    let (german, english) = (items("de-DE"), items("en-GB"));
    let said = |item: &Value| ["title", "url", "currency"].map(|key| item[key].as_str().unwrap().to_owned());
    assert_eq!(said(&german), ["Laterne", "/de/p/1", "EUR"]);
    assert_eq!(said(&english), ["Lantern", "/p/1", "GBP"]);
}

#[test]
fn the_overlay_has_the_prices_of_each_locale() {
    let folder = two_locales();
    catalog(&folder);
    folder.write("de.tsv", "id\tprice\n1\t888,00 EUR\n");
    let english = "id\tprice\n1\t900,00 GBP\n2\t4,50 GBP\n";
    let ran = overlay(&folder, english, &["--config", "shop", "--locale", "de-DE=de.tsv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (live, catalog) = (live(&folder), Catalog::load(folder.read("products")).unwrap());
    let german = |id: &str| live.price_in(catalog.ordinal(id).unwrap(), "de-DE");
    assert_eq!((german("1"), german("2")), (Some(Some(88_800)), Some(None)));
    assert_eq!(live_prices(&folder, &["1", "2"]), [Some(90_000), Some(450)]);
    let unknown = overlay(&folder, english, &["--config", "shop", "--locale", "fr-FR=de.tsv"]);
    assert!(unknown.code == 2 && unknown.err.contains("no feed of `fr-FR`; it has `de-DE`"), "{}", unknown.err);
}

#[test]
fn an_interest_never_matched_a_category_by_another_name() {
    let feed = "id\ttitle\tlink\tprice\tproduct_type\n1\tOne\t/p/1\t1.00\tHome > Caf&eacute; &amp; Küche\n2\tTwo\t/p/2\t1.00\tHome > T-Lights\n";
    let table = "[catalog]\nfeed = \"catalog/p.tsv\"\n[catalog.category_aliases]\n\"T-Lights\" = \"candles\"\n\
        [segments.cooks]\nwhen = 'interest[\"Café & Küche\"] >= 0.2'\n[segments.on]\nwhen = 'page.category in [\"Cafe kuche\"]'\n\
        [segments.candles]\nwhen = 'top_interest.name == \"T-lights\" && views[\"Candles\"] > 0'\n\
        [campaigns.each]\npriority = 2\nwhere = ['in_segment(\"cooks\") || in_segment(\"on\") || in_segment(\"candles\")']\nshow = { bar = \"hello\" }\n\
        [slots.bar]\n[content.hello]\nhtml = \"content/hello.html\"\n";
    let folder = shop(table, &[("p.tsv", feed)]);
    folder.write("shop/content/hello.html", "<p>Hello</p>");
    let checked = folder.run(&["check", "shop"]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert!(!(checked.out + &checked.err).contains("A0316"), "a category of the feed is not known");
    let segments = |category: &str, url: &str| -> Vec<String> {
        let visitor = format!(
            "{{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"consent\":{{\"personalization\":\"granted\"}},\"visits\":{{\"count\":1}},\
             \"interests\":[{{\"category\":\"{category}\",\"score\":8,\"views\":2,\"at\":\"2026-11-20\"}}]}}"
        );
        folder.write("visitor.json", visitor);
        let ran = folder.run(&["decide", "shop", "--visitor", "visitor.json", "--url", url, "--now", NOW]);
        let answer: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        answer["segments"]["true"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
    };
    for name in ["cafe-kuche", "Café & Küche", "Home > CAFÉ &amp; KÜCHE", "Home/Cafe\u{301} Ku\u{308}che"] {
        assert_eq!(segments(name, "/"), ["cooks"], "{name}");
    }
    for name in ["candles", "t-lights", "Home > T-Lights"] {
        assert_eq!(segments(name, "/"), ["candles"], "{name}");
    }
    for path in ["/c/cafe-kuche", "/c/Caf%C3%A9%20%26%20K%C3%BCche", "/c/caf%C3%A9_k%C3%BCche"] {
        assert_eq!(segments("lanterns", path), ["on"], "{path}");
    }
}
