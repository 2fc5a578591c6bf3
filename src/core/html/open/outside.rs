//! The little that is remembered of a page outside slots.
use super::super::element::{CLOSES_P, Element, LIST, TABLE_PART};

/// What may be open around the place that a stream has reached: a few facts, not a tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outside {
    /// A `<p>` that a block would close.
    pub(crate) in_p: bool,
    /// An `<a>`.
    pub(crate) in_a: bool,
    /// A `<button>`.
    pub(crate) in_button: bool,
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

impl Outside {
    pub(crate) fn in_item(self) -> bool {
        self.lists & IN_ITEM != 0
    }

    pub(crate) fn in_definition(self) -> bool {
        self.lists & IN_DEFINITION != 0
    }

    /// In a table, but in none of its cells.
    pub(crate) fn in_table(self) -> bool {
        self.table_depth > 0 && self.tables & 1 == 0
    }

    /// Takes note of a start tag.
    pub(crate) fn start(&mut self, element: Element) {
        if element.is(CLOSES_P) {
            self.in_p = false;
        }
        match element {
            Element::P => self.in_p = true,
            Element::A => self.in_a = true,
            Element::BUTTON => self.in_button = true,
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
        if element.is(CLOSES_P | TABLE_PART) {
            self.in_p = false;
        }
        match element {
            Element::A => self.in_a = false,
            Element::BUTTON => self.in_button = false,
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
