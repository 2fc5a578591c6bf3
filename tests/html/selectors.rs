//! Selectors: what is accepted, and what is said of the rest.
use attune_core::html::{EditError, ElementEdit, Selector, SelectorError, decode_edits, encode_edits, limits};
use proptest::prelude::*;

fn error(text: &str) -> SelectorError {
    text.parse::<Selector>().unwrap_err()
}

#[test]
fn accepts_compounds() {
    for (text, shown) in [
        ("div", "div"),
        ("DIV", "div"),
        ("my-card", "my-card"),
        ("#hero", "#hero"),
        (".a.b", ".a.b"),
        ("[data-slot]", "[data-slot]"),
        ("[Data-Slot=hero]", "[data-slot=\"hero\"]"),
        ("[data-slot='hero']", "[data-slot=\"hero\"]"),
        ("  [ data-slot = \"a b\" ]\n", "[data-slot=\"a b\"]"),
        (r#"[a="q\"\\"]"#, r#"[a="q\"\\"]"#),
        ("section#top.wide[lang='de']", "section#top.wide[lang=\"de\"]"),
        (".größe", ".größe"),
        ("#--x", "#--x"),
        ("[a='']", "[a=\"\"]"),
    ] {
        assert_eq!(text.parse::<Selector>().unwrap().to_string(), shown, "{text}");
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    assert_eq!(error(" \n"), SelectorError::Empty);
    assert_eq!(error("div p"), SelectorError::Combinator { at: 3, found: ' ' });
    assert_eq!(error("ul>li"), SelectorError::Combinator { at: 2, found: '>' });
    assert_eq!(error(".a, .b"), SelectorError::Combinator { at: 2, found: ',' });
    assert_eq!(error("a:hover"), SelectorError::Unexpected { at: 1, found: ':' });
    assert_eq!(error("*"), SelectorError::Unexpected { at: 0, found: '*' });
    assert_eq!(error("[class~=a]"), SelectorError::Operator { at: 6, found: '~' });
    assert_eq!(error("#1st"), SelectorError::Name { at: 1 });
    assert_eq!(error(".-1"), SelectorError::Name { at: 1 });
    assert_eq!(error("[]"), SelectorError::Name { at: 1 });
    assert_eq!(error(".a."), SelectorError::Name { at: 3 });
    assert_eq!(error("[a"), SelectorError::Unclosed { at: 0, open: '[' });
    assert_eq!(error("[a='b]"), SelectorError::Unclosed { at: 3, open: '\'' });
    assert_eq!(error("[a=b"), SelectorError::Unclosed { at: 0, open: '[' });
    let long = "x".repeat(limits::MAX_NAME_BYTES + 1);
    assert_eq!(error(&long), SelectorError::TooLong { at: 0, limit: limits::MAX_NAME_BYTES });
    let long = format!("#{}", "x".repeat(limits::MAX_VALUE_BYTES + 1));
    assert_eq!(error(&long), SelectorError::TooLong { at: 1, limit: limits::MAX_VALUE_BYTES });
    let many = ".a".repeat(limits::MAX_SELECTOR_PARTS + 1);
    assert_eq!(error(&many), SelectorError::TooManyParts { at: 2 * limits::MAX_SELECTOR_PARTS });
}

#[test]
fn is_checked_when_read_back() {
    let selector: Selector = "a#b.c[d][e='f']".parse().unwrap();
    let edits = vec![ElementEdit { selector, inner: None, attributes: Vec::new() }];
    assert_eq!(decode_edits(&encode_edits(&edits).unwrap()).unwrap(), edits);
    // One edit of format 1: an optional tag, then the parts, each with its number; no content, no attributes.
    let edit = |tag: &[u8], parts: &[u8]| decode_edits(&[&[1, 1], tag, parts, &[0, 0]].concat());
    assert_eq!(edit(b"\x01\x01a", b"\x01\x02\x01x").unwrap()[0].selector, "a[x]".parse().unwrap());
    for (tag, parts) in [
        (&b"\0"[..], &b"\0"[..]),
        (b"\x01\x01A", b"\0"),
        (b"\x01\x03a b", b"\0"),
        (b"\0", b"\x01\x02\x03x y"),
        (b"\0", b"\x01\x01\x03a b"),
    ] {
        assert_eq!(edit(tag, parts), Err(EditError::Format), "{tag:?} {parts:?}");
    }
    let long = [&b"\x01\x03\x01a\xc8\x01"[..], "x".repeat(200).as_bytes()].concat();
    assert_eq!(edit(b"\0", &long), Err(EditError::Format));
}

proptest! {
    #[test]
    fn text_and_selector_round_trip(text in r#"[a-z]{0,3}(#[a-z_-]{1,3}|\.[a-zé]{1,3}|\[[a-z]{1,3}(="([^"\\]|\\"|\\\\){0,5}")?\]){0,4}"#) {
        if let Ok(selector) = text.parse::<Selector>() {
            prop_assert_eq!(selector.to_string().parse::<Selector>().unwrap(), selector);
        }
    }

    #[test]
    fn any_text_is_a_selector_or_an_error_inside_it(text in any::<String>()) {
        match text.parse::<Selector>() {
            Ok(selector) => prop_assert_eq!(selector.to_string().parse::<Selector>().unwrap(), selector),
            Err(SelectorError::Combinator { at, .. } | SelectorError::Unexpected { at, .. } | SelectorError::Name { at }
                | SelectorError::Unclosed { at, .. } | SelectorError::TooLong { at, .. }) => prop_assert!(at <= text.len()),
            Err(_) => {}
        }
    }
}
