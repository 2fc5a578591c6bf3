//! Tags in SVG and `MathML`.
use super::{
    super::{
        element::{BREAKOUT, Element},
        op::GiveUpReason,
        tokenizer::Tag,
    },
    Effect, Entry, OpenElements, Space,
    end::STRAY,
};

impl OpenElements {
    /// Applies a start tag if it stands in foreign content and stays there.
    pub(super) fn start_foreign(&mut self, tag: &Tag<'_>, font_breaks_out: bool) -> Option<Effect> {
        let last = self.entries.last().filter(|last| !last.is_html())?;
        let is_mathml_glyph = matches!(tag.element, Element::MGLYPH | Element::MALIGNMARK);
        let is_svg_in_annotation =
            last.space == Space::Math && last.element == Element::ANNOTATION_XML && tag.element == Element::SVG;
        if last.is_html_point || (last.is_text_point() && !is_mathml_glyph) || is_svg_in_annotation {
            return None;
        }
        if tag.element.is(BREAKOUT) || (tag.element == Element::FONT && font_breaks_out) {
            return self.break_out().then_some(Effect::Left(GiveUpReason::ImpliedEnd));
        }
        if tag.self_closing {
            return Some(Effect::Foreign);
        }
        let space = last.space;
        Some(self.push(tag, space).map_or_else(Effect::Left, |()| Effect::Foreign))
    }

    /// Marks the innermost element, an `annotation-xml` that says it holds HTML.
    pub(in super::super) fn mark_html_point(&mut self) {
        if let Some(last) = self.entries.last_mut()
            && last.space == Space::Math
            && last.element == Element::ANNOTATION_XML
        {
            last.is_html_point = true;
        }
    }

    /// Applies an end tag if it stands in foreign content and ends an element there.
    pub(super) fn end_foreign(&mut self, tag: &Tag<'_>) -> Option<Effect> {
        if !self.is_foreign() {
            return None;
        }
        if matches!(tag.element, Element::P | Element::BR) {
            return self.break_out().then_some(STRAY);
        }
        let is_point = |last: &Entry| last.is_html_point || last.is_text_point();
        if self.may_reopen() && self.entries.last().is_some_and(is_point) {
            // In HTML again, if a formatting element was.
            return Some(if self.has_html_root() { STRAY } else { Effect::Unsure });
        }
        let mut is_disputed = false;
        for (index, entry) in self.entries.iter().enumerate().rev() {
            if entry.is_html() {
                return is_disputed.then_some(STRAY);
            }
            // By the standard it ends every scope, but not in every parser.
            is_disputed |= entry.space == Space::Math && entry.element == Element::ANNOTATION_XML;
            if entry.has_name_of(tag) {
                self.close(index, true);
                return Some(if index == 0 { Effect::Closed } else { Effect::Inside });
            }
        }
        is_disputed.then_some(Effect::Unsure)
    }

    /// Closes foreign elements up to HTML or a place for HTML; says whether nothing is left.
    fn break_out(&mut self) -> bool {
        let stays = |entry: &Entry| entry.is_html() || entry.is_html_point || entry.is_text_point();
        let len = self.entries.iter().rposition(stays).map_or(0, |index| index + 1);
        self.close(len, false);
        self.entries.is_empty()
    }
}
