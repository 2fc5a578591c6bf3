//! The verdict of one atom: every operator of the language, with three values.

use super::version::Version;
use super::{Facts, Matchers, Truth, Value};
use crate::bundle::{Atom, Comparison, Literal, Test, TextTest};
use alloc::borrow::Cow;
use alloc::string::String;

/// What an atom says of a visitor. Whatever asks for an unknown value is unknown, but for `known` and
/// `or_default`.
pub fn verdict(matchers: &Matchers, facts: &Facts, atom: &Atom) -> Truth {
    let value = facts.value(&atom.subject);
    if atom.test == Test::Known {
        return Truth::from(!matches!(value, Value::Unknown(_)));
    }
    let value = or_default(value, atom.default.as_ref());
    test(matchers, facts, &atom.test, &value).map_or(Truth::Unknown, Truth::from)
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

/// `None` is unknown; so is a test that does not fit the type of the value, which the compiler lets none through.
fn test(matchers: &Matchers, facts: &Facts, test: &Test, value: &Value) -> Option<bool> {
    Some(match (test, value) {
        (Test::IsTrue, Value::Bool(holds)) => *holds,
        (Test::Number(comparison, than), Value::Number(number)) => compare(*comparison, *number, *than),
        (Test::TextEquals(other), Value::Text(found)) => found == other,
        (Test::TextIn(list), Value::Text(found)) => is_among(list, found),
        (Test::StartsWith(prefix), Value::Text(found)) => found.starts_with(prefix.as_str()),
        (Test::EndsWith(suffix), Value::Text(found)) => found.ends_with(suffix.as_str()),
        (Test::Contains(part), Value::Text(found)) => found.contains(part.as_str()),
        (Test::TextInList(list), Value::Text(found)) => in_list(matchers, *list, found)?,
        (Test::Matches(pattern), Value::Text(found)) => matches(matchers, *pattern, found)?,
        (Test::Lowered(then), Value::Text(found)) => text_test(matchers, then, &lowered(found))?,
        (Test::Version(comparison, than), Value::Text(found)) => {
            order(*comparison, &Version::parse(found)?, &Version::parse(than)?)
        }
        (Test::Near(near), Value::Place(latitude, longitude)) => near.holds(*latitude, *longitude)?,
        (Test::Versus(comparison, other, factor, offset), Value::Number(number)) => match facts.value(other) {
            Value::Number(other) => compare(*comparison, *number, other * factor + offset),
            _ => return None,
        },
        (Test::Remainder(divisor, comparison, than), Value::Number(number)) => {
            compare(*comparison, remainder(*number, *divisor)?, *than)
        }
        (Test::Length(comparison, than), Value::Text(found)) => {
            let characters = u32::try_from(found.chars().count()).ok()?;
            compare(*comparison, characters.into(), *than)
        }
        (Test::SameText(other), Value::Text(found)) => match facts.value(other) {
            Value::Text(other) => *found == other,
            _ => return None,
        },
        _ => return None,
    })
}

fn text_test(matchers: &Matchers, test: &TextTest, found: &str) -> Option<bool> {
    Some(match test {
        TextTest::Equals(other) => found == other,
        TextTest::In(list) => is_among(list, found),
        TextTest::InList(list) => in_list(matchers, *list, found)?,
        TextTest::StartsWith(prefix) => found.starts_with(prefix.as_str()),
        TextTest::EndsWith(suffix) => found.ends_with(suffix.as_str()),
        TextTest::Contains(part) => found.contains(part.as_str()),
        TextTest::Matches(pattern) => matches(matchers, *pattern, found)?,
    })
}

fn is_among(list: &[String], found: &str) -> bool {
    list.binary_search_by(|item| item.as_str().cmp(found)).is_ok()
}

/// A list that could not be read is unknown.
fn in_list(matchers: &Matchers, list: u32, found: &str) -> Option<bool> {
    Some(matchers.lists.get(list as usize)?.as_ref()?.contains(found))
}

fn matches(matchers: &Matchers, pattern: u32, found: &str) -> Option<bool> {
    Some(matchers.patterns.get(pattern as usize)?.as_ref()?.is_match(found))
}

/// CEL's `%`: the remainder has the sign of the number. There is none of a fraction.
fn remainder(number: f64, divisor: u32) -> Option<f64> {
    // A count that no i32 holds is none.
    #[expect(clippy::cast_possible_truncation, reason = "compared with what it was right below")]
    let whole = number as i32;
    let rest = i64::from(whole).checked_rem(divisor.into())?;
    let is_whole = compare(Comparison::Equal, whole.into(), number);
    i32::try_from(rest).ok().filter(|_| is_whole).map(f64::from)
}

/// CEL's `lowerAscii`; copies only what has capitals.
fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn order<T: Ord>(comparison: Comparison, found: &T, than: &T) -> bool {
    let order = found.cmp(than);
    match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Equal => order.is_eq(),
    }
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
