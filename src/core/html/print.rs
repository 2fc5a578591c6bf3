//! What a browser's tree has of HTML, told without a tree: its text, and where its elements lead.
//!
//! The page script hashes the same of what is on the screen, and so knows whether it is still what was put there. A hash that
//! is wrong would make every visitor's content look lost, so there is none where it is not certain what a parser makes of the
//! HTML: elements are closed in the order in which they were opened, what a parser moves, repeats or drops is not there, and
//! references are those that this module knows.

use super::element::{
    ALONE, CLOSES_P, Element, FOREIGN, FORMATTING, HEADING, IMPLIED, ONCE, RAW, SCOPE, SPECIAL, STRANGE, TABLE_PART,
    VOID,
};
use super::inert::{DRAWING, is_listed};
use super::named::reference;
use alloc::vec::Vec;
use memchr::memchr;

/// How deep elements may be in each other.
const DEPTH_MAX: usize = 48;
/// Elements of drawings that have text and nothing else.
const DRAWN_TEXT: &str = "title desc";

/// The hash of whole HTML: of its text, and of each `src` and `href` in it, a line each. `None` where that is not certain.
pub fn print_hash(html: &str) -> Option<u32> {
    let mut reader = Reader { html, at: 0, print: Print::default(), open: Vec::new(), drawn: 0, addresses: Vec::new() };
    loop {
        let text = reader.before(b'<');
        reader.print.text(text)?;
        if reader.at == html.len() {
            break;
        }
        reader.markup()?;
    }
    // What may be left open, the end of the slot closes.
    reader.open.iter().all(|(element, _)| element.is(IMPLIED)).then_some(())?;
    let mut hash = reader.print.hash;
    for value in reader.addresses {
        push_unit(&mut hash, u16::from(b'\n'));
        push_value(&mut hash, value)?;
    }
    Some(hash)
}

/// The hash of a text that is written without tags, once an element has it.
pub fn text_hash(html: &str) -> Option<u32> {
    let mut print = Print::default();
    print.text(html).filter(|()| !html.contains('<'))?;
    Some(print.hash)
}

/// The hash of an attribute's value as it is written.
pub fn value_hash(value: &str) -> Option<u32> {
    let mut hash = BASIS;
    push_value(&mut hash, value)?;
    Some(hash)
}

/// Whether a text that is put into an element of this name stays there as it is.
pub(crate) fn holds_text(tag: &str) -> bool {
    !Element::of(tag.as_bytes()).is(VOID | RAW | ODD)
}

/// Elements of which this module is not certain.
const ODD: u16 = SCOPE | TABLE_PART | ONCE | FOREIGN | STRANGE;

/// 32-bit FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
const BASIS: u32 = 0x811C_9DC5;
const PRIME: u32 = 0x0100_0193;

fn push_unit(hash: &mut u32, unit: u16) {
    *hash = (*hash ^ u32::from(unit)).wrapping_mul(PRIME);
}

#[inline(never)]
fn push_char(hash: &mut u32, char: char) {
    let mut units = [0; 2];
    for unit in char.encode_utf16(&mut units) {
        push_unit(hash, *unit);
    }
}

/// A character that stands in HTML as it is. In a page that is not UTF-8 it may become a reference, which means something
/// else of these controls; NUL is dropped or replaced.
fn certain(char: char) -> Option<char> {
    (!matches!(char, '\0' | '\u{80}'..='\u{9f}')).then_some(char)
}

#[inline(never)]
fn push_value(hash: &mut u32, value: &str) -> Option<()> {
    for (at, part) in value.split('&').enumerate() {
        let mut rest = part;
        if at > 0 {
            let (char, len) = reference(part, true)?;
            push_char(hash, char);
            rest = part.get(len..)?;
        }
        for char in rest.chars() {
            // A line end, which a parser writes anew.
            push_char(hash, certain(char).filter(|char| *char != '\r')?);
        }
    }
    Some(())
}

/// Text with its runs of white space as one space, none at its ends.
struct Print {
    hash: u32,
    has_begun: bool,
    /// White space was read, and nothing behind it.
    is_apart: bool,
}

