//! A JSON text as a tree of what it says. Texts are borrowed where they stand as they are: a value is looked at once and
//! thrown away, so that nothing is worth copying or hashing.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<'a> {
    Null,
    Bool(bool),
    /// A number written without fraction and exponent, of at most 64 bits.
    Whole(i128),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    /// In the order of the text; of a key that is there twice, the last counts.
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "as every reader of JSON has it")]
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The same as another reader has it.
    pub(super) fn of(value: &'a serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(holds) => Self::Bool(*holds),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Self::Whole(whole.into()),
                (None, Some(whole)) => Self::Whole(whole.into()),
                // Not finite only with a feature that nothing turns on.
                (None, None) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(text) => Self::Text(text.into()),
            serde_json::Value::Array(values) => Self::List(values.iter().map(Self::of).collect()),
            serde_json::Value::Object(fields) => {
                Self::Object(fields.iter().map(|(key, value)| (key.into(), Self::of(value))).collect())
            }
        }
    }
}

/// The field of a key. Objects are short: looking at each key is faster than hashing one.
pub(super) fn find<'t, 'a>(fields: &'t [(Cow<'a, str>, Tree<'a>)], key: &str) -> Option<&'t Tree<'a>> {
    fields.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value)
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, holds: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(holds))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Whole(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Whole(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree<'de>, A::Error> {
        // What most objects have no more of.
        let mut fields = Vec::with_capacity(8);
        while let Some((Tree::Text(key), value)) = entries.next_entry()? {
            fields.push((key, value));
        }
        Ok(Tree::Object(fields))
    }
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
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
            prop_assert_eq!(serde_json::from_str::<Tree>(&text).unwrap(), Tree::of(&again));
        }
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_counts() {
        let tree: Tree = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        let Tree::Object(fields) = tree else { panic!("{tree:?}") };
        assert_eq!(find(&fields, "a"), Some(&Tree::Whole(3)));
        assert!(serde_json::from_str::<Tree>(&"[".repeat(200)).is_err());
    }
}
