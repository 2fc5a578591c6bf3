//! Random pages, more broken than any that people write.
use crate::differential::is_leaky;
use proptest::prelude::*;
use std::fmt::Write as _;

pub(crate) const NAMES: &[&str] = &[
    "div",
    "div",
    "div",
    "section",
    "span",
    "p",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "a",
    "b",
    "i",
    "em",
    "strong",
    "font",
    "nobr",
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
    "col",
    "br",
    "img",
    "input",
    "hr",
    "x-card",
    "address",
    "article",
    "pre",
    "object",
    "ruby",
    "rt",
    "rp",
    "label",
    "blockquote",
    "main",
    "fieldset",
    "dialog",
    "details",
    "summary",
    "center",
    "template",
];
pub(crate) const RARE: &[&str] = &[
    "svg",
    "math",
    "foreignobject",
    "desc",
    "mi",
    "mtext",
    "annotation-xml",
    "g",
    "path",
    "title",
    "script",
    "style",
    "textarea",
    "select",
    "option",
    "optgroup",
    "iframe",
    "noscript",
    "xmp",
    "body",
    "html",
    "head",
    "marquee",
    "applet",
    "rb",
    "rtc",
    "var",
];
const TEXTS: &[&str] = &[
    "x",
    "text ",
    "<",
    "</",
    "<!",
    "<!--c-->",
    "<!---->",
    "<!-->",
    "<!--->",
    "<!-- a -- b --!>",
    "<?php ?>",
    "</ x>",
    "</>",
    "<![CDATA[y]]>",
    "<![CDATA[ <b> ]]>",
    "&amp;",
    "a<b",
    "<!doctype html>",
    "<!-- <div> -->",
    "\n",
    " ",
    "]]>",
    "-->",
    "\"",
    "'",
    "=",
    "\0",
    "é",
];
const ATTRIBUTES: &[&str] = &[
    "",
    " a",
    " a=b",
    " a='<div s=99>'",
    " a=\"x>y\"",
    " a = b ",
    " /",
    " a=b/",
    " =x",
    " a=\"1\"b",
    " class='u v'",
    " encoding=text/html",
    " color=red",
    "\n",
    " a='",
    " \"",
];

/// Pages whose start tags may carry `s=N`, a number of their own.
pub(crate) fn soup(has_rare: bool, has_leaks: bool) -> impl Strategy<Value = String> {
    let piece = (0..100_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..100_u8, any::<bool>());
    prop::collection::vec(piece, 1..40).prop_map(move |pieces| render(&pieces, has_rare, has_leaks))
}

type Piece = (u8, prop::sample::Index, prop::sample::Index, u8, bool);

fn render(pieces: &[Piece], has_rare: bool, has_leaks: bool) -> String {
    let mut html = "<!doctype html>".to_owned();
    let mut open: Vec<&str> = Vec::new();
    let mut slots = 0;
    for (kind, name, attribute, chance, closes_last) in pieces {
        let name: &str = if has_rare && *chance < 25 { name.get::<&str>(RARE) } else { name.get::<&str>(NAMES) };
        match kind {
            0..45 if !has_leaks && is_leaky(name) => {}
            0..45 => {
                html.push('<');
                html.push_str(name);
                if *chance % 4 == 0 {
                    html.push_str(attribute.get::<&str>(ATTRIBUTES));
                }
                if *chance > 50 && slots < 60 {
                    write!(html, " s=\"{slots}\"").unwrap();
                    slots += 1;
                }
                html.push_str(if *chance == 77 { "/>" } else { ">" });
                open.push(name);
            }
            45..80 => {
                let name = if *closes_last && !open.is_empty() {
                    open.remove(open.len() - 1)
                } else if *chance < 80 && !open.is_empty() {
                    open.remove(*chance as usize % open.len())
                } else {
                    continue;
                };
                write!(html, "</{name}>").unwrap();
            }
            _ => html.push_str(attribute.get::<&str>(TEXTS)),
        }
    }
    html
}
