//! Start tags.
use super::{
    super::{
        element::{CLOSES_P, Element, FORMATTING, HEADING, IMPLIED, ONCE, RAW, TABLE_PART, VOID},
        op::GiveUpReason,
        tokenizer::Tag,
    },
    Effect, Entry, Found, OpenElements, Outside, Space,
};

type Outcome = Result<(), GiveUpReason>;

impl OpenElements {
    /// Applies a start tag; `font_breaks_out` says that a `<font>` has one of the attributes that leave foreign content.
    pub(in super::super) fn start(&mut self, tag: &Tag<'_>, font_breaks_out: bool, outside: &Outside) -> Effect {
        self.closed.clear();
        self.has_pushed = false;
        if let Some(effect) = self.start_foreign(tag, font_breaks_out) {
            return effect;
        }
        match self.start_html(tag, outside) {
            Ok(()) => Effect::Inside,
            Err(reason) => Effect::Left(reason),
        }
    }

    fn start_html(&mut self, tag: &Tag<'_>, outside: &Outside) -> Outcome {
        let element = tag.element;
        if element.is(ONCE) {
            // Its attributes would go to the page's own element.
            return self.leave(GiveUpReason::ImpliedEnd);
        }
        if self.moves_out(element) {
            return Err(GiveUpReason::MovedOut);
        }
        self.close_colgroup(element);
        match element {
            Element::SVG | Element::MATH => {
                let space = if element == Element::SVG { Space::Svg } else { Space::Math };
                return if tag.self_closing { Ok(()) } else { self.push(tag, space) };
            }
            Element::LI => self.close_item(&[Element::LI], outside)?,
            Element::DD | Element::DT => self.close_item(&[Element::DD, Element::DT], outside)?,
            Element::A => self.reopen(Element::A, outside.in_a)?,
            Element::NOBR => self.reopen(Element::NOBR, outside.in_nobr)?,
            Element::BUTTON => self.close_button(outside)?,
            Element::SELECT | Element::INPUT => {
                let has_closed = self.close_select(outside)?;
                if has_closed && element == Element::SELECT {
                    return Ok(());
                }
            }
            Element::OPTION => self.close_implied(Element::SELECT, Element::OPTGROUP, outside)?,
            Element::OPTGROUP => self.close_implied(Element::SELECT, Element::OTHER, outside)?,
            Element::RB | Element::RTC => self.close_implied(Element::RUBY, Element::OTHER, outside)?,
            Element::RT | Element::RP => self.close_implied(Element::RUBY, Element::RTC, outside)?,
            Element::TABLE => self.close_table(outside)?,
            Element::FORM if self.starts_no_form(outside) => return Ok(()),
            _ if element.is(TABLE_PART) => return self.start_table_part(tag, outside),
            _ => {}
        }
        if element.is(CLOSES_P) {
            self.close_p(outside)?;
        }
        if element.is(HEADING) && self.entries.last().is_some_and(|last| last.is_html() && last.element.is(HEADING)) {
            if self.may_reopen() {
                self.leave(GiveUpReason::ImpliedEnd)?;
            }
            self.close_inner(self.entries.len() - 1)?;
        }
        if element.is(VOID | RAW) {
            return Ok(());
        }
        self.push(tag, Space::Html)?;
        self.in_form |= element == Element::FORM;
        if let Some(count) = element.formatting_index().and_then(|index| self.formatting.get_mut(index)) {
            *count = count.saturating_add(1);
        }
        Ok(())
    }

    /// Closes an element that a start tag implies the end of; the slot itself cannot be one of those.
    fn close_inner(&mut self, index: usize) -> Outcome {
        if index == 0 {
            return self.leave(GiveUpReason::ImpliedEnd);
        }
        self.close(index, false);
        Ok(())
    }

