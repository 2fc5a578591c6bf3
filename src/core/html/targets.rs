//! The selectors of one stream, compiled so that a tag is compared with all of them at once.
//!
//! Each distinct condition on an attribute (a test) has a bit. While a start tag is read, the bits of
//! the tests that hold are collected; a slot matches when its tag and all its bits are there.
use super::{
    codec::{read_text, write_text},
    element::Element,
    limits::{MAX_ATTRIBUTE_NAMES, MAX_NAME_BYTES, MAX_PARTS, MAX_SLOTS, MAX_TARGETS_BYTES, MAX_VALUE_BYTES},
    references::{decode, is_encoded},
    selector::{Selector, SelectorPart},
    tokenizer::{Interest, Tag, Wanted},
};
use crate::codec::Reader;
use alloc::vec::Vec;

/// A slot to fill: every element that its selector matches gets its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotTarget {
    /// Number by which [`Op::Fill`](super::Op::Fill) names the slot.
    pub index: u16,
    /// Which elements are the slot.
    pub selector: Selector,
}

/// Why slots cannot be scanned for together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetsError {
    /// More than [`MAX_SLOTS`] slots.
    #[error("{count} slots on one page, at most {MAX_SLOTS} can be filled")]
    TooManySlots {
        /// Number of slots given.
        count: usize,
    },
    /// Together the selectors are longer than a stream can remember.
    #[error(
        "the selectors of the slots on one page are too long together: \
         at most {MAX_TARGETS_BYTES} bytes, {MAX_PARTS} parts, {MAX_ATTRIBUTE_NAMES} attribute names"
    )]
    TooLong,
}

/// What an attribute must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test<'b> {
    Present,
    Equals(&'b [u8]),
    HasWord(&'b [u8]),
}

impl Test<'_> {
    /// Whether it may hold for a value as written: what need not be decoded is compared.
    fn may_hold(self, raw: &[u8]) -> bool {
        match self {
            Self::Present => true,
            Self::Equals(value) => raw == value || is_encoded(raw),
            Self::HasWord(word) => {
                let first = word.first().copied().unwrap_or(b' ');
                let mut places = memchr::memchr_iter(first, raw);
                places.any(|at| raw.get(at..).is_some_and(|rest| rest.starts_with(word))) || is_encoded(raw)
            }
        }
    }
}

/// A slot's selector.
#[derive(Debug)]
struct Target<'b> {
    index: u16,
    tag: &'b [u8],
    tests: u128,
}

impl Target<'_> {
    fn fits(&self, start: &Match, tag: &Tag<'_>) -> bool {
        self.tests & !start.holds == 0 && (self.tag.is_empty() || Some(self.tag) == tag.name)
    }
}

/// Selectors that are being compiled.
#[derive(Debug, Default)]
pub(super) struct Listed<'b> {
    names: Vec<&'b [u8]>,
    tests: Vec<(usize, Test<'b>)>,
    slots: Vec<Target<'b>>,
}

/// The compiled selectors, where they lie in the state: nothing is copied out of it.
#[derive(Debug, Default)]
pub(super) struct Targets<'b> {
    names: Records<'b>,
    tests: Records<'b>,
    slots: Records<'b>,
    /// Bit n: a name has n bytes. Bit n: a name begins with the nth letter. Names that begin with anything
    /// else have the bit behind `z`.
    name_lengths: u64,
    name_letters: u32,
    /// Bit n: a slot is told by its tag alone, which is the element at position n.
    bare_tags: u128,
    /// The names, as the tokenizer asks for them.
    wanted: Wanted,
}

/// Records that were read once, and begin at the same place again.
#[derive(Debug, Clone, Copy)]
struct Records<'b> {
    count: u8,
    reader: Reader<'b>,
}

impl Default for Records<'_> {
    fn default() -> Self {
        Self { count: 0, reader: Reader::new(&[]) }
    }
}

impl<'b> Records<'b> {
    /// Begins a list of at most `limit` records.
    fn begin(reader: &mut Reader<'b>, limit: usize) -> Option<Self> {
        let count = reader.byte().filter(|count| usize::from(*count) <= limit)?;
        Some(Self { count, reader: *reader })
    }

    fn len(self) -> usize {
        self.count.into()
    }

    /// Every record, as `read` takes it.
    fn iter<T>(self, read: impl Fn(&mut Reader<'b>) -> Option<T>) -> impl Iterator<Item = T> {
        let mut reader = self.reader;
        (0..self.count).map_while(move |_| read(&mut reader))
    }
}

fn read_name<'b>(reader: &mut Reader<'b>) -> Option<&'b [u8]> {
    read_text(reader, MAX_NAME_BYTES)
}

