//! `[segments]`, in an order where each refers only to earlier ones.

use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::syntax::{Entry, Table};
use attune_core::bundle::{Op, Program, Segment};
use attune_core::limits;

/// The segments, and the final number of each authored one.
pub(super) fn segments(root: &Table, compiler: &mut Compiler<'_>, sink: &mut Sink<'_>) -> (Vec<Segment>, Vec<u32>) {
    let entries = root.entries_of("segments");
    let programs: Vec<Program> = entries
        .iter()
        .map(|entry| {
            entry
                .node
                .table()
                .and_then(|table| table.text("when"))
                .and_then(|text| compiler.condition(text, sink))
                .unwrap_or_default()
        })
        .collect();
    let order = sort(entries, &programs, sink);
    check_depths(entries, &programs, &order, sink);
    let mut numbers = vec![0; entries.len()];
    for (new, old) in (0_u32..).zip(&order) {
        if let Some(number) = numbers.get_mut(*old) {
            *number = new;
        }
    }
    let segments = order
        .iter()
        .filter_map(|old| Some((entries.get(*old)?, programs.get(*old)?)))
        .map(|(entry, when)| Segment {
            key: entry.key.clone(),
            name: entry
                .node
                .table()
                .and_then(|table| table.text("name"))
                .map_or_else(|| entry.key.clone(), |name| name.decoded.to_owned()),
            when: when.clone(),
        })
        .collect();
    (segments, numbers)
}

/// Reports segments that refer to others deeper than the limit. In `order`, each comes after those it refers to.
fn check_depths(entries: &[Entry], programs: &[Program], order: &[usize], sink: &mut Sink<'_>) {
    let mut depths = vec![0_usize; entries.len()];
    for index in order {
        let (Some(program), Some(entry)) = (programs.get(*index), entries.get(*index)) else { continue };
        let depth = 1 + references(program).filter_map(|used| depths.get(used).copied()).max().unwrap_or(0);
        if depth == limits::SEGMENT_DEPTH_MAX + 1 {
            sink.report(
                Code::OverLimit,
                entry.key_place,
                format!("segment `{}` refers to others {depth} deep", entry.key),
                format!("at most {} are possible", limits::SEGMENT_DEPTH_MAX),
            );
        }
        if let Some(own) = depths.get_mut(*index) {
            *own = depth;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

fn references(program: &Program) -> impl Iterator<Item = usize> + '_ {
    program.iter().filter_map(|op| match op {
        Op::Segment(index) => usize::try_from(*index).ok(),
        _ => None,
    })
}

/// Depth-first, in the order of the files, with a stack of its own: chains may be as long as the list.
fn sort(entries: &[Entry], programs: &[Program], sink: &mut Sink<'_>) -> Vec<usize> {
    let mut marks = vec![Mark::New; entries.len()];
    let mut order = Vec::with_capacity(entries.len());
    for start in 0..entries.len() {
        if marks.get(start) != Some(&Mark::New) {
            continue;
        }
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        enter(start, programs, &mut marks, &mut path);
        while let Some((index, pending)) = path.last_mut() {
            let Some(next) = pending.pop() else {
                if let Some(mark) = marks.get_mut(*index) {
                    *mark = Mark::Done;
                }
                order.push(*index);
                path.pop();
                continue;
            };
            match marks.get(next) {
                Some(Mark::New) => enter(next, programs, &mut marks, &mut path),
                Some(Mark::Open) => {
                    let members: Vec<usize> = path.iter().map(|(index, _)| *index).collect();
                    report_cycle(entries, &members, next, sink);
                }
                _ => {}
            }
        }
    }
    order
}

fn enter(index: usize, programs: &[Program], marks: &mut [Mark], path: &mut Vec<(usize, Vec<usize>)>) {
    if let Some(mark) = marks.get_mut(index) {
        *mark = Mark::Open;
    }
    let mut pending: Vec<usize> = programs.get(index).map_or_else(Vec::new, |p| references(p).collect());
    pending.reverse();
    path.push((index, pending));
}

fn report_cycle(entries: &[Entry], path: &[usize], back_to: usize, sink: &mut Sink<'_>) {
    let from = path.iter().position(|index| *index == back_to).unwrap_or(0);
    let mut names: Vec<&str> = path
        .iter()
        .skip(from)
        .chain([&back_to])
        .filter_map(|index| entries.get(*index))
        .map(|entry| entry.key.as_str())
        .collect();
    let Some(entry) = entries.get(back_to) else {
        return;
    };
    names.dedup();
    let message = if names.len() == 1 {
        format!("segment `{}` refers to itself", entry.key)
    } else {
        format!("segments refer to each other in a circle: {}", names.join(" -> "))
    };
    sink.report(Code::SegmentCycle, entry.key_place, message, "take one of the in_segment(...) out of the circle");
}
