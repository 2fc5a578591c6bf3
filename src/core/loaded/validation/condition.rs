//! Atoms, programs and segments.

use super::exists;
use crate::bundle::{Atom, Literal, Op, Program, Segment, Test, TextTest};
use crate::limits;
use crate::loaded::Loaded;
use crate::segment::Version;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::loaded) fn atom(loaded: &Loaded, atom: &Atom) -> Result<(), &'static str> {
    let long = |text: &String| text.len() > limits::TEXT_BYTES_MAX;
    if atom.subject.argument.as_ref().is_some_and(|argument| argument.len() > limits::KEY_BYTES_MAX) {
        return Err("its argument is too long");
    }
    if texts(&atom.test).iter().any(long) {
        return Err("its text is too long");
    }
    match &atom.default {
        Some(Literal::Number(number)) if !number.is_finite() => return Err("its default is not a finite number"),
        Some(Literal::Text(text)) if long(text) => return Err("its text is too long"),
        _ => {}
    }
    match &atom.test {
        Test::Number(_, number) if !number.is_finite() => Err("its number is not finite"),
        Test::Versus(_, _, factor, offset) if !factor.is_finite() || !offset.is_finite() => {
            Err("its number is not finite")
        }
        Test::Remainder(_, _, number) | Test::Length(_, number) if !number.is_finite() => {
            Err("its number is not finite")
        }
        Test::Remainder(0, ..) => Err("it divides by 0"),
        Test::Near(near) if !near.is_valid() => Err("its circle is not on the globe"),
        Test::Version(_, version) if Version::parse(version).is_none() => Err("its version cannot be read"),
        Test::TextIn(list) | Test::Lowered(TextTest::In(list)) => check_list(list),
        Test::TextInList(list) | Test::Lowered(TextTest::InList(list)) => {
            referred(&loaded.conditions.matchers.lists, *list, "it asks a list that is missing or disabled")
        }
        Test::Matches(pattern) | Test::Lowered(TextTest::Matches(pattern)) => referred(
            &loaded.conditions.matchers.patterns,
            *pattern,
            "it asks a regular expression that is missing or disabled",
        ),
        _ => Ok(()),
    }
}

/// The texts that a test has in itself.
fn texts(test: &Test) -> &[String] {
    match test {
        Test::TextEquals(one)
        | Test::StartsWith(one)
        | Test::EndsWith(one)
        | Test::Contains(one)
        | Test::Version(_, one)
        | Test::Lowered(
            TextTest::Equals(one) | TextTest::StartsWith(one) | TextTest::EndsWith(one) | TextTest::Contains(one),
        ) => core::slice::from_ref(one),
        Test::TextIn(list) | Test::Lowered(TextTest::In(list)) => list,
        _ => &[],
    }
}

fn check_list(list: &[String]) -> Result<(), &'static str> {
    if list.len() > limits::LIST_MAX {
        return Err("its list is too long");
    }
    if list.is_sorted() { Ok(()) } else { Err("its list is not sorted") }
}

fn referred<T>(list: &[Option<T>], index: u32, otherwise: &'static str) -> Result<(), &'static str> {
    if exists(list, index as usize) { Ok(()) } else { Err(otherwise) }
}

/// A program is valid when every reference exists and the stack ends with exactly one value.
pub(in crate::loaded) fn program(loaded: &Loaded, segments: usize, condition: &Program) -> Result<(), &'static str> {
    if condition.len() > limits::PROGRAM_OPS_MAX {
        return Err("its condition is too long");
    }
    let mut depth = 0_usize;
    for op in condition {
        let (needs, leaves) = match op {
            Op::Atom(index) => match loaded.conditions.atoms.get(*index as usize) {
                Some(Some(_)) => (0, 1),
                _ => return Err("it uses an atom that is missing or disabled"),
            },
            Op::Segment(index) => match loaded.segments.get(*index as usize) {
                Some(Some(_)) if (*index as usize) < segments => (0, 1),
                _ => return Err("it uses a segment that is missing, disabled or later"),
            },
            Op::Const(_) => (0, 1),
            Op::Not => (1, 1),
            Op::And | Op::Or => (2, 1),
            Op::Choose => (3, 1),
        };
        depth = depth.checked_sub(needs).ok_or("its condition takes more values than it has")? + leaves;
        if depth > limits::PROGRAM_DEPTH_MAX {
            return Err("its condition is too deep");
        }
    }
    if depth != usize::from(!condition.is_empty()) {
        return Err("its condition does not end with one value");
    }
    Ok(())
}

/// The segment of an index, whose depth [`segment_depths`] has found.
pub(in crate::loaded) fn segment(
    loaded: &Loaded,
    index: usize,
    segment: &Segment,
    depth: Option<usize>,
) -> Result<(), &'static str> {
    if depth.is_none_or(|depth| depth > limits::SEGMENT_DEPTH_MAX) {
        return Err("its segments refer to each other too deeply");
    }
    program(loaded, index, &segment.when)
}

/// 1 for a segment that uses no other, else one more than the deepest that it uses.
#[inline(never)]
pub(in crate::loaded) fn segment_depths(segments: &[Option<Segment>]) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(segments.len());
    for segment in segments {
        let used = segment.iter().flat_map(|segment| &segment.when).filter_map(|op| match op {
            Op::Segment(index) => depths.get(*index as usize).copied(),
            _ => None,
        });
        let depth = used.max().unwrap_or(0) + 1;
        depths.push(depth);
    }
    depths
}
