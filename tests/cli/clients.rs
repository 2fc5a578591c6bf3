//! The client bundle: what check says of it, and that no secret is in it.

use super::{Folder, snapshot};
use attune_core::artifacts::Artifacts;
use attune_core::bundle::manifest::{self, ArtifactKind, Manifest};
use attune_core::loaded::Loaded;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// A configuration in which everything that may be secret is.
const SHOP: &str = r#"
[site]
name = "leaky"
hosts = ["www.leaky.example"]
timezone = "Europe/London"
locales = { en-GB = "GBP" }
local = true
[pages]
home = ["/"]
product = ["/p/{sku}"]
[lifecycle]
active = "77d"
loyal = 7
[catalog]
feed = "catalog/p.tsv"
extra = ["colour"]
private = ["margin", "cost_price"]
[goals.secret-goal-key]
event = "secret_goal_event"
value = "value"
cap = 987654.25
[decision_header.secret]
paths = ["/secret-header-path"]
segments = ["whales"]
[traits.secrettier]
values = ["secret-platinum"]
source = "secret-crm-system"
[traits.theme]
values = ["dark"]
source = "secret-theme-source"
trust = "browser"
[signals.secretsignal]
event = "view_item"
where = 'item.price > 731.19 && item.brand in ["secret-brand"]'
[lists.short]
values = ["secret-short-1", "secret-short-2"]
private = true
[lists.long]
file = "lists/long.txt"
private = true
[lists.open]
values = ["/", "/open-list-value"]
[segments.whales]
name = "Secret whales name"
when = 'visit.count > 7391 && page.query["secret_query_key"] == "secret-query-value"'
private = true
[segments.rich]
when = 'orders.total > 54321.5'
[segments.back]
name = "Secret note about those who come back"
when = 'visit.count > 1'
[slots.hero]
[slots.bar]
pages = ["home"]
[slots.note]
[slots.foot]
[slots.picks]
pages = ["product"]
card = "content/card.html"
"#;

const CAMPAIGNS: &str = r#"
[campaigns.hello]
owner = "secret-owner-open"
priority = 10
where = ['in_segment("back")', 'traits.theme == "dark" || page.path in list("open")']
show = { hero = "hello" }
goal = "secret-goal-key"
[campaigns.black-friday]
priority = 20
during = { from = 2036-11-27 }
show = { hero = "friday" }
[campaigns.secret-short-campaign]
owner = "secret-owner-left-out"
priority = 30
where = 'page.path in list("short")'
show = { bar = "secret-1" }
[campaigns.secret-long-campaign]
priority = 29
where = '!(page.path.lowerAscii() in list("long"))'
show = { bar = "secret-2" }
[campaigns.secret-rich]
priority = 28
where = 'in_segment("rich") || lifecycle == "loyal"'
show = { bar = "secret-3" }
[campaigns.secret-whales]
priority = 27
where = 'in_segment("whales")'
show = { bar = "secret-4" }
[campaigns.secret-trait]
priority = 26
where = 'traits.secrettier == "secret-platinum" && signal.secretsignal > 3.0'
show = { note = "secret-5" }
[campaigns.secret-pattern]
priority = 25
where = 'page.path.matches("^/secret-pattern/") && orders.count > 0'
show = { note = "secret-6" }
[campaigns.plain]
priority = 1
show = { note = "plain" }
[campaigns.for-you]
priority = 5
recommend.picks = { sources = ["popular"], count = 2, min = 1, weigh = [{ field = "colour", is = "red", percent = 150 }] }
[campaigns.secret-margin]
priority = 4
recommend.bar = { sources = ["popular"], count = 2, min = 1, card = "content/card.html", at_least = { margin = 41.17 }, min_stock = 4 }
[content.hello]
text.en-GB = { text = "Good to see you again" }
[content.friday]
text.en-GB = { text = "Black Friday of 2036" }
[content.plain]
text.en-GB = { text = "plain but beside a secret one" }
[content.secret-1]
text.en-GB = { text = "secret text one" }
[content.secret-2]
text.en-GB = { text = "secret text two" }
[content.secret-3]
text.en-GB = { text = "secret text three" }
[content.secret-4]
html = "content/secret.html"
[content.secret-5]
text.en-GB = { text = "secret text five" }
[content.secret-6]
text.en-GB = { text = "secret text six" }
"#;

const FEED: &str = "id\ttitle\tlink\tprice\tcolour\tmargin\tcost_price\tquantity\n\
    1\tOne\t/p/1\t25.00 GBP\tred\t41.17\tsecret-cost-8\t73912\n\
    2\tTwo\t/p/2\t35.00 GBP\tblue\t57.31\tsecret-cost-9\t84653\n";

