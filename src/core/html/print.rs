//! What a browser's tree has of HTML, told without a tree: its text, and where its elements lead.
//!
//! The page script hashes the same of what is on the screen, and so knows whether it is still what was put there. A hash that
//! is wrong would make every visitor's content look lost, so there is none where it is not certain what a parser makes of the
//! HTML: elements are closed in the order in which they were opened, what a parser moves, repeats or drops is not there, and
//! references are those that this module knows.

use super::element::{
    CLOSES_P, Element, FOREIGN, FORMATTING, HEADING, IMPLIED, ONCE, RAW, SCOPE, SPECIAL, TABLE_PART, VOID,
};
use super::inert::{DRAWING, is_listed};
use super::references::numeric;
use alloc::vec::Vec;
use memchr::{memchr, memmem};

/// How deep elements may be in each other.
const DEPTH_MAX: usize = 48;
/// Named references that need no semicolon and mean U+00A0 to U+00FF, in that order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
    sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde \
    Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
    Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml";
/// Others that need none, each before the character that it means.
const BARE: &str = "amp& lt< gt> quot\" AMP& LT< GT> QUOT\" COPY© REG®";
/// Some that need one.
const CLOSED: &str =
    "apos' hellip… ndash– mdash— lsquo‘ rsquo’ ldquo“ rdquo” bull• trade™ euro€ rarr→ larr← check✓ hearts♥";
/// Elements of drawings that have text and nothing else.
const DRAWN_TEXT: &str = "title desc";

/// The hash of whole HTML: of its text, and of each `src` and `href` in it, a line each. `None` where that is not certain.
pub fn print_hash(html: &str) -> Option<u32> {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let (before, from) = rest.split_at_checked(at)?;
        reader.print.text(before)?;
        rest = reader.markup(from)?;
    }
    reader.print.text(rest)?;
    // What may be left open, the end of the slot closes.
    reader.open.iter().all(|(element, _)| is_implied(*element)).then_some(())?;
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
    let element = Element::of(tag.as_bytes());
    let odd = [Element::SELECT, Element::TABLE, Element::TEMPLATE, Element::OPTGROUP];
    let is_cell = matches!(element, Element::TD | Element::TH | Element::CAPTION);
    !element.is(VOID | RAW | ONCE | FOREIGN) && (!element.is(TABLE_PART) || is_cell) && !odd.contains(&element)
}

/// 32-bit FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
const BASIS: u32 = 0x811C_9DC5;
const PRIME: u32 = 0x0100_0193;

fn push_unit(hash: &mut u32, unit: u16) {
    *hash = (*hash ^ u32::from(unit)).wrapping_mul(PRIME);
}

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

fn push_value(hash: &mut u32, value: &str) -> Option<()> {
    let mut rest = value;
    while let Some(char) = rest.chars().next() {
        rest = rest.get(char.len_utf8()..)?;
        let char = match char {
            // A line end, which a parser writes anew.
            '\r' => return None,
            '&' => {
                let (meant, len) = reference(rest, true)?;
                rest = rest.get(len..)?;
                meant
            }
            char => certain(char)?,
        };
        push_char(hash, char);
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
    fn text(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        while let Some(at) = memchr(b'&', rest.as_bytes()) {
            let (before, from) = rest.split_at_checked(at)?;
            self.plain(before)?;
            rest = from.get(1..)?;
            let (char, len) = reference(rest, false)?;
            self.push(char);
            rest = rest.get(len..)?;
        }
        self.plain(rest)
    }

    /// Text without references.
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

/// What a reference means that begins behind `&`, and how long it is: nothing where the `&` is only that.
fn reference(text: &str, in_value: bool) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        return Some(numeric(number.as_bytes()).map_or(('&', 0), |(char, len)| (char, len + 1)));
    }
    let len = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = text.split_at_checked(len)?;
    if behind.starts_with(';') {
        let char = bare(name).or_else(|| listed(CLOSED, name))?;
        return Some((char, len + 1));
    }
    let found = match in_value {
        // What a `=` follows, or a letter, is a parameter of an address.
        true if behind.starts_with('=') => None,
        true => bare(name).map(|char| (char, len)),
        // In text the longest name that it begins with counts.
        false => (1..=len).rev().find_map(|len| Some((bare(name.get(..len)?)?, len))),
    };
    Some(found.unwrap_or(('&', 0)))
}