    /// Closes what need not be closed, as something new begins in a `<select>` or `<ruby>`.
    fn close_implied(&mut self, around: Element, stays: Element, outside: &Outside) -> Outcome {
        let found = self.find_in_scope(|entry| entry.is_html_element(around), |_| false);
        let is_in_scope = matches!(found, Found::At(_));
        let may_be_around = matches!(found, Found::Nowhere) && outside.may_be_open(around, None);
        while let Some(last) = self.entries.last().filter(|last| last.is_html()) {
            let is_option = last.element == Element::OPTION && around == Element::SELECT;
            let may_go = last.element.is(IMPLIED) && last.element != stays;
            if may_go && may_be_around && !is_option {
                return self.leave(GiveUpReason::ImpliedEnd);
            }
            // Without a `<select>`, only an `<option>` ends with the next one.
            let goes = if is_in_scope { may_go } else { is_option };
            if !goes || self.entries.len() == 1 {
                break;
            }
            self.close(self.entries.len() - 1, false);
            if !is_in_scope {
                break;
            }
        }
        Ok(())
    }

    /// Columns end with whatever is none, their end tag left out or not.
    fn close_colgroup(&mut self, element: Element) {
        let is_colgroup = self.entries.last().is_some_and(|last| last.is_html_element(Element::COLGROUP));
        if is_colgroup && !matches!(element, Element::COL | Element::TEMPLATE) {
            self.close(self.entries.len() - 1, false);
        }
    }

    /// `<select>` and `<input>` end an open `<select>`; says whether there was one.
    fn close_select(&mut self, outside: &Outside) -> Result<bool, GiveUpReason> {
        match self.find_in_scope(|entry| entry.is_html_element(Element::SELECT), |_| false) {
            Found::At(index) => self.close_inner(index).map(|()| true),
            Found::Nowhere if outside.in_select => self.leave(GiveUpReason::ImpliedEnd).map(|()| true),
            Found::Blocked | Found::Nowhere => Ok(false),
        }
    }

    fn close_p(&mut self, outside: &Outside) -> Outcome {
        let is_p = |entry: &Entry| entry.is_html_element(Element::P);
        match self.find_in_scope(is_p, |entry| entry.is_html_element(Element::BUTTON)) {
            Found::At(index) => self.close_inner(index),
            Found::Nowhere if outside.in_p => self.leave(GiveUpReason::ImpliedEnd),
            Found::Blocked | Found::Nowhere => Ok(()),
        }
    }

    /// Closes an open list item, as another one begins.
    fn close_item(&mut self, items: &[Element], outside: &Outside) -> Outcome {
        for (index, entry) in self.entries.iter().enumerate().rev() {
            if entry.is_html() && items.contains(&entry.element) {
                return self.close_inner(index);
            }
            let is_passed = entry.is_html() && matches!(entry.element, Element::ADDRESS | Element::DIV | Element::P);
            if entry.is_special() && !is_passed {
                return Ok(());
            }
        }
        let is_open_outside = items.iter().any(|item| outside.may_be_open(*item, None));
        if is_open_outside { self.leave(GiveUpReason::ImpliedEnd) } else { Ok(()) }
    }

    /// `<a>` or `<nobr>` inside another one ends that one.
    fn reopen(&mut self, element: Element, is_open_outside: bool) -> Outcome {
        let is_same = |entry: &Entry| entry.is_html_element(element);
        if self.entries.first().is_some_and(is_same) || is_open_outside {
            return self.leave(GiveUpReason::ImpliedEnd);
        }
        if self.formatting_count(element) > 0 {
            self.end_formatting(element);
        }
        Ok(())
    }

    fn close_button(&mut self, outside: &Outside) -> Outcome {
        match self.find_in_scope(|entry| entry.is_html_element(Element::BUTTON), |_| false) {
            Found::At(index) => self.close_inner(index),
            Found::Nowhere if outside.in_button => self.leave(GiveUpReason::ImpliedEnd),
            Found::Blocked | Found::Nowhere => Ok(()),
        }
    }

    /// The innermost table or template, unless a cell or caption is nearer.
    fn table_context(&self, crosses_cells: bool) -> Option<usize> {
        self.entries.iter().rposition(|entry| {
            let is_cell = entry.is_html() && matches!(entry.element, Element::TD | Element::TH | Element::CAPTION);
            entry.is_html_element(Element::TABLE)
                || entry.is_html_element(Element::TEMPLATE)
                || (is_cell && !crosses_cells)
        })
    }

    /// Whether the innermost element is the slot, a table, or a part of it that is no cell: a browser moves what may not
    /// stand there before the table.
    #[inline]
    pub(in super::super) fn is_in_own_table(&self) -> bool {
        self.is_table(Some(0)) && self.table_context(false) == Some(0)
    }