fn read_test<'b>(reader: &mut Reader<'b>) -> Option<(usize, Test<'b>)> {
    let name = usize::from(reader.byte()?);
    let test = match reader.byte()? {
        0 => Test::Present,
        1 => Test::Equals(read_text(reader, MAX_VALUE_BYTES)?),
        2 => Test::HasWord(read_text(reader, MAX_VALUE_BYTES)?),
        _ => return None,
    };
    Some((name, test))
}

/// A slot, whose tests are among the first `tests_len`.
fn read_slot<'b>(reader: &mut Reader<'b>, tests_len: usize) -> Option<Target<'b>> {
    let index = reader.u16()?;
    let tag = read_name(reader)?;
    let mut tests = 0;
    for _ in 0..reader.byte()? {
        let bit = reader.byte().filter(|bit| usize::from(*bit) < tests_len)?;
        tests |= 1 << bit;
    }
    Some(Target { index, tag, tests })
}

/// Bit of a name's first byte.
fn letter(first: u8) -> u32 {
    1 << if first.is_ascii_lowercase() { first - b'a' } else { 26 }
}

/// What is known of the start tag being read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Match {
    /// One bit for each attribute name seen: of a duplicate, the first counts.
    pub(super) seen: u64,
    /// One bit for each test that holds.
    pub(super) holds: u128,
    /// Position in [`Targets::names`] of the attribute being read.
    pub(super) name: Option<u8>,
}

impl<'b> Listed<'b> {
    /// Compiles selectors.
    pub(super) fn of(slots: impl Iterator<Item = (u16, &'b Selector)>) -> Result<Self, TargetsError> {
        let mut all = Self::default();
        for (index, selector) in slots {
            let mut tests = 0;
            for part in selector.parts() {
                let name = position_or_push(&mut all.names, part.attribute_name().as_bytes());
                let test = match part {
                    SelectorPart::Id(value) | SelectorPart::Equals(_, value) => Test::Equals(value.as_bytes()),
                    SelectorPart::Class(word) => Test::HasWord(word.as_bytes()),
                    SelectorPart::Has(_) => Test::Present,
                };
                let bit = position_or_push(&mut all.tests, (name, test));
                if all.names.len() > MAX_ATTRIBUTE_NAMES || bit >= MAX_PARTS {
                    return Err(TargetsError::TooLong);
                }
                tests |= 1 << bit;
            }
            all.slots.push(Target { index, tag: selector.tag().unwrap_or_default().as_bytes(), tests });
        }
        if all.slots.len() > MAX_SLOTS {
            return Err(TargetsError::TooManySlots { count: all.slots.len() });
        }
        Ok(all)
    }

    /// What [`Targets::read`] reads.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, TargetsError> {
        let mut out = Vec::with_capacity(256);
        let count = |len: usize| u8::try_from(len).map_err(|_| TargetsError::TooLong);
        out.push(count(self.names.len())?);
        for name in &self.names {
            write_text(&mut out, name);
        }
        out.push(count(self.tests.len())?);
        for (name, test) in &self.tests {
            out.push(count(*name)?);
            let (kind, value): (u8, &[u8]) = match test {
                Test::Present => (0, &[]),
                Test::Equals(value) => (1, value),
                Test::HasWord(word) => (2, word),
            };
            out.push(kind);
            if kind != 0 {
                write_text(&mut out, value);
            }
        }
        out.push(count(self.slots.len())?);
        for target in &self.slots {
            out.extend(target.index.to_le_bytes());
            write_text(&mut out, target.tag);
            out.push(count(target.tests.count_ones() as usize)?);
            let mut tests = target.tests;
            while tests != 0 {
                out.push(count(tests.trailing_zeros() as usize)?);
                tests &= tests - 1;
            }
        }
        Ok(out)
    }
}

