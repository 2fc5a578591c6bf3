//! Why a page looks as it does: the decision once more, in words and with everything it asked.
//!
//! There is one evaluator. The hot path watches it with `()`; whoever asks why watches with an [`Account`].

mod account;
mod condition;
mod describe;

pub use account::{Account, CapState, Draw, Passed, cap_state};
pub use condition::{Condition, What, condition};
pub use describe::{atom, subject, value};

use crate::bundle::Campaign;
use crate::decide::{Reason, atoms_of};
use crate::loaded::Loaded;
use crate::segment::{Evaluation, Truth, UnknownReason, Value};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// One atom with the value it met.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Index of the atom.
    pub index: u32,
    /// The condition.
    pub atom: String,
    /// The value of its attribute.
    pub value: String,
    /// The verdict.
    pub verdict: Truth,
    /// Why the value is unknown, where it is.
    pub unknown_reason: Option<UnknownReason>,
}

/// What one atom found; `None` for one that could not be used.
pub fn finding(loaded: &Loaded, index: u32, evaluation: &mut Evaluation) -> Option<Finding> {
    let atom = loaded.conditions.atoms.get(index as usize)?.as_ref()?;
    let met = evaluation.facts.value(&atom.subject);
    let unknown_reason = if let Value::Unknown(reason) = met { Some(reason) } else { None };
    Some(Finding {
        index,
        atom: describe::atom(atom),
        value: value(&atom.subject, &met),
        verdict: evaluation.atom(index),
        unknown_reason,
    })
}

/// What each atom of a campaign's condition found.
pub fn findings(loaded: &Loaded, campaign: &Campaign, evaluation: &mut Evaluation) -> Vec<Finding> {
    let indices = atoms_of(loaded, &campaign.eligible).into_iter();
    indices.filter_map(|index| finding(loaded, index, evaluation)).collect()
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
