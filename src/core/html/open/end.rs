//! End tags.
use super::{
    super::{
        element::{Element, FORMATTING, HEADING, IMPLIED, LIST, ONCE, RAW, SPECIAL, TABLE_PART, VOID},
        op::GiveUpReason,
        tokenizer::Tag,
    },
    Effect, Entry, Found, OpenElements, Outside,
};

const STRAY: Effect = Effect::Left(GiveUpReason::StrayEndTag);

impl OpenElements {
    /// Applies an end tag.
    pub(in super::super) fn end(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        self.closed.clear();
        if let Some(effect) = self.end_foreign(tag) {
            return effect;
        }
        match tag.element {
            Element::P => self.end_p(outside),
            element if element.is(VOID | RAW) => Effect::Inside,
            element if element.is(HEADING) => self.end_heading(tag, outside),
            Element::FORM => self.end_form(tag, outside),
            element if element.is(FORMATTING) => self.end_formatting_tag(tag, outside),
            _ => self.end_any(tag, outside),
        }
    }

    /// An end tag for which nothing was opened here.
    fn not_opened(&self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        if self.has_fragment_root() || (!self.has_html_root() && tag.element.is(ONCE)) {
            return Effect::Inside;
        }
        if self.has_html_root() || tag.element == Element::TEMPLATE {
            return STRAY;
        }
        // In SVG or MathML: it ends an HTML element around, unless that is out of its reach. A name
        // that HTML does not have can only be meant for an element that was never opened.
        let is_blocked = self.entries.iter().any(Entry::ends_scope);
        let is_html = if tag.element == Element::OTHER {
            tag.name.is_some_and(|name| name.contains(&b'-'))
        } else {
            outside.may_close(tag.element)
        };
        if is_html && !is_blocked { STRAY } else { Effect::Inside }
    }

    fn close_own(&mut self, index: usize) -> Effect {
        self.close(index, true);
        if index == 0 { Effect::Closed } else { Effect::Inside }
    }

    /// A `</p>` without `<p>` makes an empty paragraph and closes nothing.
    fn end_p(&mut self, outside: &Outside) -> Effect {
        let is_p = |entry: &Entry| entry.is_html_element(Element::P);
        match self.find_in_scope(is_p, |entry| entry.is_html_element(Element::BUTTON)) {
            Found::At(index) => self.close_own(index),
            Found::Nowhere if outside.in_p => STRAY,
            Found::Blocked | Found::Nowhere => Effect::Inside,
        }
    }

    /// Any heading's end tag closes any heading.
    fn end_heading(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        let is_heading = |entry: &Entry| entry.element.is(HEADING);
        match self.find_in_scope(is_heading, |_| false) {
            Found::At(0) if !self.entries.first().is_some_and(|root| root.has_name_of(tag)) => STRAY,
            Found::At(index) => self.close_own(index),
            Found::Blocked if self.entries.iter().any(is_heading) => Effect::Inside,
            Found::Blocked | Found::Nowhere => self.not_opened(tag, outside),
        }
    }

    /// `</form>` takes the form out and leaves open what is open in it.
    fn end_form(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        let is_form = |entry: &Entry| entry.is_html_element(Element::FORM);
        match self.entries.iter().rposition(is_form) {
            // What is open in the slot's form would go on after it.
            Some(0) if self.after(0).iter().any(|entry| !entry.element.is(IMPLIED)) => STRAY,
            Some(0) => self.close_own(0),
            Some(index) if self.after(index).iter().any(Entry::ends_scope) => Effect::Inside,
            Some(index) => {
                self.in_form = false;
                self.remove(index);
                Effect::Inside
            }
            None if self.in_form => {
                self.in_form = false;
                Effect::Inside
            }
            None => self.not_opened(tag, outside),
        }
    }

    /// Takes out one element and keeps those inside it.
    fn remove(&mut self, index: usize) {
        if self.after(index).is_empty() {
            self.close(index, true);
        } else {
            let entry = self.entries.remove(index);
            if entry.mark > 0 {
                let (mark, element) = (entry.mark, entry.element);
                self.closed.push(super::ClosedMark { mark, is_own: true, element });
            }
        }
    }

    fn end_formatting_tag(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        let is_same = |entry: &Entry| entry.is_html_element(tag.element);
        match self.entries.iter().rposition(is_same) {
            Some(index) if self.after(index).iter().any(Entry::ends_scope) => Effect::Inside,
            None | Some(0) if self.formatting_count(tag.element) > 0 => {
                self.end_formatting(tag.element);
                Effect::Inside
            }
            Some(0) if self.after(0).iter().any(Entry::is_special) => STRAY,
            Some(0) => self.close_own(0),
            Some(_) => {
                self.end_formatting(tag.element);
                Effect::Inside
            }
            None => self.not_opened(tag, outside),
        }
    }

    /// Ends the innermost formatting element of this name, which is not the slot itself. Blocks
    /// inside it stay open; what else is open between it and the first block is closed with it.
    pub(super) fn end_formatting(&mut self, element: Element) {
        if let Some(count) = element.formatting_index().and_then(|index| self.formatting.get_mut(index)) {
            *count = count.saturating_sub(1);
        }
        let is_same = |entry: &Entry| entry.is_html_element(element);
        let Some(index) = self.entries.iter().rposition(is_same).filter(|index| *index > 0) else {
            return;
        };
        let Some(block) = self.after(index).iter().position(Entry::is_special) else {
            self.close(index, true);
            return;
        };
        let mut place = 0;
        let closed = &mut self.closed;
        self.entries.retain(|entry| {
            let goes = place == index
                || (place > index && place <= index + block && !(entry.is_html() && entry.element.is(FORMATTING)));
            if goes && entry.mark > 0 {
                let (mark, element) = (entry.mark, entry.element);
                closed.push(super::ClosedMark { mark, is_own: place == index, element });
            }
            place += 1;
            !goes
        });
    }

    fn end_any(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        let is_same = |entry: &Entry| entry.is_html() && entry.has_name_of(tag);
        let Some(index) = self.entries.iter().rposition(is_same) else {
            return self.not_opened(tag, outside);
        };
        let inside = self.after(index);
        let is_html = |entry: &Entry, elements: &[Element]| entry.is_html() && elements.contains(&entry.element);
        let element = tag.element;
        let is_blocked = match element {
            Element::TEMPLATE => false,
            Element::TABLE => inside.iter().any(|entry| is_html(entry, &[Element::TEMPLATE])),
            Element::LI => inside.iter().any(|entry| entry.ends_scope() || is_html(entry, &[Element::UL, Element::OL])),
            _ if element.is(TABLE_PART) => {
                inside.iter().any(|entry| is_html(entry, &[Element::TABLE, Element::TEMPLATE]))
            }
            _ if element.is(SPECIAL | LIST) || element == Element::DIALOG => inside.iter().any(Entry::ends_scope),
            _ => inside.iter().any(Entry::is_special),
        };
        if is_blocked { Effect::Inside } else { self.close_own(index) }
    }
}
