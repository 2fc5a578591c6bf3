//! Edits of elements inside a slot.
use crate::splicing::splice_all_sizes;
use attune_core::html::{
    EditError, Edited, ElementEdit, Outcome, SlotContent, Unmet, decode_edits, edit_elements, encode_edits,
};
use proptest::prelude::*;

fn edit(selector: &str, inner: Option<&str>, attributes: &[(&str, &str)]) -> ElementEdit {
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    ElementEdit { selector: selector.parse().unwrap(), inner: inner.map(Into::into), attributes }
}

fn edited(html: &str, edits: &[ElementEdit]) -> (String, Vec<(usize, Unmet)>) {
    let Edited { html, unmet } = edit_elements(html.as_bytes(), edits).unwrap();
    (String::from_utf8(html).unwrap(), unmet)
}

fn one(html: &str, selector: &str, inner: Option<&str>, attributes: &[(&str, &str)]) -> String {
    let (html, unmet) = edited(html, &[edit(selector, inner, attributes)]);
    assert_eq!(unmet, [], "{html}");
    html
}

#[test]
fn replaces_content() {
    assert_eq!(one("a<h1 class=x>old <b>b</b></h1>z", "h1", Some("new"), &[]), "a<h1 class=x>new</h1>z");
    assert_eq!(one("<h1>1</h1><h1>2</h1>", "h1", Some("n"), &[]), "<h1>n</h1><h1>2</h1>");
    assert_eq!(one("<div><div>in</div></div>", "div", Some("n"), &[]), "<div>n</div>");
    assert_eq!(one("<h1></h1>", "h1", Some("n"), &[]), "<h1>n</h1>");
    assert_eq!(one("<a class='x CTA'><i>a</a>", "a.CTA", Some("n"), &[]), "<a class='x CTA'>n</a>");
}

#[test]
fn a_duplicate_that_an_equals_sign_follows_does_not_give_its_neighbour_a_value() {
    let page = "<p a='1' b a='2'='x'>old";
    assert_eq!(one(page, "p", None, &[("a", "v")]), "<p a=\"v\" b a='2'='x'>old");
    // A name may begin with a `=`, and spaces before it belong to the neighbour's value.
    let spaced = "<p a='1' b a=2 \n='x'>old";
    assert_eq!(one(spaced, "p", None, &[("a", "v")]), "<p a=\"v\" b a=2 \n='x'>old");
    assert_eq!(one("<p a='1' b a='2' c>old", "p", None, &[("a", "v")]), "<p a=\"v\" b  c>old");
}

#[test]
fn ends_paragraphs_and_items_where_the_page_does() {
    assert_eq!(one("<p class=lead>old<div>d</div>", "p.lead", Some("n"), &[]), "<p class=lead>n<div>d</div>");
    assert_eq!(one("<p class=lead>old", "p.lead", Some("n"), &[]), "<p class=lead>n");
    assert_eq!(one("<ul><li>a<li id=b>b<li>c</ul>", "#b", Some("n"), &[]), "<ul><li>a<li id=b>n<li>c</ul>");
    assert_eq!(one("<ul><li>a<li id=b>b</ul>c", "#b", Some("n"), &[]), "<ul><li>a<li id=b>n</ul>c");
}

#[test]
fn sets_attributes() {
    for (html, expected) in [
        ("<img src=a alt>", "<img src=\"v\" alt>"),
        ("<img src='a'alt>", "<img src=\"v\"alt>"),
        ("<IMG SRC = \"a\" />", "<IMG SRC=\"v\" />"),
        ("<img src>", "<img src=\"v\">"),
        ("<img src= >", "<img src=\"v\">"),
        ("<img>", "<img src=\"v\">"),
        ("<img/>", "<img src=\"v\"/>"),
        ("<img alt=x/>", "<img src=\"v\" alt=x/>"),
        ("<img src=a src='b' id=c SRC>", "<img src=\"v\"  id=c >"),
        ("<img alt='<img src=x>'>", "<img src=\"v\" alt='<img src=x>'>"),
        ("<img\nsrc=a/>", "<img\nsrc=\"v\">"),
    ] {
        assert_eq!(one(html, "img", None, &[("src", "v")]), expected, "{html}");
    }
    assert_eq!(
        one("<a href=x>t</a>", "a", Some("n"), &[("href", "/b?a=1&amp;b"), ("title", "t")]),
        "<a title=\"t\" href=\"/b?a=1&amp;b\">n</a>"
    );
}