impl<'b> Targets<'b> {
    /// Reads compiled selectors; `None` if they are not well-formed.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mut all = Self { names: Records::begin(&mut reader, MAX_ATTRIBUTE_NAMES)?, ..Self::default() };
        let mut names: [&[u8]; MAX_ATTRIBUTE_NAMES] = [&[]; MAX_ATTRIBUTE_NAMES];
        for name in names.get_mut(..all.names.len())? {
            *name = read_name(&mut reader)?;
            all.name_lengths |= 1 << name.len().min(63);
            all.name_letters |= name.first().map_or(0, |first| letter(*first));
        }
        let names = names.get(..all.names.len())?;
        all.tests = Records::begin(&mut reader, MAX_PARTS)?;
        for _ in 0..all.tests.count {
            let (position, test) = read_test(&mut reader)?;
            // An attribute without a value has the empty one.
            all.wanted.add(names.get(position)?, matches!(test, Test::Present | Test::Equals(b"")));
        }
        all.slots = Records::begin(&mut reader, MAX_SLOTS)?;
        for _ in 0..all.slots.count {
            let slot = read_slot(&mut reader, all.tests.len())?;
            if slot.tests == 0 {
                let any = if slot.tag.is_empty() { u128::MAX } else { 0 };
                all.bare_tags |= any | Element::of(slot.tag).bit();
            }
        }
        reader.is_empty().then_some(all)
    }

    fn names(&self) -> impl Iterator<Item = &'b [u8]> {
        self.names.iter(read_name)
    }

    fn slots(&self) -> impl Iterator<Item = Target<'b>> {
        let tests_len = self.tests.len();
        self.slots.iter(move |reader| read_slot(reader, tests_len))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.count == 0
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn names_len(&self) -> usize {
        self.names.len()
    }

    /// The caller's index of a slot.
    pub(super) fn index(&self, target: usize) -> u16 {
        self.slots().nth(target).map_or(0, |target| target.index)
    }

    /// Whether a name that begins so and has so many bytes may be one of the selectors'.
    pub(super) fn may_name(&self, first: u8, len: usize) -> bool {
        self.name_letters & letter(first) != 0 && self.name_lengths >> len.min(63) & 1 != 0
    }

    pub(super) fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Whether a slot may be told by this tag alone.
    pub(super) fn may_be_bare(&self, element: Element) -> bool {
        self.bare_tags != 0 && self.bare_tags & element.bit() != 0
    }

    /// Whether a test may hold for the attribute that `name` ends with, if this is its value as written.
    pub(super) fn may_match(&self, name: &[u8], value: &[u8]) -> bool {
        let ends_with = |known: &[u8]| {
            name.split_at_checked(name.len().wrapping_sub(known.len())).is_some_and(|(before, last)| {
                last.eq_ignore_ascii_case(known)
                    && before.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte))
            })
        };
        let Some(position) = self.names().position(ends_with) else {
            return false;
        };
        self.tests.iter(read_test).any(|(of, test)| of == position && test.may_hold(value))
    }

    /// Takes note of an attribute's name; says what its value is needed for.
    pub(super) fn attribute(&self, tag: &mut Match, name: &[u8]) -> Interest {
        tag.name = None;
        let Some(position) = self.names().position(|known| known == name) else {
            return Interest::default();
        };
        let bit = 1_u64 << position;
        if tag.seen & bit != 0 {
            return Interest::default();
        }
        tag.seen |= bit;
        tag.name = u8::try_from(position).ok();
        let mut interest = Interest::default();
        for (bit, test) in self.tests_of(tag.name) {
            match test {
                Test::Present => tag.holds |= 1 << bit,
                Test::Equals(_) => interest.value = true,
                Test::HasWord(_) => interest.words = true,
            }
        }
        interest
    }

    /// Takes note of a value, as written.
    pub(super) fn value(&self, tag: &mut Match, raw: &[u8]) {
        let value = decode(raw);
        for (bit, test) in self.tests_of(tag.name) {
            if test == Test::Equals(&value) {
                tag.holds |= 1 << bit;
            }
        }
    }

    /// Takes note of one word of a value, as written; a reference in it may turn out to be a space.
    pub(super) fn word(&self, tag: &mut Match, raw: &[u8]) {
        let words = decode(raw);
        for word in words.split(u8::is_ascii_whitespace) {
            for (bit, test) in self.tests_of(tag.name) {
                if test == Test::HasWord(word) {
                    tag.holds |= 1 << bit;
                }
            }
        }
    }

    /// The first slot that a start tag matches, once its attributes are known.
    pub(super) fn find(&self, start: &Match, tag: &Tag<'_>) -> Option<usize> {
        if start.holds == 0 && !self.may_be_bare(tag.element) {
            return None;
        }
        self.slots().position(|target| target.fits(start, tag))
    }

    /// Whether a start tag matches one slot.
    pub(super) fn fits(&self, position: usize, start: &Match, tag: &Tag<'_>) -> bool {
        self.slots().nth(position).is_some_and(|target| target.fits(start, tag))
    }

    fn tests_of(&self, name: Option<u8>) -> impl Iterator<Item = (usize, Test<'b>)> {
        let name = name.map(usize::from);
        let all = self.tests.iter(read_test).enumerate();
        all.filter(move |(_, (of, _))| Some(*of) == name).map(|(bit, (_, test))| (bit, test))
    }
}

fn position_or_push<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}
