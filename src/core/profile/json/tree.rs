//! A JSON text as a tree of what it says, flat in one list: a value, and behind it what is in it. Texts are borrowed where
//! they stand as they are: a value is looked at once and thrown away, so that nothing is worth copying or hashing.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Parts for which there is room at once: few texts have more.
const PARTS: usize = 96;

/// A JSON value, without what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part<'a> {
    Null,
    Bool(bool),
    /// A number written without fraction and exponent, of at most 64 bits.
    Whole(i128),
    Number(f64),
    Text(Cow<'a, str>),
    /// Its entries follow.
    List(Span),
    /// Its fields follow, each a text and a value, in the order of the text; of a key that is there twice, the last counts.
    Object(Span),
}

/// What is in a list or an object.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Span {
    /// Entries or fields.
    pub(super) count: usize,
    /// Parts of all of them, with what is in those.
    parts: usize,
}

impl Part<'_> {
    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "as every reader of JSON has it")]
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// A value with all that is in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value<'a> {
    pub(super) part: &'a Part<'a>,
    pub(super) inside: Inside<'a>,
}

impl Value<'_> {
    pub(super) const NULL: Self = Self { part: &Part::Null, inside: Inside(&[]) };
    pub(super) const EMPTY_OBJECT: Self =
        Self { part: &Part::Object(Span { count: 0, parts: 0 }), inside: Inside(&[]) };
}

/// The parts that are in a value, which gives them as values, one after the other; those of an object are key and value
/// in turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Inside<'a>(&'a [Part<'a>]);

impl<'a> Inside<'a> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// The value that begins at a part.
    pub(super) fn at(self, part: usize) -> Option<Value<'a>> {
        Inside(self.0.get(part..)?).next()
    }

    /// The fields of an object.
    pub(super) fn fields(mut self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        core::iter::from_fn(move || match (self.next()?.part, self.next()?) {
            (Part::Text(key), value) => Some((&**key, value)),
            _ => None,
        })
    }
}

#[expect(clippy::copy_iterator, reason = "a slice: a copy is walked through by itself")]
impl<'a> Iterator for Inside<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (part, rest) = self.0.split_first()?;
        let parts = if let Part::List(span) | Part::Object(span) = part { span.parts } else { 0 };
        let (inside, rest) = rest.split_at_checked(parts)?;
        self.0 = rest;
        Some(Value { part, inside: Inside(inside) })
    }
}

/// Memory for a tree, which the trees of many texts use in turn.
#[derive(Debug, Default)]
pub(super) struct Room(Vec<Part<'static>>);

impl Room {
    fn parts<'a>(self) -> Vec<Part<'a>> {
        let mut parts = self.0;
        parts.reserve(PARTS);
        parts
    }
}

/// All values of a text.
#[derive(Debug, PartialEq)]
pub(super) struct Tree<'a>(Vec<Part<'a>>);

impl<'a> Tree<'a> {
    pub(super) fn root(&self) -> Value<'_> {
        // There is a value, or there is no tree.
        Inside(&self.0).next().unwrap_or(Value::NULL)
    }

    /// Reads a text.
    pub(super) fn read(text: &'a str, room: Room) -> serde_json::Result<Self> {
        let mut parts = room.parts();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Reader(&mut parts).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(Self(parts))
    }

    /// The room of this tree, for another.
    pub(super) fn into_room(self) -> Room {
        let mut parts = self.0;
        parts.clear();
        // The memory is kept: nothing is left that could be borrowed.
        Room(parts.into_iter().map(|_| Part::Null).collect())
    }

    /// The list or object that began there is complete, with so many entries or fields.
    pub(super) fn end(parts: &mut [Part], at: usize, count: usize) {
        let inside = parts.len() - at - 1;
        if let Some(Part::List(span) | Part::Object(span)) = parts.get_mut(at) {
            *span = Span { count, parts: inside };
        }
    }

    /// The same as another reader has it.
    pub(super) fn of(value: &'a serde_json::Value) -> Self {
        let mut parts = Vec::new();
        push(value, &mut parts);
        Self(parts)
    }
}

fn push<'a>(value: &'a serde_json::Value, parts: &mut Vec<Part<'a>>) {
    use serde_json::Value;

    let at = parts.len();
    parts.push(match value {
        Value::Null => Part::Null,
        Value::Bool(holds) => Part::Bool(*holds),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Part::Whole(whole.into()),
            (None, Some(whole)) => Part::Whole(whole.into()),
            // Not finite only with a feature that nothing turns on.
            (None, None) => Part::Number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Part::Text(text.into()),
        Value::Array(_) => Part::List(Span::default()),
        Value::Object(_) => Part::Object(Span::default()),
    });
    match value {
        Value::Array(values) => {
            for value in values {
                push(value, parts);
            }
            Tree::end(parts, at, values.len());
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                parts.push(Part::Text(key.into()));
                push(value, parts);
            }
            Tree::end(parts, at, fields.len());
        }
        _ => {}
    }
}

/// Reads one value to the end of the list.
struct Reader<'p, 'de>(&'p mut Vec<Part<'de>>);

impl<'de> DeserializeSeed<'de> for Reader<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.push(Part::Null);
        Ok(())
    }

    fn visit_bool<E>(self, holds: bool) -> Result<(), E> {
        self.0.push(Part::Bool(holds));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.push(Part::Whole(number.into()));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.push(Part::Whole(number.into()));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.0.push(Part::Number(number));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.push(Part::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push(Part::Text(Cow::Owned(text.into())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Part::List(Span::default()));
        let mut count = 0;
        while values.next_element_seed(Reader(self.0))?.is_some() {
            count += 1;
        }
        Tree::end(self.0, at, count);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let at = self.0.len();
        self.0.push(Part::Object(Span::default()));
        let mut count = 0;
        while entries.next_key_seed(Reader(self.0))?.is_some() {
            entries.next_value_seed(Reader(self.0))?;
            count += 1;
        }
        Tree::end(self.0, at, count);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e300..1e300).prop_map(Value::from),
            "[a-z\"\\\\ü\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map("[a-c\"]{1,2}", inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_tree_says_what_serde_json_says(value in value()) {
            let text = value.to_string();
            let again: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Tree::read(&text, Room::default()).unwrap(), Tree::of(&again));
        }
    }

    #[test]
    fn what_is_in_a_value_follows_it() {
        let tree = Tree::read(r#"{"a":[1,[],{"b":null}],"c":2}"#, Room::default()).unwrap();
        let root = tree.root();
        let fields: Vec<_> = root.inside.fields().map(|(key, value)| (key, value.part.clone())).collect();
        let list = Part::List(Span { count: 3, parts: 5 });
        assert_eq!(fields, [("a", list), ("c", Part::Whole(2))]);
        let (_, list) = root.inside.fields().next().unwrap();
        assert_eq!(list.inside.map(|value| value.inside.len()).collect::<Vec<_>>(), [0, 0, 2]);
        assert!(Tree::read(&"[".repeat(200), Room::default()).is_err());
    }
}