/// What a name without a semicolon means.
fn bare(name: &str) -> Option<char> {
    let position = LATIN.split(' ').position(|known| known == name);
    let latin = position.and_then(|at| char::from_u32(0xA0 + u32::try_from(at).ok()?));
    latin.or_else(|| listed(BARE, name))
}

/// What a name of a list means.
fn listed(list: &str, name: &str) -> Option<char> {
    list.split(' ').find_map(|entry| {
        let mut chars = entry.strip_prefix(name)?.chars();
        chars.next().filter(|char| !char.is_ascii_alphanumeric() && chars.next().is_none())
    })
}

/// Elements whose end tag may be left out, where nothing but their own end is lost by it.
fn is_implied(element: Element) -> bool {
    element.is(IMPLIED)
}

/// Reads markup, and remembers what is open.
#[derive(Default)]
struct Reader<'h> {
    print: Print,
    /// The open elements with their names. A paragraph or an item that a start tag has closed stays, for its own end tag.
    open: Vec<(Element, &'h str)>,
    /// How many of them are a drawing's.
    drawn: usize,
    addresses: Vec<&'h str>,
}

impl<'h> Reader<'h> {
    /// Reads what begins with `<`; gives what stands behind it.
    fn markup(&mut self, text: &'h str) -> Option<&'h str> {
        let from = text.get(1..)?;
        match from.as_bytes().first() {
            Some(b'!') => after_comment(from),
            Some(b'/') => self.end_tag(from.get(1..)?),
            Some(b'?') => None,
            Some(byte) if byte.is_ascii_alphabetic() => self.start_tag(from),
            _ => {
                self.print.push('<');
                Some(from)
            }
        }
    }

    fn end_tag(&mut self, text: &'h str) -> Option<&'h str> {
        let (name, rest) = tag_name(text)?;
        let element = Element::of(name.as_bytes());
        // The end of a block closes what may be left open in it.
        let closes = element.is(SPECIAL) && !element.is(FORMATTING) && element != Element::P && self.drawn == 0;
        loop {
            let (last, last_name) = self.open.pop()?;
            if last_name.eq_ignore_ascii_case(name) {
                break;
            }
            (closes && is_implied(last)).then_some(())?;
        }
        self.drawn = self.drawn.saturating_sub(1);
        rest.trim_ascii_start().strip_prefix('>')
    }

    fn start_tag(&mut self, text: &'h str) -> Option<&'h str> {
        let (name, rest) = tag_name(text)?;
        let (behind, is_closed) = self.attributes(rest)?;
        let is_drawn = self.drawn > 0 || name == "svg";
        let element = if is_drawn { Element::SVG } else { Element::of(name.as_bytes()) };
        let fits = if is_drawn { self.fits_drawing(name) } else { self.fits(element, name) };
        if !fits || self.open.len() >= DEPTH_MAX {
            return None;
        }
        if is_drawn {
            if !is_closed {
                self.open.push((element, name));
                self.drawn += 1;
            }
        } else if element.is(RAW) {
            return self.raw(name, behind);
        } else if !element.is(VOID) {
            self.open.push((element, name));
        }
        Some(behind)
    }

    /// Whether an element of a drawing stands where a parser puts it.
    fn fits_drawing(&self, name: &str) -> bool {
        let is_text = self.open.last().is_some_and(|(_, last)| is_listed(DRAWN_TEXT, last.as_bytes()));
        let is_known = is_listed(DRAWING, name.as_bytes()) || is_listed(DRAWN_TEXT, name.as_bytes());
        is_known && !(self.drawn > 0 && is_text)
    }

    /// Whether an element stands where a parser puts it, once, and closes nothing but a paragraph or an item just before it.
    fn fits(&self, element: Element, name: &str) -> bool {
        let odd = [Element::PRE, Element::LISTING, Element::OPTION, Element::OPTGROUP, Element::FRAME];
        let is_raw = element.is(RAW) && !matches!(element, Element::STYLE | Element::IFRAME);
        // A name in capitals is looked up as it is written.
        let is_odd = is_raw || odd.contains(&element) || name.bytes().any(|byte| byte.is_ascii_uppercase());
        if is_odd || element.is(SCOPE | TABLE_PART | ONCE | FOREIGN) {
            return false;
        }
        let is_alone = [Element::A, Element::NOBR, Element::BUTTON, Element::FORM].contains(&element);
        let is_last = |wanted: Element| self.open.last().is_some_and(|(last, _)| *last == wanted);
        let closes = |open: Element| {
            let paragraph = open == Element::P && element.is(CLOSES_P) && !is_last(Element::P);
            paragraph || (open.is(HEADING) && element.is(HEADING)) || (is_alone && open == element)
        };
        !self.open.iter().any(|(open, _)| closes(*open)) && self.is_in_list(element)
    }

    /// Whether an item is in a list of its own, directly or behind another item.
    fn is_in_list(&self, element: Element) -> bool {
        let items: &[Element] = match element {
            Element::LI => &[Element::LI],
            Element::DD | Element::DT => &[Element::DD, Element::DT],
            _ => return true,
        };
        if self.open.last().is_some_and(|(last, _)| items.contains(last)) {
            return true;
        }
        let passes = |open: Element| matches!(open, Element::ADDRESS | Element::DIV | Element::P) || !open.is(SPECIAL);
        let stop = self.open.iter().rev().map(|(open, _)| *open).find(|open| items.contains(open) || !passes(*open));
        stop.is_some_and(|stop| !items.contains(&stop))
    }

    /// Reads text in which no tag begins but the end of its own element.
    fn raw(&mut self, name: &str, text: &'h str) -> Option<&'h str> {
        let at = memmem::find(text.as_bytes(), b"</")?;
        let (raw, from) = text.split_at_checked(at)?;
        // References mean nothing here.
        raw.is_ascii().then_some(())?;
        self.print.plain(raw)?;
        let rest = from.get(2..)?.strip_prefix(name)?;
        rest.trim_ascii_start().strip_prefix('>')
    }

    /// Reads attributes up to the end of a start tag; gives what stands behind it, and whether it ends with a slash.
    fn attributes(&mut self, text: &'h str) -> Option<(&'h str, bool)> {
        let mut rest = text;
        let (mut src, mut href) = (None, None);
        loop {
            let from = rest.trim_ascii_start();
            let end = from.strip_prefix('>').map(|behind| (behind, false));
            if let Some(end) = end.or_else(|| from.strip_prefix("/>").map(|behind| (behind, true))) {
                self.addresses.extend([src, href].into_iter().flatten());
                return Some(end);
            }
            // Two attributes have a blank between them.
            (from.len() < rest.len()).then_some(())?;
            let is_end =
                |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/' | b'"' | b'\'' | b'<' | 0);
            let len = from.bytes().position(is_end).filter(|len| *len > 0)?;
            let (name, behind) = from.split_at_checked(len)?;
            let (value, behind) = value(behind)?;
            let place = if name.eq_ignore_ascii_case("src") {
                Some(&mut src)
            } else if name.eq_ignore_ascii_case("href") {
                Some(&mut href)
            } else {
                None
            };
            if let Some(place) = place {
                // Of two, the first counts.
                place.get_or_insert(value);
            }
            rest = behind;
        }
    }
}

/// The value of an attribute, of which the name was read, and what stands behind it.
fn value(text: &str) -> Option<(&str, &str)> {
    let Some(from) = text.strip_prefix('=') else { return Some(("", text)) };
    if let Some(quote @ (b'"' | b'\'')) = from.as_bytes().first() {
        let inner = from.get(1..)?;
        let end = memchr(*quote, inner.as_bytes())?;
        return Some((inner.get(..end)?, inner.get(end + 1..)?));
    }
    let end = from.bytes().position(|byte| byte.is_ascii_whitespace() || byte == b'>').filter(|end| *end > 0)?;
    from.split_at_checked(end)
}

/// The name of a tag, and what stands behind it.
fn tag_name(text: &str) -> Option<(&str, &str)> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let len = text.bytes().position(|byte| !is_name(byte))?;
    let (name, rest) = text.split_at_checked(len)?;
    let ends = rest.starts_with(|char: char| char.is_ascii_whitespace() || matches!(char, '>' | '/'));
    (ends && name.starts_with(|char: char| char.is_ascii_alphabetic())).then_some((name, rest))
}

/// What stands behind a comment, of which `text` begins behind `<`.
fn after_comment(text: &str) -> Option<&str> {
    let from = text.strip_prefix("!--").filter(|from| !from.starts_with('>') && !from.starts_with("->"))?;
    let (comment, behind) = from.split_once("-->")?;
    (!comment.contains("--!>")).then_some(behind)
}