fn shop() -> Folder {
    let folder = Folder::new();
    folder.write("shop/attune.toml", SHOP);
    folder.write("shop/campaigns/all.toml", CAMPAIGNS);
    folder.write("shop/content/secret.html", "<b>secret html</b>");
    folder.write(
        "shop/content/card.html",
        "<ul>{{#items}}<li>{{item.title}} {{item.extra[\"colour\"] | default: 'any'}}</li>{{/items}}</ul>",
    );
    folder.write("shop/catalog/p.tsv", FEED);
    let long: Vec<String> = (0..40).map(|n| format!("secret-long-{n}")).collect();
    folder.write("shop/lists/long.txt", long.join("\n"));
    folder
}

/// What must not be in a client bundle, in every form that a bundle could hold it in.
fn secrets() -> Vec<(String, Vec<Vec<u8>>)> {
    let text = |text: &str| (text.to_owned(), vec![text.as_bytes().to_vec()]);
    let number = |number: f64| {
        let bytes = [number.to_le_bytes(), number.to_be_bytes()].map(|bytes| bytes.to_vec());
        (format!("{number}"), [&bytes[..], &[number.to_string().into_bytes()]].concat())
    };
    // Prices of signals are hundredths, as a varint of seven bits a byte.
    let centi = |centi: u32| {
        let mut varint = Vec::new();
        let mut rest = centi;
        while rest >= 0x80 {
            varint.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
            rest >>= 7;
        }
        varint.push(u8::try_from(rest).unwrap());
        (format!("{centi} hundredths"), vec![varint, centi.to_le_bytes().to_vec()])
    };
    let mut secrets: Vec<_> = [
        "secret-goal-key",
        "secret_goal_event",
        "/secret-header-path",
        "secrettier",
        "secret-platinum",
        "secret-crm-system",
        "secret-theme-source",
        "secretsignal",
        "secret-brand",
        "secret-short-1",
        "secret-short-2",
        "secret-long-0",
        "secret-long-39",
        "Secret whales name",
        "Secret note about those who come back",
        "secret_query_key",
        "secret-query-value",
        "secret-owner-open",
        "secret-owner-left-out",
        "secret-short-campaign",
        "secret-long-campaign",
        "secret-rich",
        "secret-whales",
        "secret-trait",
        "secret-pattern",
        "secret-margin",
        "secret text one",
        "secret text two",
        "secret text three",
        "secret html",
        "secret text five",
        "secret text six",
        "plain but beside a secret one",
        "whales",
    ]
    .map(text)
    .to_vec();
    secrets.extend([number(7_391.0), number(54_321.5), number(987_654.25), centi(73_119)]);
    secrets
}

/// What the catalogue for browsers must not have.
fn catalog_secrets() -> Vec<(String, Vec<Vec<u8>>)> {
    let text = |text: &str| (text.to_owned(), vec![text.as_bytes().to_vec()]);
    let number = |number: u32| (number.to_string(), vec![number.to_le_bytes().to_vec()]);
    ["margin", "cost_price", "41.17", "57.31", "secret-cost-8", "secret-cost-9"]
        .map(text)
        .into_iter()
        .chain([4_117, 5_731, 73_912, 84_653].map(number))
        .collect()
}

/// Which of the secrets are in these bytes.
fn found<'s>(secrets: &'s [(String, Vec<Vec<u8>>)], bytes: &[u8]) -> Vec<&'s str> {
    let holds = |form: &Vec<u8>| bytes.windows(form.len()).any(|window| window == form);
    secrets.iter().filter(|(_, forms)| forms.iter().any(holds)).map(|(name, _)| name.as_str()).collect()
}

fn names(secrets: &[(String, Vec<Vec<u8>>)]) -> Vec<&str> {
    secrets.iter().map(|(name, _)| name.as_str()).collect()
}

