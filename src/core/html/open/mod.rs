//! The elements that are open inside a slot, or inside SVG and `MathML`.
//!
//! A small part of the standard's tree construction: enough to know which end tag ends the slot,
//! and which start or end tag shows that the slot has been left without one. Names are all it
//! keeps. Elements that formatting misnests (`<b><i></b></i>`) are counted, not ordered.
mod end;
mod foreign;
mod outside;
mod start;

use alloc::vec::Vec;
pub(super) use outside::Outside;

use super::{
    element::{Element, FORMATTING_ELEMENTS, FORMATTING_NAMES, SCOPE, SPECIAL},
    limits::{MAX_OPEN_BYTES, MAX_OPEN_NAME_BYTES},
    op::GiveUpReason,
    tokenizer::Tag,
};

/// What a tag does to the open elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It stands inside, as HTML.
    Inside,
    /// It stands inside, as SVG or `MathML`: its text is not raw.
    Foreign,
    /// It is the end tag of the first open element.
    Closed,
    /// It leaves the first open element in another way, and has not been applied.
    Left(GiveUpReason),
    /// An end tag in SVG or `MathML`, which may end them with an element around them, or nothing.
    Unsure,
}

/// The vocabulary an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Html,
    Svg,
    Math,
}

/// One open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) element: Element,
    pub(super) space: Space,
    /// A foreign element in which start tags are HTML again.
    pub(super) is_html_point: bool,
    /// Given by who asks to be told when the element is closed; 0 for none, not kept in a state.
    pub(super) mark: u8,
    name_len: u8,
    name: [u8; MAX_OPEN_NAME_BYTES],
}

/// An element with a mark that was closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClosedMark {
    pub(super) mark: u8,
    /// By its own end tag.
    pub(super) is_own: bool,
    pub(super) element: Element,
}

/// The open elements, outermost first.
#[derive(Debug, Default)]
pub(super) struct OpenElements {
    pub(super) entries: Vec<Entry>,
    /// Formatting elements that were opened and not yet ended, by [`Element::formatting_index`].
    pub(super) formatting: [u8; FORMATTING_ELEMENTS],
    /// A form was opened and not yet ended.
    pub(super) in_form: bool,
    /// Some of the formatting elements may be counted although a browser has forgotten them, with the cell or the like
    /// that they were in.
    pub(super) is_miscounted: bool,
    /// Marked elements closed by the last tag; not kept in a state.
    pub(super) closed: Vec<ClosedMark>,
    /// The last start tag opened the innermost element; not kept in a state.
    pub(super) has_pushed: bool,
}

/// Where a search through the open elements ended.
enum Found {
    At(usize),
    /// An element that ends the scope came first.
    Blocked,
    /// Every open element was passed.
    Nowhere,
}

impl Entry {
    /// `None` when the name is too long to be kept.
    pub(super) fn new(element: Element, name: Option<&[u8]>, space: Space) -> Option<Self> {
        let mut entry =
            Self { element, space, is_html_point: false, mark: 0, name_len: 0, name: [0; MAX_OPEN_NAME_BYTES] };
        if element == Element::OTHER {
            let name = name?;
            entry.name.get_mut(..name.len())?.copy_from_slice(name);
            entry.name_len = u8::try_from(name.len()).ok()?;
        }
        Some(entry)
    }

    pub(super) fn name(&self) -> &[u8] {
        self.name.get(..usize::from(self.name_len)).unwrap_or_default()
    }

    fn is_html(&self) -> bool {
        self.space == Space::Html
    }

    fn is_html_element(&self, element: Element) -> bool {
        self.is_html() && self.element == element
    }

    fn has_name_of(&self, tag: &Tag<'_>) -> bool {
        self.element == tag.element && (self.element != Element::OTHER || Some(self.name()) == tag.name)
    }

    /// In `MathML`, an element in which most start tags are HTML.
    fn is_text_point(&self) -> bool {
        let names = [Element::MI, Element::MO, Element::MN, Element::MS, Element::MTEXT];
        self.space == Space::Math && names.contains(&self.element)
    }

    fn is_special(&self) -> bool {
        match self.space {
            Space::Html => self.element.is(SPECIAL),
            Space::Svg => self.is_html_point,
            Space::Math => self.is_text_point() || self.element == Element::ANNOTATION_XML,
        }
    }