impl Default for Print {
    fn default() -> Self {
        Self { hash: BASIS, has_begun: false, is_apart: false }
    }
}

impl Print {
    #[inline(never)]
    fn text(&mut self, text: &str) -> Option<()> {
        let mut parts = text.split('&');
        self.plain(parts.next()?)?;
        for part in parts {
            let (char, len) = reference(part, false)?;
            self.push(char);
            self.plain(part.get(len..)?)?;
        }
        Some(())
    }

    /// Text without references.
    #[inline(never)]
    fn plain(&mut self, text: &str) -> Option<()> {
        for char in text.chars() {
            self.push(certain(char)?);
        }
        Some(())
    }

    fn push(&mut self, char: char) {
        if matches!(char, ' ' | '\n' | '\t' | '\r' | '\x0c') {
            self.is_apart = self.has_begun;
            return;
        }
        if self.is_apart {
            push_unit(&mut self.hash, u16::from(b' '));
        }
        (self.has_begun, self.is_apart) = (true, false);
        push_char(&mut self.hash, char);
    }
}

/// Reads markup, and remembers what is open.
struct Reader<'h> {
    html: &'h str,
    at: usize,
    print: Print,
    /// The open elements with their names. A paragraph or an item that a start tag has closed stays, for its own end tag.
    open: Vec<(Element, &'h str)>,
    /// How many of them are a drawing's.
    drawn: usize,
    addresses: Vec<&'h str>,
}

