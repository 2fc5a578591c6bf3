//! A JSON value with the path that leads to it, so that an error can say where it is.

use super::path::Path;
use super::tree::{Inside, Part, Tree, Value};
use crate::civil::{parse_date, parse_time};
use crate::number::decimal::shortest;
use crate::number::float::nearest;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cell::Cell;

/// A value that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where it is, such as `cart.items[2].quantity`; empty for the whole.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl core::fmt::Display for JsonError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl core::error::Error for JsonError {}

pub(super) type Result<T> = core::result::Result<T, JsonError>;

/// A value and its path.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Part<'a>,
    inside: Inside<'a>,
    pub(super) path: Path<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn root(tree: &'a Tree<'a>) -> Self {
        Self::new(tree.root(), Path::ROOT)
    }

    pub(super) fn new(Value { part: value, inside }: Value<'a>, path: Path<'a>) -> Self {
        Self { value, inside, path }
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(JsonError { path: self.path.to_string(), message: message.into() })
    }

    /// An object with no field but these. It is fastest where they are in the order in which they are asked for.
    pub(super) fn object(&self, known: &'a [&'a str]) -> Result<Object<'a>> {
        let mut object = self.open_object()?;
        match object.place(known) {
            Some(key) => {
                let path = object.path.field(key).to_string();
                let message = format!("unknown field; known are {}", known.join(", "));
                Err(JsonError { path, message })
            }
            None => Ok(object),
        }
    }

    /// An object with whatever fields.
    pub(super) fn open_object(&self) -> Result<Object<'a>> {
        match self.value {
            Part::Object(_) => Ok(Object {
                inside: self.inside,
                path: self.path,
                known: &[],
                places: [0; KNOWN_MAX],
                next: Cell::new(0),
            }),
            _ => self.error("must be an object"),
        }
    }

    pub(super) fn list<'s>(&'s self, max: usize) -> Result<impl Iterator<Item = Node<'s>> + use<'s, 'a>> {
        match self.value {
            Part::List(span) if span.count > max => {
                self.error(format!("must have at most {max} entries, and has {}", span.count))
            }
            Part::List(_) => Ok(self.entries()),
            _ => self.error("must be a list"),
        }
    }

    /// The entries of a list, however many there are.
    pub(super) fn entries<'s>(&'s self) -> impl Iterator<Item = Node<'s>> + use<'s, 'a> {
        self.inside.enumerate().map(|(index, value)| Node::new(value, self.path.entry(index)))
    }

    pub(super) fn text(&self) -> Result<&'a str> {
        match self.value {
            Part::Text(text) => Ok(text),
            _ => self.error("must be text"),
        }
    }

    /// A text of 1 to `max` bytes.
    pub(super) fn key(&self, max: usize) -> Result<Box<str>> {
        match self.text()? {
            "" => self.error("must not be empty"),
            text if text.len() > max => self.error(format!("must be at most {max} bytes long")),
            text => Ok(text.into()),
        }
    }

    pub(super) fn bool(&self) -> Result<bool> {
        match self.value {
            Part::Bool(value) => Ok(*value),
            _ => self.error("must be true or false"),
        }
    }

    pub(super) fn whole<T>(&self, min: T, max: T) -> Result<T>
    where
        T: TryFrom<i64> + PartialOrd + Copy + core::fmt::Display,
    {
        // 3.0 is whole: some writers have no other numbers.
        let number = match self.value {
            Part::Whole(number) => i64::try_from(*number).ok(),
            Part::Number(number) => whole_float(*number),
            _ => None,
        };
        match number.and_then(|n| T::try_from(n).ok()) {
            Some(n) if (&min..=&max).contains(&&n) => Ok(n),
            _ => self.error(format!("must be a whole number from {min} to {max}")),
        }
    }

    /// A number of at least 0 in units of `1 / scale`, rounded.
    pub(super) fn scaled(&self, scale: u32, max: u64) -> Result<u64> {
        #[expect(clippy::cast_precision_loss, reason = "a bound, for a message and a comparison")]
        let limit = max as f64 / f64::from(scale);
        match self.value.as_f64() {
            Some(number) if (0.0..=limit).contains(&number) => Ok(nearest(number * f64::from(scale))),
            _ => self.error(format!("must be a number from 0 to {}", shortest(limit))),
        }
    }

    pub(super) fn time(&self) -> Result<u32> {
        match parse_time(self.text()?) {
            Some(at_s) if at_s > 0 => Ok(at_s),
            _ => self.error("must be an RFC 3339 time from 1970 to 2106, such as 2026-11-20T09:30:00Z"),
        }
    }

    pub(super) fn date(&self) -> Result<u16> {
        parse_date(self.text()?).map_or_else(|| self.error("must be a date such as 2026-11-20"), Ok)
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T> {
        let text = self.text()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.error(format!("must be one of {}", words.join(", ")))
    }
}

