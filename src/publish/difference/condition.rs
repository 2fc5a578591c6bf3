//! Conditions as text.

use attune_core::bundle::{Atom, Op, Program, Test, TextTest};
use attune_core::explain;
use attune_core::loaded::Loaded;

/// How strongly the outermost operator of a text binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Choose,
    Or,
    And,
    Not,
    Word,
}

/// A condition as an author would write it; empty for none.
pub(super) fn text(loaded: &Loaded, program: &Program) -> String {
    let mut stack: Vec<(String, Binding)> = Vec::new();
    for op in program {
        let made = match op {
            Op::Atom(index) => {
                let atom = usize::try_from(*index).ok().and_then(|index| loaded.conditions.atoms.get(index));
                (
                    atom.and_then(Option::as_ref).map_or_else(|| "?".to_owned(), |one| atom_text(loaded, one)),
                    Binding::Word,
                )
            }
            Op::Segment(index) => {
                let segment = usize::try_from(*index).ok().and_then(|index| loaded.segments.get(index));
                let key = segment.and_then(Option::as_ref).map_or("?", |segment| segment.key.as_str());
                (format!("in_segment(\"{key}\")"), Binding::Word)
            }
            Op::Const(value) => (value.to_string(), Binding::Word),
            Op::Not => (format!("!{}", within(stack.pop(), Binding::Not)), Binding::Not),
            Op::And => (pair(&mut stack, "&&", Binding::And), Binding::And),
            Op::Or => (pair(&mut stack, "||", Binding::Or), Binding::Or),
            Op::Choose => {
                let (no, yes, when) = (stack.pop(), stack.pop(), stack.pop());
                let part = |part| within(part, Binding::Or);
                (format!("{} ? {} : {}", part(when), part(yes), part(no)), Binding::Choose)
            }
        };
        stack.push(made);
    }
    stack.pop().map(|(text, _)| text).unwrap_or_default()
}

fn pair(stack: &mut Vec<(String, Binding)>, sign: &str, binding: Binding) -> String {
    let (right, left) = (stack.pop(), stack.pop());
    format!("{} {sign} {}", within(left, binding), within(right, binding))
}

fn within(part: Option<(String, Binding)>, needed: Binding) -> String {
    match part {
        Some((text, binding)) if binding < needed => format!("({text})"),
        Some((text, _)) => text,
        None => "?".to_owned(),
    }
}

/// An atom; lists and patterns by a number get what they hold, so that a change of it is seen.
fn atom_text(loaded: &Loaded, atom: &Atom) -> String {
    let text = explain::atom(atom);
    match &atom.test {
        Test::TextIn(list) if list.len() > 8 => format!("{text} ({})", digest(&list.join("\n"))),
        Test::TextInList(number) | Test::Lowered(TextTest::InList(number)) => {
            let list = usize::try_from(*number).ok().and_then(|number| loaded.conditions.matchers.lists.get(number));
            let held = list
                .and_then(Option::as_ref)
                .map(|list| format!("{} entries, {}", list.len(), digest_of(list.bytes())));
            format!("{text} ({})", held.unwrap_or_default())
        }
        Test::Matches(number) | Test::Lowered(TextTest::Matches(number)) => {
            let pattern =
                usize::try_from(*number).ok().and_then(|number| loaded.conditions.matchers.patterns.get(number));
            let held = pattern.and_then(Option::as_ref).map(|pattern| digest(&format!("{pattern:?}")));
            format!("{text} ({})", held.unwrap_or_default())
        }
        // A circle has no words of its own: its numbers stand for it.
        Test::Near(near) => format!("{text} ({})", digest(&format!("{near:?}"))),
        _ => text,
    }
}

fn digest(text: &str) -> String {
    digest_of(text.as_bytes())
}

fn digest_of(bytes: &[u8]) -> String {
    crate::publication::id_of(bytes).chars().take(8).collect()
}
