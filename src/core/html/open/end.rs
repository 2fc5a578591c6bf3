//! End tags.
use super::{
    super::{
        element::{CLOSES_IN_SCOPE, Element, FORMATTING, HEADING, IMPLIED, ONCE, RAW, TABLE_PART, VOID},
        op::GiveUpReason,
        tokenizer::Tag,
    },
    Effect, Entry, Found, OpenElements, Outside,
};

pub(super) const STRAY: Effect = Effect::Left(GiveUpReason::StrayEndTag);

impl OpenElements {
    /// Applies an end tag.
    pub(in super::super) fn end(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        self.closed.clear();
        if let Some(effect) = self.end_foreign(tag) {
            return effect;
        }
        match tag.element {
            // Without a start tag they make an element, which a browser moves before the slot, a table.
            Element::P | Element::BR if self.moves_out(tag.element) => Effect::Left(GiveUpReason::MovedOut),
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
        if tag.element.is(ONCE) {
            // In a page, `</body>` and `</html>` say that whatever is open has been left without an end tag.
            let ends_page = matches!(tag.element, Element::BODY | Element::HTML);
            return if ends_page && self.has_html_root() && !self.has_fragment_root() { STRAY } else { Effect::Inside };
        }
        if self.has_fragment_root() || !outside.may_be_open(tag.element, tag.name) {
            return Effect::Inside;
        }
        let (keeps_in, effect): (fn(&Entry, Element) -> bool, _) =
            if self.has_html_root() { (Entry::keeps_in, STRAY) } else { (Entry::blocks, Effect::Unsure) };
        if self.entries.iter().any(|entry| keeps_in(entry, tag.element)) { Effect::Inside } else { effect }
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
            // What is open in the slot's form would go on after it, as would what was opened again in it.
            Some(0) if self.may_reopen() || self.after(0).iter().any(|entry| !entry.element.is(IMPLIED)) => STRAY,
            Some(0) => self.close_own(0),
            Some(index) if self.after(index).iter().any(Entry::ends_scope) => Effect::Inside,
            Some(index) => {
                self.in_form = false;
                let implied =
                    self.after(index).iter().rev().take_while(|entry| entry.is_html() && entry.element.is(IMPLIED));
                self.close(self.entries.len() - implied.count(), false);
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
        // It may be one that was opened again, around SVG or `MathML`.
        let is_unclear = self.is_miscounted || (self.is_foreign() && self.may_reopen());
        match self.entries.iter().rposition(is_same) {
            _ if is_unclear && self.formatting_count(tag.element) > 0 => {
                if self.has_html_root() {
                    STRAY
                } else {
                    Effect::Unsure
                }
            }
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

    /// Ends the innermost formatting element of this name, which is not the slot itself. Blocks inside it and formatting
    /// elements around those stay open; what else is in it is closed, and all that is in the last block's place.
    pub(super) fn end_formatting(&mut self, element: Element) {
        if let Some(count) = element.formatting_index().and_then(|index| self.formatting.get_mut(index)) {
            *count = count.saturating_sub(1);
        }
        let is_same = |entry: &Entry| entry.is_html_element(element);
        let Some(index) = self.entries.iter().rposition(is_same).filter(|index| *index > 0) else {
            return;
        };
        let Some(last_block) = self.entries.iter().rposition(Entry::is_special).filter(|block| *block > index) else {
            self.close(index, true);
            return;
        };
        let mut place = 0;
        let closed = &mut self.closed;
        self.entries.retain(|entry| {
            let may_stay = entry.is_special() || (entry.is_html() && entry.element.is(FORMATTING));
            let stays = place < index || (place > index && place <= last_block && may_stay);
            if !stays && entry.mark > 0 {
                let (mark, element) = (entry.mark, entry.element);
                closed.push(super::ClosedMark { mark, is_own: place == index, element });
            }
            place += 1;
            stays
        });
    }

    fn end_any(&mut self, tag: &Tag<'_>, outside: &Outside) -> Effect {
        let is_same = |entry: &Entry| entry.is_html() && entry.has_name_of(tag);
        let Some(index) = self.entries.iter().rposition(is_same) else {
            return self.not_opened(tag, outside);
        };
        let is_blocked = self.after(index).iter().any(|entry| entry.blocks(tag.element));
        let is_unclear = self.after(index).iter().any(|entry| entry.is_disputed(tag.element));
        match (is_blocked, is_unclear) {
            (true, _) => Effect::Inside,
            (false, true) if self.has_html_root() => STRAY,
            (false, true) => Effect::Unsure,
            (false, false) => self.close_own(index),
        }
    }
}

impl Entry {
    /// Whether an end tag of this name does not reach what this element is in.
    fn blocks(&self, element: Element) -> bool {
        let is_html = |elements: &[Element]| self.is_html() && elements.contains(&self.element);
        match element {
            Element::TEMPLATE => false,
            Element::TABLE => is_html(&[Element::TEMPLATE]),
            _ if self.is_disputed(element) => false,
            Element::LI => self.ends_scope() || is_html(&[Element::UL, Element::OL]),
            _ if element.is(TABLE_PART) => is_html(&[Element::TABLE, Element::TEMPLATE]),
            _ if element.is(CLOSES_IN_SCOPE) => self.ends_scope(),
            _ => self.is_special(),
        }
    }

    /// Whether by the standard this element blocks an end tag of this name, but not in every parser.
    fn is_disputed(&self, element: Element) -> bool {
        let is_in_scopes = element.is(CLOSES_IN_SCOPE) && self.element != Element::ANNOTATION_XML;
        !self.is_html() && self.is_special() && !is_in_scopes
    }

    /// Whether formatting elements in it are forgotten with it, and end tags in it do not reach those around.
    pub(super) fn is_marker(&self) -> bool {
        let markers = [
            Element::APPLET,
            Element::CAPTION,
            Element::MARQUEE,
            Element::OBJECT,
            Element::TD,
            Element::TEMPLATE,
            Element::TH,
        ];
        self.is_html() && markers.contains(&self.element)
    }

    /// Whether this element keeps an end tag from all effect on what it is in. More than [`Entry::blocks`]: the end tag of a
    /// formatting element may be remembered even where it closes nothing, and that of a form always is.
    fn keeps_in(&self, element: Element) -> bool {
        match element {
            Element::FORM => self.is_html_element(Element::TEMPLATE),
            _ if element.is(FORMATTING) => self.is_marker(),
            _ => self.blocks(element),
        }
    }
}
