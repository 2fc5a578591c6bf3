//! The little that is remembered of a page outside slots.
use super::super::element::{CLOSES_P, Element, FOREIGN, HEADING, LIST, RAW, TABLE_PART, VOID};

/// What may be open around the place that a stream has reached: a few facts, not a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Outside {
    /// Start tags less end tags, by [`Element::position`]; an end tag below zero closes nothing.
    pub(crate) open: [u8; Element::COUNT],
    /// A `<p>` that a block would close.
    pub(crate) in_p: bool,
    /// An `<a>`.
    pub(crate) in_a: bool,
    /// A `<nobr>`.
    pub(crate) in_nobr: bool,
    /// A `<select>`.
    pub(crate) in_select: bool,
    /// A `<button>`.
    pub(crate) in_button: bool,
    /// A `<form>`: no other one can begin in it.
    pub(crate) in_form: bool,
    /// Two bits a list, innermost lowest: an open `<li>`, an open `<dd>` or `<dt>`.
    pub(crate) lists: u64,
    /// One bit a table, innermost lowest: in a cell or caption.
    pub(crate) tables: u32,
    /// Number of open tables.
    pub(crate) table_depth: u8,
    /// Number of open templates.
    pub(crate) template_depth: u16,
}

const IN_ITEM: u64 = 1;
const IN_DEFINITION: u64 = 2;

impl Default for Outside {
    fn default() -> Self {
        Self {
            open: [0; Element::COUNT],
            in_p: false,
            in_a: false,
            in_nobr: false,
            in_select: false,
            in_button: false,
            in_form: false,
            lists: 0,
            tables: 0,
            table_depth: 0,
            template_depth: 0,
        }
    }
}

impl Outside {
    /// Whether an end tag of this name may have something to close.
    pub(crate) fn may_close(&self, element: Element) -> bool {
        let is_open = |element: Element| self.open.get(element.position()).is_some_and(|count| *count > 0);
        if element.is(HEADING) {
            let headings = [Element::H1, Element::H2, Element::H3, Element::H4, Element::H5, Element::H6];
            return headings.into_iter().any(is_open);
        }
        is_open(element)
    }

    pub(crate) fn in_item(&self) -> bool {
        self.lists & IN_ITEM != 0
    }

    pub(crate) fn in_definition(&self) -> bool {
        self.lists & IN_DEFINITION != 0
    }

    /// In a table, but in none of its cells.
    pub(crate) fn in_table(&self) -> bool {
        self.table_depth > 0 && self.tables & 1 == 0
    }

    /// Takes note of a start tag.
    pub(crate) fn start(&mut self, element: Element) {
        let is_ignored = element.is(TABLE_PART) && self.table_depth == 0;
        if !element.is(VOID | RAW | FOREIGN)
            && !is_ignored
            && let Some(count) = self.open.get_mut(element.position())
        {
            *count = count.saturating_add(1);
        }
        if element.is(CLOSES_P) {
            self.in_p = false;
        }
        match element {
            Element::P => self.in_p = true,
            Element::A => self.in_a = true,
            Element::NOBR => self.in_nobr = true,
            Element::SELECT => self.in_select = !self.in_select,
            Element::INPUT => self.in_select = false,
            Element::BUTTON => self.in_button = true,
            Element::FORM => self.in_form = true,
            Element::LI => self.lists |= IN_ITEM,
            Element::DD | Element::DT => self.lists |= IN_DEFINITION,
            Element::TABLE => {
                self.tables <<= 1;
                self.table_depth = self.table_depth.saturating_add(1);
            }
            Element::TD | Element::TH | Element::CAPTION => self.tables |= 1,
            Element::TEMPLATE => self.template_depth = self.template_depth.saturating_add(1),
            _ if element.is(TABLE_PART) => self.tables &= !1,
            _ if element.is(LIST) => self.lists <<= 2,
            _ => {}
        }
    }

    /// Takes note of an end tag.
    pub(crate) fn end(&mut self, element: Element) {
        if !self.may_close(element) {
            return;
        }
        if let Some(count) = self.open.get_mut(element.position()) {
            *count = count.saturating_sub(1);
        }
        let closes_cell = element.is(TABLE_PART) && self.table_depth > 0;
        if element.is(CLOSES_P) || closes_cell {
            self.in_p = false;
        }
        match element {
            Element::A => self.in_a = false,
            Element::NOBR => self.in_nobr = false,
            Element::SELECT => self.in_select = false,
            Element::BUTTON => self.in_button = false,
            Element::FORM => self.in_form = false,
            Element::LI => self.lists &= !IN_ITEM,
            Element::DD | Element::DT => self.lists &= !IN_DEFINITION,
            Element::TABLE => {
                self.tables >>= 1;
                self.table_depth = self.table_depth.saturating_sub(1);
            }
            Element::TEMPLATE => self.template_depth = self.template_depth.saturating_sub(1),
            _ if element.is(TABLE_PART) => self.tables &= !1,
            _ if element.is(LIST) => self.lists >>= 2,
            _ => {}
        }
    }
}
