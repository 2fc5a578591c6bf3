//! The general evaluator of one atom: what every operator means.

use super::{Facts, Truth, Value};
use crate::bundle::{Atom, Comparison, Literal, Test};

/// The verdict of an atom, asked of the facts themselves.
pub fn verdict(facts: &Facts, atom: &Atom) -> Truth {
    let value = facts.value(&atom.subject);
    if atom.test == Test::Known {
        return Truth::from(!matches!(value, Value::Unknown(_)));
    }
    test(&atom.test, &or_default(value, atom.default.as_ref()))
}

/// A value, or what stands in for it where it is unknown.
pub(super) fn or_default<'a>(value: Value<'a>, default: Option<&'a Literal>) -> Value<'a> {
    match (value, default) {
        (Value::Unknown(_), Some(Literal::Bool(value))) => Value::Bool(*value),
        (Value::Unknown(_), Some(Literal::Number(value))) => Value::Number(*value),
        (Value::Unknown(_), Some(Literal::Text(value))) => Value::Text(value.as_str().into()),
        (value, _) => value,
    }
}

/// A test that does not fit the type of the value is unknown; the compiler lets none through.
fn test(test: &Test, value: &Value) -> Truth {
    Truth::from(match (test, value) {
        (Test::IsTrue, Value::Bool(holds)) => *holds,
        (Test::Number(comparison, than), Value::Number(number)) => compare(*comparison, *number, *than),
        (Test::TextEquals(other), Value::Text(found)) => found == other,
        (Test::TextIn(list), Value::Text(found)) => list.binary_search_by(|item| item.as_str().cmp(found)).is_ok(),
        (Test::StartsWith(prefix), Value::Text(found)) => found.starts_with(prefix.as_str()),
        (Test::EndsWith(suffix), Value::Text(found)) => found.ends_with(suffix.as_str()),
        (Test::Contains(part), Value::Text(found)) => found.contains(part.as_str()),
        _ => return Truth::Unknown,
    })
}

#[expect(clippy::float_cmp, reason = "authors compare counts and amounts for equality, exactly")]
fn compare(comparison: Comparison, number: f64, than: f64) -> bool {
    match comparison {
        Comparison::Less => number < than,
        Comparison::LessOrEqual => number <= than,
        Comparison::Greater => number > than,
        Comparison::GreaterOrEqual => number >= than,
        Comparison::Equal => number == than,
    }
}