/// A float as a whole number, where it is one.
fn whole_float(number: f64) -> Option<i64> {
    let exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    exact.then_some(number as i64)
}

/// Fields that an object can have.
const KNOWN_MAX: usize = 32;

/// The fields of an object and the path to it.
pub(super) struct Object<'a> {
    inside: Inside<'a>,
    path: Path<'a>,
    /// The fields that it may have; none where it may have any.
    known: &'a [&'a str],
    /// For each of these, one more than where its value begins; 0 where there is none.
    places: [u32; KNOWN_MAX],
    /// Which of these is asked for next, if they are asked for in their order.
    next: Cell<usize>,
}

impl<'a> Object<'a> {
    /// Finds where the values of the known fields are; gives the first key that is not known.
    fn place(&mut self, known: &'a [&'a str]) -> Option<&'a str> {
        debug_assert!(known.len() <= KNOWN_MAX, "every known field has a place");
        let mut expected = 0;
        let mut rest = self.inside;
        while let Some(key) = rest.next() {
            let at = self.inside.len() - rest.len();
            let Part::Text(key) = key.part else { break };
            let Some(index) = position(known, key, expected) else { return Some(key) };
            if let (Some(place), Ok(at)) = (self.places.get_mut(index), u32::try_from(at + 1)) {
                *place = at;
            }
            expected = index + 1;
            rest.next();
        }
        self.known = known;
        None
    }

    /// The value of a key; of one that is there twice, the last.
    fn find(&self, key: &str) -> Option<Value<'a>> {
        if self.known.is_empty() {
            return self.inside.fields().filter(|(found, _)| *found == key).last().map(|(_, value)| value);
        }
        let index = position(self.known, key, self.next.get())?;
        self.next.set(index + 1);
        match self.places.get(index) {
            Some(place) if *place > 0 => self.inside.at(*place as usize - 1),
            _ => None,
        }
    }

    pub(super) fn path_of<'s>(&'s self, key: &'s str) -> Path<'s> {
        self.path.field(key)
    }

    /// All fields, in the order of the text.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        self.inside.fields()
    }

    pub(super) fn field<'s>(&'s self, key: &'s str) -> Option<Node<'s>> {
        Some(Node::new(self.find(key)?, self.path_of(key)))
    }

    pub(super) fn required<'s>(&'s self, key: &'s str) -> Result<Node<'s>> {
        let missing = || JsonError { path: self.path_of(key).to_string(), message: "is missing".into() };
        self.field(key).ok_or_else(missing)
    }

    /// A field's value, or the default where there is no such field.
    pub(super) fn or_default<'s, T: Default>(
        &'s self,
        key: &'s str,
        read: impl FnOnce(&Node<'s>) -> Result<T>,
    ) -> Result<T> {
        self.field(key).map_or_else(|| Ok(T::default()), |node| read(&node))
    }

    /// A field's value, where there is such a field.
    pub(super) fn optional<'s, T>(
        &'s self,
        key: &'s str,
        read: impl FnOnce(&Node<'s>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.field(key).map(|node| read(&node)).transpose()
    }
}

/// Where a key is in a list, looked for from the place where it is expected.
fn position(known: &[&str], key: &str, expected: usize) -> Option<usize> {
    if known.get(expected).is_some_and(|known| core::ptr::eq(*known, key) || *known == key) {
        return Some(expected);
    }
    let (before, from) = known.split_at_checked(expected)?;
    let after = from.iter().position(|known| *known == key).map(|index| expected + index);
    after.or_else(|| before.iter().position(|known| *known == key))
}
