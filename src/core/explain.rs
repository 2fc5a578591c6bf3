//! Conditions and decisions in words.

use crate::attribute::Kind;
use crate::bundle::{Atom, AttributeRef, Campaign, Comparison, Literal, Loaded, Test};
use crate::decide::{Reason, atoms_of};
use crate::decimal;
use crate::segment::{Evaluation, Truth, Value, Why};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// An attribute as authored, with its argument.
pub fn subject(subject: &AttributeRef) -> String {
    let name = subject.attribute.spec().name;
    match &subject.argument {
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
            format!("{name} {} {}", sign(*comparison), threshold(&atom.subject, *number))
        }
        Test::TextEquals(text) => format!("{name} == \"{text}\""),
        Test::TextIn(list) if list.len() > 8 => format!("{name} in a list of {}", list.len()),
        Test::TextIn(list) => format!("{name} in [\"{}\"]", list.join("\", \"")),
        Test::StartsWith(text) => format!("{name}.startsWith(\"{text}\")"),
        Test::EndsWith(text) => format!("{name}.endsWith(\"{text}\")"),
        Test::Contains(text) => format!("{name}.contains(\"{text}\")"),
    }
}

/// A number that an attribute is compared with.
fn threshold(of: &AttributeRef, number: f64) -> String {
    if is_duration(of) { decimal::duration(number) } else { decimal::shortest(number) }
}

fn is_duration(of: &AttributeRef) -> bool {
    of.attribute.spec().kind == Kind::Duration
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Equal => "==",
    }
}

/// The value of an attribute as it stands, or why it is unknown.
pub fn value(of: &AttributeRef, value: &Value) -> String {
    match value {
        Value::Unknown(Why::Absent) => "unknown".to_string(),
        Value::Unknown(Why::NoConsent) => "unknown without consent".to_string(),
        Value::Bool(holds) => holds.to_string(),
        Value::Number(number) if is_duration(of) => decimal::duration(*number),
        Value::Number(number) => {
            let text = decimal::fixed(*number, 2);
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        }
        Value::Text(text) => format!("\"{text}\""),
    }
}

/// One atom with the value it met.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The condition.
    pub atom: String,
    /// The value of its attribute.
    pub value: String,
    /// The verdict.
    pub verdict: Truth,
}

/// What each atom of a campaign's condition found.
pub fn findings(loaded: &Loaded, campaign: &Campaign, evaluation: &mut Evaluation) -> Vec<Finding> {
    let indices = atoms_of(loaded, &campaign.eligible).into_iter();
    indices
        .filter_map(|index| {
            let asked = loaded.atoms.get(index as usize)?.as_ref()?;
            let met = evaluation.facts.value(&asked.subject);
            Some(Finding { atom: atom(asked), value: value(&asked.subject, &met), verdict: evaluation.atom(index) })
        })
        .collect()
}

/// Why a slot holds what it holds, in one sentence.
pub fn sentence(reason: Reason, findings: &[Finding]) -> String {
    let mut text = reason.sentence().to_string();
    for (index, finding) in findings.iter().take(6).enumerate() {
        text.push_str(if index == 0 { ": " } else { "; " });
        text.push_str(&finding.atom);
        text.push_str(" (");
        text.push_str(&finding.value);
        text.push(')');
    }
    text
}
