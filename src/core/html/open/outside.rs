//! The little that is remembered of a page outside slots.
use super::super::element::{
    CLOSES_IN_SCOPE, CLOSES_P, Element, FORMATTING, HEADING, LIST, ONCE, RAW, TABLE_PART, VOID,
};

/// What may be open around the place that a stream has reached: a few facts, not a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Outside {
    /// Start tags less end tags, by [`Element::position`]; an end tag below zero closes nothing. Where any special
    /// element in between keeps an end tag from closing, start tags alone.
    pub(crate) open: [u8; Element::COUNT],
    /// [`Outside::open`] where the outermost open table began.
    pub(crate) floor: [u8; Element::COUNT],
    /// Elements that may be open although an end tag was counted for them.
    pub(crate) doubted: u128,
    /// Elements that began in the open template.
    pub(crate) in_template: u128,
    /// Names of elements without rules of their own that began anywhere, by [`name_bit`].
    pub(crate) names: u64,
    /// A template, a table, or another element that end tags do not reach out of may be open.
    pub(crate) is_shielded: bool,
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
    /// Number of open templates. What is in them is open until they end, and changes nothing around them.
    pub(crate) template_depth: u16,
}

const IN_ITEM: u64 = 1;
const IN_DEFINITION: u64 = 2;
const HEADINGS: [Element; 6] = [Element::H1, Element::H2, Element::H3, Element::H4, Element::H5, Element::H6];
/// Beside tables and templates, the elements that end tags of others do not reach out of.
const SHIELDS: [Element; 4] = [Element::APPLET, Element::MARQUEE, Element::OBJECT, Element::SELECT];
/// A browser keeps no more formatting elements of the same name and attributes to be opened again.
const SAME_FORMATTING_MAX: u8 = 3;

/// One of 64 bits for a name, from its FNV-1a hash.
fn name_bit(name: &[u8]) -> u64 {
    let hash = name.iter().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    1 << (hash >> 26)
}

