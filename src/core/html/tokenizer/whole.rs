//! Tags that a chunk has whole, read without their attributes where none of them can matter.
//!
//! Only `=` and `>` are looked for: a quote has a meaning only after `=`, and what is between is white space,
//! slashes and names. Where that is not so, or an attribute may be one that is asked for, the tag is read
//! again by the states, which are the reference for what a tag is.
use super::{
    Chunk, Element, Sink, State, Tag, Text, Tokenizer, Wanted,
    block::{BLOCK_BYTES, Block, WINDOW_BYTES, Window, find, first},
    bytes::{NAME_END, TAG_END, VALUE_END, is},
};

/// Bytes of a window before the first attribute in it, so that a name of one letter has two bytes before its end.
const BEFORE: usize = 2;

impl Tokenizer {
    /// Reads text and the tags in it, from `at` in data, for as long as the tags are whole; then leaves the rest
    /// to the states. Returns where to go on.
    #[inline(never)]
    pub(super) fn data(&mut self, chunk: Chunk<'_>, mut at: usize, sink: &mut impl Sink) -> usize {
        loop {
            if sink.is_quiet()
                && let Some(wanted) = sink.wanted()
            {
                at = pass_tags(chunk.bytes, at, wanted, sink);
            }
            let Some(open) = find(chunk.bytes, b'<', at) else {
                sink.text(chunk.from(at));
                return chunk.bytes.len();
            };
            sink.text(chunk.slice(at, open));
            sink.tag_opened(chunk.base + open);
            let read = match sink.wanted() {
                Some(wanted) => read_whole(chunk, open + 1, wanted, sink),
                None => Read::Nothing,
            };
            match read {
                Read::Tag(end, Text::Data) => at = end,
                Read::Tag(end, text) => {
                    self.read_text(text);
                    return end;
                }
                Read::Name(tag, name_end, wants_attributes) => {
                    return self.read_attributes(chunk, name_end, &tag, wants_attributes, sink);
                }
                Read::Nothing => {
                    self.state = State::TagOpen;
                    return self.tag(chunk, open + 1, sink);
                }
            }
        }
    }

    /// Goes on with a tag whose name is known, attribute by attribute.
    fn read_attributes(
        &mut self,
        chunk: Chunk<'_>,
        at: usize,
        tag: &Tag<'_>,
        wants_attributes: bool,
        sink: &mut impl Sink,
    ) -> usize {
        self.begin_tag(tag.is_end);
        self.tag.push(tag.name.unwrap_or_default());
        self.element = tag.element;
        self.wants_attributes = wants_attributes;
        self.state = State::BeforeAttributeName;
        self.attributes(chunk, at, sink)
    }
}

/// How much of a tag was read, and reported.
enum Read<'b> {
    /// All, up to this index; so the text after it is read.
    Tag(usize, Text),
    /// The name, up to this index, and whether attributes are wanted.
    Name(Tag<'b>, usize, bool),
    Nothing,
}

/// Passes text and tags that need not be reported, from `at` on; returns where the first other one begins, or the
/// text before it.
#[inline(never)]
fn pass_tags(bytes: &[u8], mut at: usize, wanted: Wanted, sink: &mut impl Sink) -> usize {
    loop {
        let Some(open) = find(bytes, b'<', at) else {
            return at;
        };
        let Some((element, name, is_end, len)) = name_at(bytes, open + 1) else {
            return open;
        };
        let mut end = name + len;
        if bytes.get(end) != Some(&b'>') {
            let Some((passed, _)) = pass_attributes(bytes, end, wanted, sink) else {
                return open;
            };
            end = passed;
        }
        if !sink.pass(element, || bytes.get(name..name + len).unwrap_or_default(), is_end) {
            return open;
        }
        at = end + 1;
    }
}

/// Reads and reports the tag whose `<` is before `at`, as far as that can be done without states.
#[inline(never)]
fn read_whole<'b>(chunk: Chunk<'b>, at: usize, wanted: Wanted, sink: &mut impl Sink) -> Read<'b> {
    let Some((element, at, is_end, len)) = name_at(chunk.bytes, at) else {
        return Read::Nothing;
    };
    let name_end = at + len;
    let mut tag = Tag { element, name: chunk.bytes.get(at..name_end), is_end, self_closing: false, ends_raw: false };
    let wants_attributes = sink.tag_named(&tag, chunk.base + name_end);
    let mut end = name_end;
    if chunk.bytes.get(name_end) != Some(&b'>') {
        let wanted = if wants_attributes { wanted } else { Wanted::default() };
        let Some(passed) = pass_attributes(chunk.bytes, name_end, wanted, sink) else {
            return Read::Name(tag, name_end, wants_attributes);
        };
        (end, tag.self_closing) = passed;
    }
    Read::Tag(end + 1, sink.tag_ended(&tag, chunk.base + end + 1))
}

