//! How bodies open: what is a document, and in which language.
use attune_core::html::{Opening, opening};

fn document(lang: &str) -> Opening<'_> {
    Opening::Document { lang, is_bare: false }
}

#[test]
fn a_document_opens_with_a_doctype_or_one_of_three_tags() {
    for (html, expected) in [
        ("<!doctype html><p>", document("")),
        ("\u{feff}\n<!DOCTYPE html>text", document("")),
        ("<!doctype html><!-- x --><head>", document("")),
        ("<!doctypehtml><li>", document("")),
        ("<html>", document("")),
        ("<HTML/>", document("")),
        ("<head>", Opening::Document { lang: "", is_bare: true }),
        (" <!-- x --><Body class=a>", Opening::Document { lang: "", is_bare: true }),
        ("<?xml version='1.0'?><html>", document("")),
        ("<![CDATA[ x ]]><html>", document("")),
        ("<!--><html><!-- --!><p>", document("")),
        ("<!---><html>", document("")),
        ("<!-- a -- > b --><html>", document("")),
        ("<!-- a --!><html>", document("")),
        ("<li>", Opening::Fragment),
        ("<header>", Opening::Fragment),
        ("<htmlx>", Opening::Fragment),
        ("<turbo-stream", Opening::Fragment),
        ("<x", Opening::Fragment),
        ("</html>", Opening::Fragment),
        ("< html>", Opening::Fragment),
        ("<3", Opening::Fragment),
        ("{\"html\":\"<html>\"}", Opening::Fragment),
        ("text <html>", Opening::Fragment),
        ("\u{b}<html>", Opening::Fragment),
        ("<!--><li>--><html>", Opening::Fragment),
        ("<?xml version='1.0'?><rss>", Opening::Fragment),
        ("\u{1f}\u{8b}\u{8}", Opening::Fragment),
    ] {
        assert_eq!(opening(html.as_bytes()), expected, "{html}");
    }
    assert_eq!(opening(b"\x28\xb5\x2f\xfd<html>"), Opening::Fragment, "zstd");
    assert_eq!(opening(b"\xff\xfe<\0h\0"), Opening::Fragment, "UTF-16");
}

#[test]
fn what_does_not_show_yet_what_it_is_waits_for_more() {
    for html in [
        "",
        "\u{feff}",
        " \n",
        "<",
        "<!",
        "<!-",
        "<!--",
        "<!-->",
        "<!-- <html> --",
        "<!doctype html",
        "<!doctype html>\n",
        "<?xml",
        "<h",
        "<html",
        "<HTM",
        "<hea",
        "<body",
        "<html lang=de",
        "<html lang='de>",
        "<html a=\"><html>",
    ] {
        assert_eq!(opening(html.as_bytes()), Opening::Unfinished, "{html}");
    }
    assert_eq!(opening(b"\xef\xbb"), Opening::Unfinished, "half a byte order mark");
}

#[test]
fn amp_is_told_by_an_attribute_of_its_html() {
    for attribute in [
        "amp",
        "AMP",
        "amp=''",
        "\u{26a1}",
        "\u{26a1}\u{fe0f}",
        "\u{26a1}4ads",
        "amp4email",
        "lang=en class='a' \u{26a1}4email",
    ] {
        assert_eq!(opening(format!("<!doctype html><html {attribute}>").as_bytes()), Opening::Amp, "{attribute}");
    }
    for attribute in ["data-amp", "amp4", "ampere", "class=amp", "class='\u{26a1}'", "\u{26a1}\u{26a1}", "amp-x"] {
        assert_eq!(opening(format!("<html {attribute}>").as_bytes()), document(""), "{attribute}");
    }
    assert_eq!(opening("<html><html \u{26a1}>".as_bytes()), document(""));
}

#[test]
fn a_language_is_read_as_it_is_commonly_written() {
    for (attributes, lang) in [
        ("lang=de-DE", "de-DE"),
        ("LANG=\"DE\"", "DE"),
        ("lang = ' de '", "de"),
        ("class='no-js>' lang=de dir=ltr", "de"),
        ("lang='de-AT' lang=fr", "de-AT"),
        ("lang=en_GB", "en_GB"),
        ("lang=en_GB.UTF-8", "en_GB"),
        ("lang='ca_ES@valencia'", "ca_ES"),
        ("xml:lang=de", "de"),
        ("xml:lang=de lang=fr", "fr"),
        ("lang='' xml:lang=de", "de"),
        ("lang xml:lang=de", "de"),
        ("lang='{{lang}}' xml:lang=de", "de"),
        ("lang=''", ""),
        ("lang", ""),
        ("lang=a<b", ""),
        ("lang='d\u{e9}'", ""),
        ("hreflang=de data-lang=de", ""),
    ] {
        assert_eq!(opening(format!("<!doctype html><html {attributes}>").as_bytes()), document(lang), "{attributes}");
    }
    assert_eq!(opening(b"<!-- <html lang=xx> --><html lang=de>"), document("de"));
    assert_eq!(
        opening(b"<!--[if IE]><html lang=xx><![endif]--><!--[if !IE]><!--><html lang=de><!--<![endif]-->"),
        document("de")
    );
    for length in [400, 500, 505, 510, 515, 1_020, 5_000] {
        let class = "x".repeat(length);
        assert_eq!(opening(format!("<html class={class} lang='de' \u{26a1}>").as_bytes()), Opening::Amp);
        assert_eq!(opening(format!("<html class='{class}' lang='de-CH'><p>").as_bytes()), document("de-CH"));
    }
}