impl Default for Outside {
    fn default() -> Self {
        Self {
            open: [0; Element::COUNT],
            floor: [0; Element::COUNT],
            doubted: 0,
            in_template: 0,
            names: 0,
            is_shielded: false,
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
    fn count(&self, element: Element) -> u8 {
        self.open.get(element.position()).copied().unwrap_or(0)
    }

    /// Whether an end tag of this name is counted.
    fn may_close(&self, element: Element) -> bool {
        if element.is(HEADING) {
            return HEADINGS.into_iter().any(|heading| self.count(heading) > 0);
        }
        self.count(element) > 0
    }

    /// Whether an end tag of this name may have something to close. The answer no is certain.
    pub(crate) fn may_be_open(&self, element: Element, name: Option<&[u8]>) -> bool {
        let shadow = self.doubted | self.in_template;
        let is_counted = match element {
            Element::FORM => self.in_form,
            Element::TEMPLATE => self.template_depth > 0,
            Element::LI => self.may_close(element) || self.in_item(),
            Element::DD | Element::DT => self.may_close(element) || self.in_definition(),
            // These are not HTML.
            Element::SVG | Element::MATH => return false,
            Element::OTHER => return name.map_or(self.names, |name| self.names & name_bit(name)) != 0,
            // Some are implied: they are open without a start tag.
            _ if element == Element::TABLE || element.is(TABLE_PART) => {
                return self.table_depth > 0 || shadow & Element::TABLE.bit() != 0;
            }
            _ if element.is(HEADING) => {
                return self.may_close(element) || HEADINGS.into_iter().any(|heading| shadow & heading.bit() != 0);
            }
            _ => self.may_close(element),
        };
        is_counted || shadow & element.bit() != 0
    }

    fn in_item(&self) -> bool {
        self.lists & IN_ITEM != 0
    }

    fn in_definition(&self) -> bool {
        self.lists & IN_DEFINITION != 0
    }

    /// In a template that may have begun with a `<col>`.
    pub(crate) fn has_columns(&self) -> bool {
        self.in_template & Element::COL.bit() != 0
    }

    /// In a table, but in none of its cells.
    pub(crate) fn in_table(&self) -> bool {
        self.table_depth > 0 && self.tables & 1 == 0
    }

    /// Takes note of the name of an element without rules of its own that begins.
    pub(crate) fn note_name(&mut self, name: Option<&[u8]>) {
        self.names |= name.map_or(u64::MAX, name_bit);
    }

    /// Takes note that this may stay open, whatever is counted.
    pub(crate) fn doubt(&mut self, element: Element) {
        self.doubted |= element.bit();
        self.is_shielded |= SHIELDS.contains(&element);
    }

    /// Takes note of a start tag.
    pub(crate) fn start(&mut self, element: Element) {
        if self.is_shielded {
            self.start_shielded(element);
        } else {
            self.start_plain(element);
        }
    }

    #[expect(clippy::inline_always, reason = "a call would save registers for every tag of a page")]
    #[inline(always)]
    fn start_plain(&mut self, element: Element) {
        let is_ignored = element.is(TABLE_PART) && self.table_depth == 0;
        if !element.is(VOID | RAW)
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
            Element::A => {
                self.in_a = true;
                self.reopen(element);
            }
            Element::NOBR => {
                self.in_nobr = true;
                self.reopen(element);
            }
            Element::SELECT => {
                self.in_select = !self.in_select;
                self.is_shielded = true;
            }
            Element::INPUT => self.in_select = false,
            Element::BUTTON => self.in_button = true,
            Element::FORM => self.in_form = true,
            Element::LI => self.lists |= IN_ITEM,
            Element::DD | Element::DT => self.lists |= IN_DEFINITION,
            Element::TABLE => self.start_table(),
            Element::TD | Element::TH | Element::CAPTION => self.tables |= 1,
            Element::TEMPLATE => {
                self.template_depth = 1;
                self.is_shielded = true;
            }
            Element::APPLET | Element::MARQUEE | Element::OBJECT => self.is_shielded = true,
            _ if element.is(TABLE_PART) => self.tables &= !1,
            _ if element.is(LIST) => self.lists <<= 2,
            _ => {}
        }
    }

    /// Of these there is one, as the next one ends it; but not out of a table or the like.
    fn reopen(&mut self, element: Element) {
        if !self.is_shielded
            && let Some(count) = self.open.get_mut(element.position())
        {
            *count = 1;
        }
    }

    #[inline(never)]
    fn start_table(&mut self) {
        if self.table_depth == 0 {
            self.floor = self.open;
        }
        self.tables <<= 1;
        self.table_depth = self.table_depth.saturating_add(1);
        self.is_shielded = true;
    }

    /// A start tag in a template or table or the like.
    #[inline(never)]
    fn start_shielded(&mut self, element: Element) {
        if self.template_depth > 0 {
            self.in_template |= element.bit();
            if element == Element::TEMPLATE {
                self.template_depth = self.template_depth.saturating_add(1);
            }
            return;
        }
        if element == Element::SELECT && self.in_select && self.table_depth == 0 && self.surely_closes(element) {
            // It ends the one that is open, and begins none.
            self.end_plain(element);
            return;
        }
        if element.is(FORMATTING) && self.in_table() {
            // A browser moves it before the table, and an end tag in a cell does not reach it.
            self.doubt(element);
        }
        self.start_plain(element);
    }

    /// Takes note of an end tag.
    pub(crate) fn end(&mut self, element: Element) {
        if self.is_shielded {
            self.end_shielded(element);
        } else {
            self.end_plain(element);
        }
    }

    #[expect(clippy::inline_always, reason = "a call would save registers for every tag of a page")]
    #[inline(always)]
    fn end_plain(&mut self, element: Element) {
        if !self.may_close(element) {
            return;
        }
        if element.is(CLOSES_IN_SCOPE)
            && let Some(count) = self.open.get_mut(element.position())
        {
            let stays = *count > SAME_FORMATTING_MAX && (*count == u8::MAX || element.is(FORMATTING));
            *count = count.saturating_sub(u8::from(!stays));
        }
        let closes_cell = element.is(TABLE_PART) && self.table_depth > 0;
        if element.is(CLOSES_P) || closes_cell {
            self.in_p = false;
        }
        match element {
            Element::A => self.in_a = false,
            Element::NOBR => self.in_nobr = false,
            Element::SELECT => {
                self.in_select = false;
                self.find_shields();
            }
            Element::BUTTON => self.in_button = false,
            Element::FORM => self.in_form = false,
            Element::LI => {
                if !self.in_item() {
                    // The item is that of a list around, which stays open.
                    self.doubt(element);
                }
                self.lists &= !IN_ITEM;
            }
            Element::DD | Element::DT => self.lists &= !IN_DEFINITION,
            Element::TABLE => {
                self.tables >>= 1;
                self.table_depth = self.table_depth.saturating_sub(1);
                self.find_shields();
            }
            Element::APPLET | Element::MARQUEE | Element::OBJECT => self.find_shields(),
            _ if element.is(TABLE_PART) => self.tables &= !1,
            _ if element.is(LIST) => self.lists >>= 2,
            _ => {}
        }
    }

    /// An end tag in a template or table or the like.
    #[inline(never)]
    fn end_shielded(&mut self, element: Element) {
        if self.template_depth > 0 {
            if element == Element::TEMPLATE {
                self.template_depth -= 1;
                if self.template_depth == 0 {
                    self.in_template = 0;
                    self.find_shields();
                }
            }
            return;
        }
        if self.may_close(element) && !self.surely_closes(element) {
            self.doubt(element);
            if element.is(LIST) {
                for item in [Element::LI, Element::DD, Element::DT] {
                    self.doubt(item);
                }
            }
        }
        self.end_plain(element);
    }

    /// Whether an end tag closes an element of this name, if one is open: no table or the like is in between.
    fn surely_closes(&self, element: Element) -> bool {
        if matches!(element, Element::TABLE | Element::FORM) || element.is(TABLE_PART | ONCE) {
            return true;
        }
        let is_shield = |shield: &Element| *shield != element && (self.count(*shield) > 0 || self.is_doubted(*shield));
        let floor = self.floor.get(element.position()).copied().unwrap_or(0);
        self.table_depth <= 1 && !SHIELDS.iter().any(is_shield) && self.count(element) > floor
    }

    fn is_doubted(&self, element: Element) -> bool {
        self.doubted & element.bit() != 0
    }

    #[inline(never)]
    fn find_shields(&mut self) {
        if self.table_depth == 0 {
            self.floor = [0; Element::COUNT];
        }
        let is_open = |shield: &Element| self.count(*shield) > 0 || self.is_doubted(*shield);
        self.is_shielded = self.table_depth > 0 || self.template_depth > 0 || SHIELDS.iter().any(is_open);
    }
}