/// The element of the tag whose `<` is before `at`, where its name begins, whether it is an end tag, and how long
/// the name is: `None` unless it is short and in lower case.
#[inline]
fn name_at(bytes: &[u8], at: usize) -> Option<(Element, usize, bool, usize)> {
    let is_end = *bytes.get(at)? == b'/';
    let at = at + usize::from(is_end);
    let (block, bytes) = Block::at(bytes, at)?;
    let len = first(block.may_end(b'/') | 1 << BLOCK_BYTES);
    if !is(*bytes.get(len)?, TAG_END) {
        return None;
    }
    let element = Element::of_block(bytes, len).or_else(|| other_element(bytes.get(..len)?))?;
    Some((element, at, is_end, len))
}

/// An element that is not among those of eight bytes or less, if the name is in lower case.
#[inline(never)]
fn other_element(name: &[u8]) -> Option<Element> {
    let is_plain = name.first()?.is_ascii_lowercase() && !name.iter().any(u8::is_ascii_uppercase);
    is_plain.then(|| Element::of(name))
}

/// Passes the attributes that begin at `from`, after the name, up to the `>`; returns where that is and whether a
/// slash is before it, or `None` if one of them may be wanted, is written in a rare way, or goes on in the next
/// chunk.
#[inline(never)]
fn pass_attributes(bytes: &[u8], mut from: usize, wanted: Wanted, sink: &impl Sink) -> Option<(usize, bool)> {
    loop {
        // The tag's name, at least, is before it.
        let start = from - BEFORE;
        let window = Window::at(bytes, start)?;
        let quoted = window.quoted(BEFORE);
        // Values in other quotes or in none, and quotes that are part of a name, are read one by one.
        if wanted.bare || !quoted.is_regular() {
            return walk_attributes(bytes, from, wanted, sink);
        }
        let mut signs = quoted.signs;
        while signs != 0 {
            let sign = signs.trailing_zeros() as usize;
            signs &= signs - 1;
            let (before_last, last) = (window.byte(sign - 2), window.byte(sign - 1));
            // After white space or a slash this `=` may begin a name.
            if is(last, NAME_END) {
                return None;
            }
            if wanted.may_be(before_last, last) {
                let after = window.after_quotes(sign + 1)?;
                if may_match(bytes, [from, start + sign, start + after], sink) {
                    return None;
                }
            }
        }
        if let Some(end) = quoted.end {
            return Some((start + end, end > BEFORE && window.byte(end - 1) == b'/'));
        }
        from = start + quoted.len;
    }
}

/// As [`pass_attributes`], one by one.
#[inline(never)]
fn walk_attributes(bytes: &[u8], mut from: usize, wanted: Wanted, sink: &impl Sink) -> Option<(usize, bool)> {
    loop {
        // The tag's name, at least, is before it.
        let start = from - BEFORE;
        let window = Window::at(bytes, start)?;
        let mut at = BEFORE;
        while at < WINDOW_BYTES {
            let found = (window.equals | window.ends) >> at << at;
            if found == 0 {
                break;
            }
            let sign = found.trailing_zeros() as usize;
            let (before_last, last) = (window.byte(sign - 2), window.byte(sign - 1));
            let is_end = window.ends >> sign & 1 != 0;
            if wanted.bare && wanted.may_have_bare(bytes, start + at, start + sign + usize::from(is_end)) {
                return None;
            }
            if is_end {
                return Some((start + sign, sign > at && last == b'/'));
            }
            // After white space, a slash, or the last attribute this `=` may begin a name.
            if sign == at || is(last, NAME_END) {
                return None;
            }
            let after = window.after_quotes(sign + 1).or_else(|| value_end(bytes, start + sign + 1, start))?;
            if wanted.may_be(before_last, last) && may_match(bytes, [start + at, start + sign, start + after], sink) {
                return None;
            }
            at = after;
        }
        if at == BEFORE {
            return None;
        }
        from = start + at;
    }
}

/// Asks the sink about the attribute whose name begins at or after the first place, ends at the second, and whose
/// value ends at the third.
#[inline(never)]
fn may_match(bytes: &[u8], [from, sign, after]: [usize; 3], sink: &impl Sink) -> bool {
    let value = bytes.get(sign + 1..after).unwrap_or_default();
    let inner = match value {
        [b'"' | b'\'', inner @ .., _] => inner,
        _ => value,
    };
    sink.may_match(bytes.get(from..sign).unwrap_or_default(), inner)
}

/// Where a value ends that begins at `at`, its closing quote included, less `start`; `None` if there is none, its
/// end is not clear, or not in the chunk.
#[inline(never)]
fn value_end(bytes: &[u8], mut at: usize, start: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    if matches!(quote, b'"' | b'\'') {
        return find(bytes, quote, at + 1).map(|found| found + 1 - start);
    }
    let begin = at;
    loop {
        let (block, _) = Block::at(bytes, at)?;
        let found = block.may_end(b'>');
        if found == 0 {
            at += BLOCK_BYTES;
            continue;
        }
        at += first(found);
        return (at > begin && is(*bytes.get(at)?, VALUE_END)).then(|| at - start);
    }
}