    /// Whether a browser moves the element before the slot.
    pub(super) fn moves_out(&self, element: Element) -> bool {
        let stays = [Element::SCRIPT, Element::STYLE, Element::TEMPLATE, Element::FORM, Element::TABLE];
        self.is_in_own_table() && !element.is(TABLE_PART) && !stays.contains(&element)
    }

    /// Whether a `<form>` opens no element: one is open, or it stands directly in a table, where it ends at once.
    fn starts_no_form(&mut self, outside: &Outside) -> bool {
        let has_template = self.has_template();
        if !has_template && (self.in_form || outside.in_form) {
            return true;
        }
        let context = self.table_context(false);
        let is_in_table = self.is_table(context) || (context.is_none() && outside.in_table());
        self.in_form |= is_in_table && !has_template;
        is_in_table
    }

    fn is_table(&self, index: Option<usize>) -> bool {
        let entry = index.and_then(|index| self.entries.get(index));
        entry.is_some_and(|entry| entry.is_html_element(Element::TABLE))
    }

    /// `<table>` directly in a table ends that table.
    fn close_table(&mut self, outside: &Outside) -> Outcome {
        match self.table_context(false) {
            Some(index) if self.is_table(Some(index)) => self.close_inner(index),
            None if outside.in_table() => Err(GiveUpReason::ImpliedEnd),
            Some(_) | None => Ok(()),
        }
    }

    /// Closes the parts that another part ends, a cell with the next cell, row or group, and opens those that it implies.
    fn start_table_part(&mut self, tag: &Tag<'_>, outside: &Outside) -> Outcome {
        let context = match self.table_context(true) {
            Some(context) => context,
            // The content of a table, which is the slot.
            None if self.has_fragment_root() && self.entries.len() == 1 => {
                self.push_implied(Element::TABLE)?;
                1
            }
            // In a cell around this ends the cell, and SVG and `MathML` in it; elsewhere it is ignored.
            None if outside.table_depth > 0 => return Err(GiveUpReason::ImpliedEnd),
            None => return Ok(()),
        };
        let is_table = self.is_table(Some(context));
        let is_part = |entry: &Entry| entry.is_html() && entry.element.is(TABLE_PART);
        if !is_table && self.after(context).first().is_some_and(|first| !is_part(first)) {
            // A template that holds anything else passes parts of a table over.
            return Ok(());
        }
        if is_table {
            let groups = [Element::TBODY, Element::THEAD, Element::TFOOT];
            let (kept, implied): (&[Element], &[Element]) = match tag.element {
                Element::TD | Element::TH => {
                    (&[Element::TBODY, Element::THEAD, Element::TFOOT, Element::TR], &[Element::TBODY, Element::TR])
                }
                Element::TR => (&groups, &[Element::TBODY]),
                Element::COL => (&[Element::COLGROUP], &[Element::COLGROUP]),
                _ => (&[], &[]),
            };
            let inside = self.after(context);
            let keep = inside.iter().take_while(|entry| entry.is_html() && kept.contains(&entry.element)).count();
            self.close(context + 1 + keep, false);
            for element in implied.iter().skip(keep) {
                self.push_implied(*element)?;
            }
        }
        if tag.element == Element::COL { Ok(()) } else { self.push(tag, Space::Html) }
    }

    /// Whether a formatting element that was closed with what it was in may have been opened again, and be the innermost.
    pub(super) fn may_reopen(&self) -> bool {
        let opened: usize = self.formatting.iter().map(|count| usize::from(*count)).sum();
        opened > self.after(0).iter().filter(|entry| entry.is_html() && entry.element.is(FORMATTING)).count()
    }

    /// Opens an element that has no start tag.
    fn push_implied(&mut self, element: Element) -> Outcome {
        self.push_entry(Entry::new(element, None, Space::Html).ok_or(GiveUpReason::TooDeep)?)
    }

    pub(super) fn formatting_count(&self, element: Element) -> u8 {
        debug_assert!(element.is(FORMATTING), "only formatting elements are counted");
        element.formatting_index().and_then(|index| self.formatting.get(index)).copied().unwrap_or(0)
    }
}