#[test]
fn says_which_edit_was_not_made() {
    let edits = [edit("h1", Some("n"), &[]), edit("h2", Some("n"), &[]), edit("img", Some("n"), &[("alt", "v")])];
    assert_eq!(
        edited("<h1>o</h1><img>", &edits),
        ("<h1>n</h1><img alt=\"v\">".into(), vec![(1, Unmet::NotFound), (2, Unmet::NoContent)])
    );
    let unclosed = [edit("span", Some("n"), &[("id", "v")])];
    assert_eq!(edited("<b><span>a</b>", &unclosed), ("<b><span id=\"v\">a</b>".into(), vec![(0, Unmet::Unclosed)]));
    let inside = [edit("b", Some("n"), &[]), edit("h1", Some("N"), &[]), edit("h1", Some("M"), &[("id", "v")])];
    assert_eq!(
        edited("<h1><b>o</b></h1>", &inside),
        ("<h1 id=\"v\">N</h1>".into(), vec![(0, Unmet::Replaced), (2, Unmet::Replaced)])
    );
}

#[test]
fn leaves_text_templates_and_svg_alone() {
    let a = [edit("a", Some("n"), &[])];
    for html in
        ["<!--<a>x</a>-->", "<script>'<a>x</a>'</script>", "<template><a>x</a></template>", "<svg><a>x</a></svg>"]
    {
        let (same, unmet) = edited(html, &a);
        assert_eq!((same.as_str(), unmet), (html, vec![(0, Unmet::NotFound)]));
    }
}

#[test]
fn refuses_what_would_break_the_page() {
    let name = |name: &str| edit_elements(b"", &[edit("a", None, &[(name, "v")])]);
    assert_eq!(name("on click"), Err(EditError::Name { edit: 0 }));
    assert_eq!(name("HREF"), Err(EditError::Name { edit: 0 }));
    assert_eq!(name(""), Err(EditError::Name { edit: 0 }));
    assert_eq!(edit_elements(b"", &[edit("a", None, &[("a", "\"")])]), Err(EditError::Value { edit: 0 }));
    assert_eq!(edit_elements(&vec![b'x'; 65537], &[]), Err(EditError::TooLong));
    let many: Vec<_> = (0..33).map(|_| edit("a", None, &[])).collect();
    assert_eq!(encode_edits(&many), Err(EditError::TooMany));
}

#[test]
fn travels_as_bytes() {
    let edits = vec![edit("a.cta", Some("n"), &[("href", "/")]), edit("img", None, &[("src", "é")])];
    let bytes = encode_edits(&edits).unwrap();
    assert_eq!(decode_edits(&bytes).unwrap(), edits);
    for len in 0..bytes.len() {
        assert_eq!(decode_edits(&bytes[..len]), Err(EditError::Format));
    }
    assert_eq!(decode_edits(&[bytes.as_slice(), b"x"].concat()), Err(EditError::Format));
}

#[test]
fn fills_elements_of_a_held_slot_at_every_chunk_size() {
    let page = b"<main><div data-slot=hero>\n<h1>Old</h1> <img src=a.png> <a class=cta href=/a>Go</a>\n</div></main>";
    let edits = vec![
        edit("h1", Some("New"), &[]),
        edit("img", None, &[("src", "b.png"), ("alt", "B")]),
        edit("a.cta", Some("Buy"), &[("href", "/b")]),
        edit("p", Some("x"), &[]),
    ];
    let spliced = splice_all_sizes(page, &[("[data-slot=hero]".parse().unwrap(), SlotContent::Edits(edits))], None);
    assert_eq!(
        String::from_utf8(spliced.html).unwrap(),
        "<main><div data-slot=hero>\n<h1>New</h1> <img alt=\"B\" src=\"b.png\"> \
         <a class=cta href=\"/b\">Buy</a>\n</div></main>"
    );
    assert_eq!(spliced.outcomes, [Outcome::Filled { slot: 0, unmet: vec![(3, Unmet::NotFound)] }]);
}

proptest! {
    #[test]
    fn without_a_match_every_byte_stays(html in crate::soup::any_soup()) {
        let Edited { html: same, unmet } = edit_elements(html.as_bytes(), &[edit("x-none", Some("n"), &[("a", "b")])]).unwrap();
        prop_assert_eq!(same, html.as_bytes());
        prop_assert_eq!(unmet, vec![(0, Unmet::NotFound)]);
    }

    #[test]
    fn an_attribute_reads_back(html in crate::soup::any_soup()) {
        let Edited { html: once, unmet } = edit_elements(html.as_bytes(), &[edit("div", None, &[("data-e", "v")])]).unwrap();
        if unmet.is_empty() {
            let marked = [edit("div[data-e='v']", None, &[("data-e", "v")])];
            prop_assert_eq!(edit_elements(&once, &marked).unwrap(), Edited { html: once, unmet: vec![] });
        }
    }
}
