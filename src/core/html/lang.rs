//! The language that a document declares.
use super::{
    element::{Element, RAW},
    tokenizer::{Interest, Sink, Tag, Text, Tokenizer},
};

/// The `lang` attribute of `<html>`, if the first bytes of the document have it and it can be a
/// language tag (letters, digits and `-`).
///
/// ```
/// assert_eq!(attune_core::html::document_lang(b"<!doctype html><html lang=de-DE>"), Some("de-DE"));
/// ```
pub fn document_lang(prefix: &[u8]) -> Option<&str> {
    let mut finder = Finder::default();
    Tokenizer::new().run(prefix, 0, &mut finder);
    let (from, to) = finder.span?;
    let value = prefix.get(from..to)?.trim_ascii().strip_prefix(b"=")?.trim_ascii();
    let unquoted = match value {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
        _ => value,
    };
    let lang = core::str::from_utf8(unquoted.trim_ascii()).ok()?;
    let is_tag = !lang.is_empty() && lang.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_tag.then_some(lang)
}

#[derive(Default)]
struct Finder {
    /// From the end of the attribute's name to its own end.
    span: Option<(usize, usize)>,
    name_end: Option<usize>,
    is_done: bool,
}

impl Sink for Finder {
    fn tag_opened(&mut self, _: usize) {}

    fn tag_named(&mut self, tag: &Tag<'_>, _: usize) -> bool {
        !self.is_done && !tag.is_end && tag.element == Element::HTML
    }

    fn attribute_named(&mut self, name: Option<&[u8]>, (_, end): (usize, usize)) -> Interest {
        self.name_end = (name == Some(b"lang") && !self.is_done).then_some(end);
        self.is_done |= self.name_end.is_some();
        Interest::default()
    }

    fn word(&mut self, _: &[u8]) {}

    fn value(&mut self, _: &[u8]) {}

    fn attribute_ended(&mut self, at: Option<usize>) {
        if let (Some(from), Some(to)) = (self.name_end.take(), at) {
            self.span = Some((from, to));
        }
    }

    fn tag_ended(&mut self, tag: &Tag<'_>, _: usize) -> Text {
        if !tag.is_end && tag.element.is(RAW) { Text::Raw(tag.element) } else { Text::Data }
    }

    fn allows_cdata(&mut self) -> bool {
        false
    }
}
