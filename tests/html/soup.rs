//! Random pages, more broken than any that people write.
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

/// What scanners read otherwise than browsers: what is in SVG and `MathML`, tables, selects, and what ends them.
const STRAYS: &[&str] = &[
    "svg",
    "svg",
    "svg",
    "math",
    "math",
    "desc",
    "foreignobject",
    "mi",
    "g",
    "path",
    "table",
    "table",
    "table",
    "tr",
    "td",
    "caption",
    "select",
    "select",
    "option",
    "input",
    "template",
    "object",
    "div",
    "div",
    "span",
    "span",
    "x-card",
    "x-icon",
    "b",
    "a",
    "p",
    "li",
    "ul",
    "h1",
    "form",
    "section",
    "label",
];

/// What may be in a random page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds {
    /// Elements that few pages have in their body.
    pub(crate) rare: bool,
    /// Elements that go on after the block that they were opened in.
    pub(crate) leaks: bool,
    /// Mostly [`STRAYS`], and raw text that looks like a slot.
    pub(crate) strays: bool,
}

/// Pages whose start tags may carry `s=N`, a number of their own.
pub(crate) fn soup(kinds: Kinds) -> impl Strategy<Value = String> {
    let piece = (0..100_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..100_u8, any::<bool>());
    prop::collection::vec(piece, 1..40).prop_map(move |pieces| render(&pieces, kinds))
}

/// Any page.
pub(crate) fn any_soup() -> impl Strategy<Value = String> {
    any::<bool>().prop_flat_map(|strays| soup(Kinds { rare: true, leaks: true, strays }))
}

type Piece = (u8, prop::sample::Index, prop::sample::Index, u8, bool);

fn render(pieces: &[Piece], kinds: Kinds) -> String {
    let mut html = "<!doctype html>".to_owned();
    let mut open: Vec<&str> = Vec::new();
    let mut slots = 0;
    for (kind, name, attribute, chance, closes_last) in pieces {
        let name: &str = match chance {
            0..60 if kinds.strays => name.get::<&str>(STRAYS),
            0..25 if kinds.rare => name.get::<&str>(RARE),
            60..70 if kinds.strays => name.get::<&str>(RARE),
            _ => name.get::<&str>(NAMES),
        };
        match kind {
            0..45 if !kinds.leaks && is_leaky(name) => {}
            0..45 => {
                html.push('<');
                html.push_str(name);
                if *chance % 4 == 0 {
                    html.push_str(attribute.get::<&str>(ATTRIBUTES));
                }
                let is_slot = if kinds.strays { *chance % 2 == 1 } else { *chance > 50 };
                if is_slot && slots < 60 {
                    write!(html, " s=\"{slots}\"").unwrap();
                    slots += 1;
                }
                html.push_str(if *chance == 77 { "/>" } else { ">" });
                open.push(name);
            }
            // An end tag that nothing was opened for, or that comes once more.
            45..50 if *chance < 60 && (kinds.leaks || !is_leaky(name)) => write!(html, "</{name}>").unwrap(),
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
            80..85 if kinds.strays && slots < 60 => {
                let raw = if *closes_last { "script" } else { "style" };
                write!(html, "<{raw}>'<div s=\"{slots}\">a</div>'</{raw}>").unwrap();
                slots += 1;
            }
            _ => html.push_str(attribute.get::<&str>(TEXTS)),
        }
    }
    html
}

/// Elements that go on after the block that they were opened in.
pub(crate) fn is_leaky(tag: &str) -> bool {
    const NAMES: [&str; 15] =
        ["a", "b", "big", "code", "em", "font", "form", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
    NAMES.contains(&tag)
}
