//! Conditions and values in words.

use crate::attribute::{Argument, Kind};
use crate::bundle::{Atom, AttributeRef, Literal, Test, TextTest};
use crate::number::decimal;
use crate::segment::{UnknownReason, Value};
use alloc::format;
use alloc::string::{String, ToString};

/// An attribute as authored, with its argument.
pub fn subject(subject: &AttributeRef) -> String {
    let spec = subject.attribute.spec();
    let name = spec.name;
    match &subject.argument {
        Some(argument) if spec.argument == Argument::Key => format!("{name}.{argument}"),
        Some(argument) if spec.kind == Kind::Bool => format!("{name}(\"{argument}\")"),
        Some(argument) => format!("{name}[\"{argument}\"]"),
        None => name.to_string(),
    }
}

/// An atom as authored.
pub fn atom(atom: &Atom) -> String {
    let name = match &atom.default {
        None => subject(&atom.subject),
        Some(Literal::Bool(value)) => format!("or_default({}, {value})", subject(&atom.subject)),
        Some(Literal::Number(value)) => {
            format!("or_default({}, {})", subject(&atom.subject), threshold(&atom.subject, *value))
        }
        Some(Literal::Text(value)) => format!("or_default({}, \"{value}\")", subject(&atom.subject)),
    };
    match &atom.test {
        Test::Known => format!("known({name})"),
        Test::IsTrue => name,
        Test::Number(comparison, number) => {
            format!("{name} {} {}", comparison.sign(), threshold(&atom.subject, *number))
        }
        Test::TextEquals(text) => format!("{name} == \"{text}\""),
        Test::TextIn(list) if list.len() > 8 => format!("{name} in a list of {}", list.len()),
        Test::TextIn(list) => format!("{name} in [\"{}\"]", list.join("\", \"")),
        Test::StartsWith(text) => format!("{name}.startsWith(\"{text}\")"),
        Test::EndsWith(text) => format!("{name}.endsWith(\"{text}\")"),
        Test::Contains(text) => format!("{name}.contains(\"{text}\")"),
        Test::TextInList(list) => format!("{name} in list {list}"),
        Test::Matches(pattern) => format!("{name}.matches(pattern {pattern})"),
        Test::Lowered(then) => lowered(&format!("{name}.lowerAscii()"), then),
        Test::Version(comparison, version) => format!("version({name}) {} version(\"{version}\")", comparison.sign()),
        // A circle keeps no degrees.
        Test::Near(_) => format!("{name}(...)"),
        Test::Versus(comparison, other, factor, offset) => {
            let factor = if (factor - 1.0).abs() > 0.0 { decimal::shortest(*factor) + " * " } else { String::new() };
            let offset =
                if offset.abs() > 0.0 { " + ".to_string() + &decimal::shortest(*offset) } else { String::new() };
            format!("{name} {} {factor}{}{offset}", comparison.sign(), subject(other))
        }
        Test::Remainder(divisor, comparison, than) => {
            format!("{name} % {divisor} {} {}", comparison.sign(), decimal::shortest(*than))
        }
        Test::Length(comparison, than) => {
            format!("size({name}) {} {}", comparison.sign(), decimal::shortest(*than))
        }
        Test::SameText(other) => format!("{name} == {}", subject(other)),
    }
}

fn lowered(name: &str, of: &TextTest) -> String {
    match of {
        TextTest::Equals(word) => format!("{name} == \"{word}\""),
        TextTest::In(list) => format!("{name} in [\"{}\"]", list.join("\", \"")),
        TextTest::InList(list) => format!("{name} in list {list}"),
        TextTest::StartsWith(word) => format!("{name}.startsWith(\"{word}\")"),
        TextTest::EndsWith(word) => format!("{name}.endsWith(\"{word}\")"),
        TextTest::Contains(word) => format!("{name}.contains(\"{word}\")"),
        TextTest::Matches(pattern) => format!("{name}.matches(pattern {pattern})"),
    }
}

/// A number that an attribute is compared with.
fn threshold(of: &AttributeRef, number: f64) -> String {
    if is_duration(of) { decimal::duration(number) } else { decimal::shortest(number) }
}

fn is_duration(of: &AttributeRef) -> bool {
    of.attribute.spec().kind == Kind::Duration
}

/// The value of an attribute as it stands, or why it is unknown.
pub fn value(of: &AttributeRef, value: &Value) -> String {
    match value {
        Value::Unknown(UnknownReason::Absent) => "unknown".to_string(),
        Value::Unknown(UnknownReason::NoConsent) => "unknown without consent".to_string(),
        Value::Bool(holds) => holds.to_string(),
        Value::Number(number) if is_duration(of) => decimal::duration(*number),
        Value::Number(number) => {
            let text = decimal::fixed(*number, 2);
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        }
        Value::Text(text) => format!("\"{text}\""),
        Value::Place(latitude, longitude) => decimal::fixed(*latitude, 2) + ", " + &decimal::fixed(*longitude, 2),
    }
}