    fn ends_scope(&self) -> bool {
        if self.is_html() { self.element.is(SCOPE) } else { self.is_special() }
    }

    /// Bytes it takes in a state.
    pub(super) fn encoded_len(&self) -> usize {
        let space = usize::from(!self.is_html());
        let name = if self.element == Element::OTHER { 1 + usize::from(self.name_len) } else { 0 };
        1 + space + name
    }
}

impl OpenElements {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.formatting = [0; FORMATTING_ELEMENTS];
        (self.in_form, self.is_miscounted) = (false, false);
    }

    /// Begins with one open element; `false` when its name is too long.
    pub(super) fn begin(&mut self, element: Element, name: Option<&[u8]>, space: Space) -> bool {
        self.clear();
        self.in_form = element == Element::FORM;
        self.entries.extend(Entry::new(element, name, space));
        !self.entries.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the innermost element is SVG or `MathML`.
    pub(super) fn is_foreign(&self) -> bool {
        self.entries.last().is_some_and(|entry| !entry.is_html())
    }

    /// Formatting elements that were opened and not yet ended, each name once.
    pub(super) fn formatting_left(&self) -> impl Iterator<Item = Element> {
        self.formatting.iter().zip(FORMATTING_NAMES).filter(|(count, _)| **count > 0).map(|(_, element)| element)
    }

    /// Whether a template is open.
    pub(super) fn has_template(&self) -> bool {
        self.entries.iter().any(|entry| entry.is_html_element(Element::TEMPLATE))
    }

    /// Whether the first open element is a slot's, or stands for a fragment: HTML, at any rate.
    fn has_html_root(&self) -> bool {
        self.entries.first().is_some_and(Entry::is_html)
    }

    /// Whether the first open element only stands for what is around a fragment.
    fn has_fragment_root(&self) -> bool {
        self.entries.first().is_some_and(|entry| entry.is_html_element(Element::ROOT))
    }

    /// Leaves the slot; without a slot the tag is taken as ignored.
    fn leave(&self, reason: GiveUpReason) -> Result<(), GiveUpReason> {
        if self.has_html_root() && !self.has_fragment_root() { Err(reason) } else { Ok(()) }
    }

    fn push(&mut self, tag: &Tag<'_>, space: Space) -> Result<(), GiveUpReason> {
        let mut entry = Entry::new(tag.element, tag.name, space).ok_or(GiveUpReason::TooDeep)?;
        entry.is_html_point =
            space == Space::Svg && matches!(tag.element, Element::FOREIGN_OBJECT | Element::DESC | Element::TITLE);
        self.push_entry(entry)?;
        self.has_pushed = true;
        Ok(())
    }

    fn push_entry(&mut self, entry: Entry) -> Result<(), GiveUpReason> {
        let len: usize = self.entries.iter().map(Entry::encoded_len).sum();
        if len + entry.encoded_len() > MAX_OPEN_BYTES {
            return Err(GiveUpReason::TooDeep);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Closes the element at `from` and all inside it; `is_own` if by its own end tag.
    fn close(&mut self, from: usize, is_own: bool) {
        let mut has_marker = false;
        for (index, entry) in self.entries.drain(from.min(self.entries.len())..).enumerate() {
            has_marker |= entry.is_marker();
            if entry.mark > 0 {
                let is_own = is_own && index == 0;
                self.closed.push(ClosedMark { mark: entry.mark, is_own, element: entry.element });
            }
        }
        self.is_miscounted |= has_marker && self.may_reopen();
    }

    /// The innermost HTML element that fits, up to where the scope ends.
    fn find_in_scope(&self, fits: impl Fn(&Entry) -> bool, ends_too: impl Fn(&Entry) -> bool) -> Found {
        for (index, entry) in self.entries.iter().enumerate().rev() {
            if entry.is_html() && fits(entry) {
                return Found::At(index);
            }
            if entry.ends_scope() || ends_too(entry) {
                return Found::Blocked;
            }
        }
        Found::Nowhere
    }

    fn after(&self, index: usize) -> &[Entry] {
        self.entries.get(index + 1..).unwrap_or_default()
    }
}