fn compile(folder: &Folder) {
    let ran = folder.run(&[
        "compile",
        "shop",
        "--out",
        "shop.bundle",
        "--client",
        "shop.client",
        "--catalog",
        "shop.catalog",
        "--new-epoch",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn no_secret_of_the_configuration_is_in_the_client_bundle() {
    let folder = shop();
    compile(&folder);
    let secrets = secrets();
    assert_eq!(found(&secrets, &folder.read("shop.client")), [""; 0]);
    assert_eq!(found(&secrets, &folder.read("shop.bundle")), names(&secrets), "the search finds every one");
    let loaded = Loaded::load(&folder.read("shop.client")).unwrap();
    assert!(loaded.disabled.is_empty(), "{:?}", loaded.disabled);
    let slots: Vec<&str> = loaded.slots.iter().flatten().map(|slot| slot.key.as_str()).collect();
    assert_eq!(slots, ["hero"], "there is something to decide");
    assert_eq!(loaded.elsewhere.texts().collect::<Vec<_>>(), ["", "home", "product"]);
    assert!(Loaded::load(&folder.read("shop.bundle")).unwrap().elsewhere.is_empty());
}

#[test]
fn check_says_what_browsers_get_and_why_the_rest_stays() {
    let folder = shop();
    let ran = folder.run(&["check", "shop"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    snapshot("check-client", &ran.out);
    let ran = folder.run(&["check", "shop", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["client"]["slots"], serde_json::json!(["hero"]));
    assert_eq!(report["client"]["later"], serde_json::json!(["black-friday"]));
    let left_out = report["client"]["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|out| {
        out["what"] == "campaign"
            && out["key"] == "secret-whales"
            && out["why"] == "its condition asks segment `whales`, which is private"
    }));
    let quiet = Folder::with_shop();
    assert!(!quiet.run(&["check", "shop"]).out.contains("client bundle"));
    assert!(quiet.run(&["check", "shop", "--client"]).out.contains("client bundle"));
}

/// The parts of a client file: the manifest, verified, and each artifact, of which the hash is right.
fn opened(file: &[u8], public: &str) -> (Manifest, Vec<(u8, Vec<u8>)>) {
    let (length, rest) = file.split_first_chunk::<4>().unwrap();
    let (sealed, mut rest) = rest.split_at(usize::try_from(u32::from_le_bytes(*length)).unwrap());
    let (manifest, signatures) = manifest::decode(sealed).unwrap();
    let public: [u8; 32] = attune_core::codec::from_hex(public).unwrap();
    let signed = manifest::signed_bytes(&manifest::body(&manifest));
    let signature = Signature::from_bytes(&signatures[0].bytes);
    VerifyingKey::from_bytes(&public).unwrap().verify_strict(&signed, &signature).unwrap();
    let mut artifacts = Vec::new();
    for artifact in &manifest.artifacts {
        let (bytes, after) = rest.split_at(usize::try_from(artifact.bytes).unwrap());
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        assert_eq!(sha256, artifact.sha256);
        artifacts.push((artifact.kind, bytes.to_vec()));
        rest = after;
    }
    assert!(rest.is_empty());
    (manifest, artifacts)
}

/// The key of the line to put into pages.
fn key_of(out: &str) -> String {
    let (_, rest) = out.split_once("<script src=\"/_attune/local.js\" data-keys=\"").unwrap();
    rest.split_once("\" async></script>").unwrap().0.to_owned()
}

#[test]
fn assets_are_all_that_a_static_site_serves() {
    let folder = shop();
    compile(&folder);
    assert_eq!(folder.run(&["keys", "signing", "--out", "publish.key"]).code, 0);
    let scripts = [("page.js", "page"), ("log.js", "log"), ("local.js", "local"), ("local.wasm", "wasm")];
    for (name, text) in scripts.into_iter().chain([("local-full.wasm", "full")]) {
        folder.write(&format!("scripts/{name}"), text);
    }
    let assets = ["assets", "shop", "--key", "publish.key", "--scripts", "scripts", "--out", "public"];
    let ran = folder.run(&assets);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("1 campaign begins later") && ran.err.contains("black-friday"), "{}", ran.err);
    for (name, text) in scripts {
        assert_eq!(folder.read(&format!("public/_attune/{name}")), text.as_bytes(), "{name}");
    }
    let (manifest, artifacts) = opened(&folder.read("public/_attune/client.attune"), &key_of(&ran.out));
    assert_eq!((manifest.site.as_str(), manifest.previous), ("leaky", [0; 32]));
    assert_eq!(artifacts, [(ArtifactKind::Client as u8, folder.read("shop.client"))]);

    let with_catalog = [&assets[..], &["--catalog", "shop.catalog"]].concat();
    let ran = folder.run(&with_catalog);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let file = folder.read("public/_attune/client.attune");
    assert_eq!(folder.read("public/_attune/local-full.wasm"), b"full");
    let (_, artifacts) = opened(&file, &key_of(&ran.out));
    let kinds: Vec<u8> = artifacts.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [ArtifactKind::Client as u8, ArtifactKind::Catalog as u8]);
    let [client, catalog] = [&artifacts[0].1, &artifacts[1].1];
    assert_eq!(found(&secrets(), &file), [""; 0]);
    let of_catalog = catalog_secrets();
    assert_eq!(found(&of_catalog, &file), [""; 0]);
    assert_eq!(found(&of_catalog, &folder.read("shop.catalog")), names(&of_catalog), "the search finds every one");
    let loaded = Loaded::load(client).unwrap();
    let slots: Vec<&str> = loaded.slots.iter().flatten().map(|slot| slot.key.as_str()).collect();
    assert_eq!(slots, ["hero", "picks"], "recommendations go along, but for those that ask margins and stock");
    Artifacts::of_site("leaky").put(ArtifactKind::Catalog as u8, catalog.clone()).unwrap();
}

#[test]
fn assets_say_what_is_missing() {
    let folder = shop();
    let ran = folder.run(&["assets", "shop"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no key to sign with"), "{}", ran.err);
    assert_eq!(folder.run(&["keys", "signing", "--out", "publish.key"]).code, 0);
    let ran = folder.run(&["assets", "shop", "--key", "publish.key"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the scripts that browsers run are not in build/assets/_attune"), "{}", ran.err);
    let ran = folder.run(&["assets", "shop", "--key", "publish.key", "--sessions", "x"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--catalog"), "{}", ran.err);
}
