//! html replace.

use super::Folder;

const PAGE: &str = "<!doctype html>\n<title>x</title><script>\"<div data-slot=hero>\"</script>\
    <div data-slot=hero class=a><p>old <b>text</b></div><p>after</p>\n<div data-slot='hero'>two</div>";

#[test]
fn the_size_of_chunks_makes_no_difference() {
    let folder = Folder::new();
    let expected = "<!doctype html>\n<title>x</title><script>\"<div data-slot=hero>\"</script>\
        <div data-slot=hero class=a><i>new</i></div><p>after</p>\n<div data-slot='hero'><i>new</i></div>";
    for chunk in ["1", "7", "64", "16384"] {
        let arguments =
            ["html", "replace", "--selector", "[data-slot=\"hero\"]", "--with", "<i>new</i>", "--chunk", chunk];
        let ran = folder.run_with(&arguments, PAGE.as_bytes());
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, expected, ""), "chunk {chunk}");
    }
}

#[test]
fn a_page_without_the_element_is_unchanged() {
    let folder = Folder::new();
    let mut page = PAGE.as_bytes().to_vec();
    page.extend(b"\xff\xfe\x00<div id=\xe9>");
    let (code, out, err) = folder.run_bytes(&["html", "replace", "--selector", "#none", "--with", "x"], &page);
    assert_eq!((code, out), (0, page));
    assert!(err.contains("nothing matched"), "{err}");
}

#[test]
fn an_element_that_is_not_closed_keeps_its_content() {
    let page = "<main><div id=a>open</main><p>after</p>";
    let ran = Folder::new().run_with(&["html", "replace", "--selector", "#a", "--with", "x"], page.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (0, page));
    assert!(ran.err.contains("an end tag comes that it did not open"), "{}", ran.err);
}

#[test]
fn one_part_of_an_element_is_replaced_alone() {
    let page = "<main><p>a</p></main><div id=a><p>b</p><p>c</p></div>";
    let replace = |element: &str| {
        let arguments = ["html", "replace", "--selector", "#a", "--element", element, "--with", "x"];
        Folder::new().run_with(&arguments, page.as_bytes())
    };
    let ran = replace("p");
    assert_eq!((ran.code, ran.out.as_str()), (0, "<main><p>a</p></main><div id=a><p>x</p><p>c</p></div>"));
    let ran = replace("h1");
    assert_eq!((ran.code, ran.out.as_str()), (0, page));
    assert!(ran.err.contains("no element in the slot matches"), "{}", ran.err);
    assert_eq!(replace("p > a").code, 2);
}

#[test]
fn a_selector_that_is_none_is_refused() {
    let ran = Folder::new().run(&["html", "replace", "--selector", "div > p", "--with", "x"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("without combinators") && ran.err.contains("help: "), "{}", ran.err);
    assert_eq!(Folder::new().run(&["html", "replace", "--selector", "p", "--with", "x", "--chunk", "0"]).code, 2);
}