impl<'h> Reader<'h> {
    /// The next byte; 0 at the end, which is in no markup either.
    fn next(&self) -> u8 {
        self.html.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// What stands before the next `byte`, or before the end.
    #[inline(never)]
    fn before(&mut self, byte: u8) -> &'h str {
        let rest = self.html.get(self.at..).unwrap_or_default();
        let len = memchr(byte, rest.as_bytes()).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// The next bytes of a kind.
    #[inline(never)]
    fn run(&mut self, is_in: fn(u8) -> bool) -> &'h str {
        let rest = self.html.get(self.at..).unwrap_or_default();
        let len = rest.bytes().position(|byte| !is_in(byte)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// Passes what must come next.
    #[inline(never)]
    fn pass(&mut self, text: &str) -> Option<()> {
        self.html.get(self.at..)?.starts_with(text).then_some(())?;
        self.at += text.len();
        Some(())
    }

    /// Reads what begins with `<`.
    fn markup(&mut self) -> Option<()> {
        self.at += 1;
        match self.next() {
            b'!' => self.comment(),
            b'/' => self.end_tag(),
            b'?' => None,
            byte if byte.is_ascii_alphabetic() => self.start_tag(),
            _ => {
                self.print.push('<');
                Some(())
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        self.pass("!--")?;
        let begin = self.at;
        loop {
            self.before(b'>');
            let comment = self.html.get(begin..self.at)?;
            self.pass(">")?;
            match comment {
                "" | "-" => return None,
                _ if comment.ends_with("--!") => return None,
                _ if comment.ends_with("--") => return Some(()),
                _ => {}
            }
        }
    }

    fn end_tag(&mut self) -> Option<()> {
        self.pass("/")?;
        let name = self.run(is_name);
        let element = Element::of(name.as_bytes());
        // The end of a block closes what may be left open in it.
        let closes = element.is(SPECIAL) && !element.is(FORMATTING) && element != Element::P && self.drawn == 0;
        loop {
            let (last, last_name) = self.open.pop()?;
            if last_name.eq_ignore_ascii_case(name) {
                break;
            }
            (closes && last.is(IMPLIED)).then_some(())?;
        }
        self.drawn = self.drawn.saturating_sub(1);
        self.run(is_space);
        self.pass(">")
    }

    fn start_tag(&mut self) -> Option<()> {
        let name = self.run(is_name);
        let is_closed = self.attributes()?;
        let is_drawn = self.drawn > 0 || name == "svg";
        let element = if is_drawn { Element::SVG } else { Element::of(name.as_bytes()) };
        let fits = if is_drawn { self.fits_drawing(name) } else { self.fits(element, name) };
        if !fits || self.open.len() >= DEPTH_MAX {
            return None;
        }
        if element.is(RAW) {
            return self.raw(name);
        }
        // In a drawing a slash closes its element; in HTML it says nothing.
        if element.is(VOID) || (is_drawn && is_closed) {
            return Some(());
        }
        self.open.push((element, name));
        self.drawn += usize::from(is_drawn);
        Some(())
    }

    /// Whether an element of a drawing stands where a parser puts it.
    fn fits_drawing(&self, name: &str) -> bool {
        let is_text = self.open.last().is_some_and(|(_, last)| is_listed(DRAWN_TEXT, last.as_bytes()));
        let is_known = is_listed(DRAWING, name.as_bytes()) || is_listed(DRAWN_TEXT, name.as_bytes());
        is_known && !(self.drawn > 0 && is_text)
    }

    /// Whether an element stands where a parser puts it, once, and closes nothing but a paragraph or an item just before it.
    fn fits(&self, element: Element, name: &str) -> bool {
        // A name in capitals is looked up as it is written.
        if element.is(ODD) || name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return false;
        }
        let is_last = |wanted: Element| self.open.last().is_some_and(|(last, _)| *last == wanted);
        let closes = |open: Element| {
            let paragraph = open == Element::P && element.is(CLOSES_P) && !is_last(Element::P);
            paragraph || (open.is(HEADING) && element.is(HEADING)) || (open == element && element.is(ALONE))
        };
        !self.open.iter().any(|(open, _)| closes(*open)) && self.is_in_list(element)
    }

    /// Whether an item is in a list of its own, directly or behind another item.
    fn is_in_list(&self, element: Element) -> bool {
        let items = match element {
            Element::LI => [Element::LI, Element::LI],
            Element::DD | Element::DT => [Element::DD, Element::DT],
            _ => return true,
        };
        for (at, (open, _)) in self.open.iter().rev().enumerate() {
            if items.contains(open) {
                return at == 0;
            }
            // A parser looks for an item beyond these, and beyond what is no block.
            if open.is(SPECIAL) && !matches!(*open, Element::ADDRESS | Element::DIV | Element::P) {
                return true;
            }
        }
        false
    }

    /// Reads text in which no tag begins but the end of its own element.
    fn raw(&mut self, name: &str) -> Option<()> {
        let raw = self.before(b'<');
        // References mean nothing here.
        raw.is_ascii().then_some(())?;
        self.print.plain(raw)?;
        self.pass("</")?;
        self.pass(name)?;
        self.run(is_space);
        self.pass(">")
    }

    /// Reads attributes up to the end of a start tag; the answer is whether it ends with a slash.
    fn attributes(&mut self) -> Option<bool> {
        let (mut src, mut href) = (None, None);
        loop {
            let is_apart = !self.run(is_space).is_empty();
            let is_closed = self.pass("/").is_some();
            if is_closed || self.next() == b'>' {
                self.pass(">")?;
                self.addresses.extend([src, href].into_iter().flatten());
                return Some(is_closed);
            }
            let name = self.run(is_attribute);
            // Two attributes have a blank between them.
            if !is_apart || name.is_empty() {
                return None;
            }
            let value = self.value()?;
            // Of two, the first counts.
            if name.eq_ignore_ascii_case("src") {
                src.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("href") {
                href.get_or_insert(value);
            }
        }
    }

    /// The value of an attribute whose name was read.
    fn value(&mut self) -> Option<&'h str> {
        if self.pass("=").is_none() {
            return Some("");
        }
        let quote = self.next();
        if !matches!(quote, b'"' | b'\'') {
            return Some(self.run(is_bare)).filter(|value| !value.is_empty());
        }
        self.at += 1;
        let value = self.before(quote);
        // The end of the text is none of the value.
        (self.next() == quote).then_some(())?;
        self.at += 1;
        Some(value)
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// A byte of a tag's name.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// A byte of an attribute's name.
fn is_attribute(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'=' | b'>' | b'/' | b'"' | b'\'' | b'<' | 0)
}

/// A byte of a value without quotes.
fn is_bare(byte: u8) -> bool {
    !is_space(byte) && byte != b'>'
}
