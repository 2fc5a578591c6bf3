//! The selectors of one stream, compiled so that a tag is compared with all of them at once.
//!
//! Each distinct condition on an attribute (a test) has a bit. While a start tag is read, the bits of
//! the tests that hold are collected; a slot matches when its tag and all its bits are there.
mod facts;
mod listed;

use super::{
    codec::read_text,
    element::Element,
    limits::{MAX_ATTRIBUTE_NAMES, MAX_NAME_BYTES, MAX_PARTS, MAX_SLOTS, MAX_TARGETS_BYTES, MAX_VALUE_BYTES},
    references::{decode, is_encoded},
    selector::Selector,
    tokenizer::{Interest, Tag, Wanted},
};
use crate::codec::Reader;
use facts::{Facts, letter};

pub(super) use facts::MAX_COMPILED_BYTES;
pub(super) use listed::Listed;

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

/// The compiled selectors, where they lie in the state: nothing is copied out of it.
#[derive(Debug)]
pub(super) struct Targets<'b> {
    facts: Facts,
    names: Records<'b>,
    tests: Records<'b>,
    slots: Records<'b>,
}

/// Records that are read wherever they are asked for.
#[derive(Debug, Clone, Copy)]
struct Records<'b> {
    count: u8,
    reader: Reader<'b>,
}

impl<'b> Records<'b> {
    /// A list of at most `limit` records.
    fn at(lists: &'b [u8], at: usize, limit: usize) -> Option<Self> {
        let mut reader = Reader::new(lists.get(at..)?);
        let count = reader.byte().filter(|count| usize::from(*count) <= limit)?;
        Some(Self { count, reader })
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

impl<'b> Targets<'b> {
    /// Compiled selectors; `None` if they are not well-formed.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let (facts, lists) = bytes.split_first_chunk()?;
        let facts = Facts::read(facts)?;
        let names = Records::at(lists, 0, MAX_ATTRIBUTE_NAMES)?;
        let tests = Records::at(lists, facts.tests_at.into(), MAX_PARTS)?;
        let slots = Records::at(lists, facts.slots_at.into(), MAX_SLOTS)?;
        Some(Self { facts, names, tests, slots })
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
        self.facts.name_letters & letter(first) != 0 && self.facts.name_lengths >> len.min(63) & 1 != 0
    }

    pub(super) fn wanted(&self) -> Wanted {
        self.facts.wanted
    }

    /// Whether a slot may be told by this tag alone.
    pub(super) fn may_be_bare(&self, element: Element) -> bool {
        self.facts.bare_tags != 0 && self.facts.bare_tags & element.bit() != 0
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
