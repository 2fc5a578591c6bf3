//! The open elements of HTML content. Checks that each is closed and that a browser would build the same tree.

use super::raw_text::{self, RawText};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;
use std::ops::Range;

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track",
    "wbr", "basefont", "bgsound", "image",
];

/// They act on the page, not on the slot.
const FORBIDDEN: &[&str] = &["html", "head", "body", "base", "frameset", "frame", "plaintext", "portal"];

/// Start tags that close an open `<p>`.
const CLOSES_P: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "dd",
    "dt",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];

/// Start tags that end SVG and MathML.
const LEAVES_FOREIGN: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// Elements that cannot contain themselves.
const NOT_IN_ITSELF: &[&str] = &["a", "button", "form", "nobr", "option", "select"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Html,
    Svg,
    MathMl,
}

struct Open {
    name: String,
    range: Range<usize>,
    space: Space,
}

impl Open {
    /// HTML rules apply to what is inside.
    fn holds_html(&self) -> bool {
        match self.space {
            Space::Html => true,
            Space::Svg => matches!(self.name.as_str(), "foreignobject" | "desc" | "title"),
            Space::MathMl => false,
        }
    }
}

/// A tag that was read.
pub(super) struct Tag<'n> {
    pub(super) name: &'n str,
    pub(super) range: Range<usize>,
    pub(super) place: Place,
    pub(super) self_closing: bool,
}

/// The open elements, outermost first.
#[derive(Default)]
pub(super) struct Tree {
    open: Vec<Open>,
}

impl Tree {
    pub(super) fn in_foreign(&self) -> bool {
        self.open.last().is_some_and(|open| !open.holds_html())
    }

    /// Why no placeholder may stand between tags here, if none may.
    pub(super) fn no_placeholder(&self) -> Option<String> {
        self.open.iter().find_map(|open| match open.name.as_str() {
            "template" | "svg" | "math" => Some(format!("<{}>", open.name)),
            _ => None,
        })
    }

    /// The same for the attributes of a tag.
    pub(super) fn no_placeholder_in_tag(&self, name: &str) -> Option<String> {
        self.no_placeholder()
            .or_else(|| matches!(name, "svg" | "math" | "template").then(|| format!("the tag <{name}>")))
    }

    /// Opens an element. Returns how its content is read, when that is not markup.
    pub(super) fn open(&mut self, tag: &Tag<'_>, sink: &mut Sink<'_>) -> Option<RawText> {
        let name = tag.name;
        let foreign = self.in_foreign();
        if FORBIDDEN.contains(&name) && !foreign {
            sink.report(
                Code::ForbiddenElement,
                tag.place,
                format!("<{name}> cannot be in a content"),
                "remove it: a content is only the inside of a slot",
            );
            return None;
        }
        let space = match (foreign, name) {
            (false, "svg") => Space::Svg,
            (false, "math") => Space::MathMl,
            (false, _) => Space::Html,
            (true, _) => self.open.last().map_or(Space::Html, |open| open.space),
        };
        if let Some((message, help)) = self.taken_apart(name, foreign) {
            sink.report(Code::BadNesting, tag.place, message, help);
        }
        let empty = if foreign || space != Space::Html { tag.self_closing } else { VOID.contains(&name) };
        if empty {
            return None;
        }
        if tag.self_closing {
            sink.report(
                Code::Unclosed,
                tag.place,
                format!("`/>` does not close <{name}>"),
                format!("write <{name}></{name}>"),
            );
            return None;
        }
        self.open.push(Open { name: name.to_owned(), range: tag.range.clone(), space });
        (space == Space::Html).then(|| raw_text::kind(name)).flatten()
    }

    /// How a browser would change the nesting here, with the remedy.
    fn taken_apart(&self, name: &str, foreign: bool) -> Option<(String, String)> {
        let last = self.open.last().map(|open| open.name.as_str());
        if foreign {
            return LEAVES_FOREIGN.contains(&name).then(|| {
                (
                    format!("<{name}> ends the drawing around it"),
                    "close </svg> or </math> before it, or put it into <foreignObject>".to_owned(),
                )
            });
        }
        if CLOSES_P.contains(&name) && self.has_open("p") {
            return Some((
                format!("<{name}> closes the <p> around it"),
                "close </p> before it, or use <div> instead of <p>".to_owned(),
            ));
        }
        if NOT_IN_ITSELF.contains(&name) && self.has_open(name) {
            return Some((format!("<{name}> cannot be inside another <{name}>"), format!("close </{name}> before it")));
        }
        if HEADINGS.contains(&name) && last.is_some_and(|last| HEADINGS.contains(&last)) {
            return Some((format!("<{name}> closes the heading around it"), "close the heading before it".to_owned()));
        }
        if matches!(name, "input" | "textarea" | "keygen") && self.has_open("select") {
            return Some((format!("<{name}> closes the <select> around it"), "close </select> before it".to_owned()));
        }
        let parents: &[&str] = match name {
            "tr" => &["table", "tbody", "thead", "tfoot", "template"],
            "td" | "th" => &["tr", "template"],
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => &["table", "template"],
            "col" => &["colgroup", "template"],
            _ if matches!(last, Some("table" | "tbody" | "thead" | "tfoot" | "tr"))
                && !matches!(name, "script" | "style" | "template") =>
            {
                return Some((
                    format!("<{name}> is moved out of the table around it"),
                    "put it into <td> or <th>".to_owned(),
                ));
            }
            _ => return None,
        };
        (!last.is_some_and(|last| parents.contains(&last))).then(|| {
            (
                format!(
                    "<{name}> is dropped outside of {}",
                    parents.first().map_or_else(String::new, |p| format!("<{p}>"))
                ),
                format!("put it directly into <{}>", parents.first().unwrap_or(&"table")),
            )
        })
    }

    /// Whether this HTML element is open in scope: inside the nearest element that starts a new scope.
    fn has_open(&self, name: &str) -> bool {
        for open in self.open.iter().rev() {
            if open.name == name {
                return true;
            }
            if open.space != Space::Html
                || matches!(
                    open.name.as_str(),
                    "button" | "td" | "th" | "caption" | "template" | "object" | "marquee" | "applet"
                )
            {
                return false;
            }
        }
        false
    }

    /// Closes an element.
    pub(super) fn close(&mut self, tag: &Tag<'_>, at: impl Fn(Range<usize>) -> Place, sink: &mut Sink<'_>) {
        let name = tag.name;
        if self.open.last().is_some_and(|open| open.name == name) {
            self.open.pop();
            return;
        }
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else {
            let help = if VOID.contains(&name) {
                format!("remove it: <{name}> has no end tag")
            } else {
                format!("remove it, or open <{name}> before it")
            };
            sink.report(Code::StrayEnd, tag.place, format!("</{name}> closes nothing that this content opened"), help);
            return;
        };
        for open in self.open.drain(depth + 1..) {
            sink.report_with(
                Code::Unclosed,
                at(open.range.clone()),
                format!("<{}> is not closed before </{name}>", open.name),
                format!("write </{}> before </{name}>", open.name),
                (tag.place, "closed here"),
            );
        }
        self.open.pop();
    }

    /// Reports what is still open.
    pub(super) fn finish(&mut self, at: impl Fn(Range<usize>) -> Place, sink: &mut Sink<'_>) {
        for open in self.open.drain(..) {
            sink.report(
                Code::Unclosed,
                at(open.range.clone()),
                format!("<{}> is not closed", open.name),
                format!("write </{}> where it ends", open.name),
            );
        }
    }
}
