//! A law: whatever HTML the compiler accepts stays inside its slot, in the tree that a browser builds.

use super::files;
use super::tree::parse;
use attune_compiler::compile;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::BTreeMap;

const NAMES: &[&str] = &[
    "div",
    "p",
    "span",
    "a",
    "b",
    "i",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "button",
    "form",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "caption",
    "colgroup",
    "select",
    "option",
    "optgroup",
    "section",
    "pre",
    "ruby",
    "rt",
    "nobr",
    "font",
    "object",
    "label",
    "details",
    "summary",
    "template",
    "svg",
    "g",
    "foreignObject",
    "desc",
    "math",
    "mi",
    "annotation-xml",
    "x-card",
    "center",
    "fieldset",
    "dialog",
    "marquee",
    "main",
    "address",
    "title",
];
const LEAVES: &[&str] = &[
    "text",
    " ",
    "a &lt; b",
    "a < b",
    "<br>",
    "<img src=x alt='a > b'>",
    "<hr>",
    "<input value=\"</div>\">",
    "<col>",
    "<!-- </div> -->",
    "<!-->",
    "<!--->",
    "<!doctype x>",
    "<?php x ?>",
    "<!x>",
    "</>",
    "</ x>",
    "<![CDATA[ </div> ]]>",
    "<script>\"</div>\"</script>",
    "<script><!-- <script> </script> --></script>",
    "<style>a > b {}</style>",
    "<textarea></div></textarea>",
    "<xmp></div></xmp>",
    "<iframe></div></iframe>",
    "<noscript></div></noscript>",
    "<path/>",
    "<div/>",
    "<frame>",
    "<frameset>",
    "<body>",
    "</body>",
    "<html a>",
    "<head>",
    "</p>",
    "</br>",
    "</div>",
    "<image>",
    "<keygen>",
    "<plaintext>",
    "<param>",
    "<link>",
    "<math><mi><b>x</b></mi></math>",
    "<isindex>",
    "<svg><title><p>x</p></title></svg>",
    "<svg><style>a</div></style></svg>",
    "<svg><script>a</script></svg>",
];

fn content() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(LEAVES).prop_map(str::to_owned);
    leaf.prop_recursive(5, 24, 4, |inner| {
        let children = proptest::collection::vec(inner, 0..4);
        // One element in twelve lacks its end tag, one has another's.
        (proptest::sample::select(NAMES), children, 0_u8..12, proptest::sample::select(NAMES)).prop_map(
            |(name, children, fault, other)| {
                let children = children.concat();
                match fault {
                    0 => format!("<{name}>{children}"),
                    1 => format!("<{name}>{children}</{other}>"),
                    _ => format!("<{name}>{children}</{name}>"),
                }
            },
        )
    })
}

fn accepts(html: &str) -> bool {
    let fixture = format!(
        "[campaigns.case]\nshow = {{ note = \"case\" }}\n[content.case]\nhtml = \"content/case.html\"\n-- content/case.html --\n{html}\n"
    );
    compile(&files(&fixture)).bundle.is_some()
}

/// The page around the slot, with a comment in place of what the slot holds.
fn around(html: &str, slot: &str) -> String {
    let page = format!(
        "<!doctype html><body><main><{slot} s=0>{html}\n</{slot}><p class=after>after</p></main><script>x</script>"
    );
    let contents = BTreeMap::from([("0".to_owned(), "slot".to_owned())]);
    parse(&page).dump("s", &contents, |_| false)
}

#[test]
fn accepted_content_stays_in_its_slot() {
    let config = Config { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..Config::default() };
    let mut runner = TestRunner::new(config);
    let accepted = std::cell::Cell::new(0);
    runner
        .run(&content(), |html| {
            if accepts(&html) {
                accepted.set(accepted.get() + 1);
                for slot in ["div", "section", "span"] {
                    prop_assert_eq!(around(&html, slot), around("", slot), "in <{}>:\n{}", slot, html);
                }
            }
            Ok(())
        })
        .unwrap();
    // A compiler that refuses everything would pass otherwise.
    assert!(accepted.get() > 400, "only {} of 4,000 were accepted", accepted.get());
}
