//! A JSON value with the path that leads to it, so that an error can say where it is.

use super::path::Path;
use super::tree::{Tree, find};
use crate::civil::{parse_date, parse_time};
use crate::number::decimal::shortest;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

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
    pub(super) value: &'a Tree<'a>,
    pub(super) path: Path<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Tree<'a>) -> Self {
        Self { value, path: Path::ROOT }
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(JsonError { path: self.path.to_string(), message: message.into() })
    }

    /// An object with no field but these.
    pub(super) fn object(&self, known: &[&str]) -> Result<Object<'a>> {
        let object = self.open_object()?;
        match object.fields.iter().find(|(key, _)| !known.contains(&&**key)) {
            Some((key, _)) => {
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
            Tree::Object(fields) => Ok(Object { fields, path: self.path }),
            _ => self.error("must be an object"),
        }
    }

    pub(super) fn list(&self, max: usize) -> Result<Vec<Self>> {
        let Tree::List(values) = self.value else {
            return self.error("must be a list");
        };
        if values.len() > max {
            return self.error(format!("must have at most {max} entries, and has {}", values.len()));
        }
        let node = |(i, value)| Self { value, path: self.path.entry(i) };
        Ok(values.iter().enumerate().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str> {
        match self.value {
            Tree::Text(text) => Ok(text),
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
            Tree::Bool(value) => Ok(*value),
            _ => self.error("must be true or false"),
        }
    }

    pub(super) fn whole<T>(&self, min: T, max: T) -> Result<T>
    where
        T: TryFrom<i64> + PartialOrd + Copy + core::fmt::Display,
    {
        // 3.0 is whole: some writers have no other numbers.
        let number = match self.value {
            Tree::Whole(number) => i64::try_from(*number).ok(),
            Tree::Number(number) => whole_float(*number),
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
            Some(number) if (0.0..=limit).contains(&number) => Ok(round(number * f64::from(scale))),
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

/// The nearest whole number of one that is at least 0.
pub(super) fn round(number: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least 0, and a cast from float saturates"
    )]
    let whole = (number + 0.5) as u64;
    whole
}

/// The fields of an object and the path to it.
pub(super) struct Object<'a> {
    fields: &'a [(Cow<'a, str>, Tree<'a>)],
    path: Path<'a>,
}

impl<'a> Object<'a> {
    pub(super) fn path_of(&self, key: &'a str) -> Path<'a> {
        self.path.field(key)
    }

    pub(super) fn field(&self, key: &'a str) -> Option<Node<'a>> {
        let value = find(self.fields, key)?;
        Some(Node { value, path: self.path_of(key) })
    }

    pub(super) fn required(&self, key: &'a str) -> Result<Node<'a>> {
        let missing = || JsonError { path: self.path_of(key).to_string(), message: "is missing".into() };
        self.field(key).ok_or_else(missing)
    }

    /// A field's value, or the default where there is no such field.
    pub(super) fn or_default<T: Default>(&self, key: &'a str, read: impl FnOnce(&Node<'a>) -> Result<T>) -> Result<T> {
        self.field(key).map_or_else(|| Ok(T::default()), |node| read(&node))
    }

    /// A field's value, where there is such a field.
    pub(super) fn optional<T>(&self, key: &'a str, read: impl FnOnce(&Node<'a>) -> Result<T>) -> Result<Option<T>> {
        self.field(key).map(|node| read(&node)).transpose()
    }
}
