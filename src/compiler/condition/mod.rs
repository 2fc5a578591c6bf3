//! Conditions: CEL text to programs over atoms, and attribute paths for placeholders.

mod arithmetic;
mod atoms;
mod closed;
mod compare;
mod compiler;
mod constant;
mod contradiction;
mod default;
mod expression;
mod fit;
mod functions;
mod item;
mod lists;
mod lowering;
mod membership;
mod parse;
mod pattern;
mod program;
mod resolve;
mod scope;
mod subject;
mod text;
mod time;
mod version;

pub(crate) use atoms::renumber;
pub(crate) use compiler::Compiler;
pub(crate) use contradiction::Conjunction;
pub(crate) use item::{Categories, item_tests};
pub(crate) use lists::NamedList;
pub(crate) use scope::Scope;

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::{AttributeRef, Program};
use lowering::{Lowering, Meaning};
use std::ops::Range;
use subject::Step;

impl Compiler<'_> {
    /// Compiles one condition; `None` when it has problems, which are reported.
    pub(crate) fn condition(&mut self, text: Text<'_>, sink: &mut Sink<'_>) -> Option<Program> {
        let tree = parse::parse(text, 0..text.decoded.len(), sink)?;
        let root = tree.root.clone();
        let mut lowering = Lowering { text, base: 0, tree, compiler: self, sink };
        let before = lowering.sink.count();
        let program = lowering.truth(&root)?;
        if lowering.sink.count() == before {
            lowering.contradictions(&root);
        }
        lowering.within_limits(&program).then_some(program)
    }

    /// The attribute that a part of a text names, for placeholders.
    pub(crate) fn attribute(
        &mut self,
        text: Text<'_>,
        range: Range<usize>,
        sink: &mut Sink<'_>,
    ) -> Option<AttributeRef> {
        let base = range.start;
        let tree = parse::parse(text, range, sink)?;
        let root = tree.root.clone();
        let mut lowering = Lowering { text, base, tree, compiler: self, sink };
        match lowering.meaning(&root) {
            Meaning::Subject(subject) if subject.default.is_none() && subject.step == Step::None => {
                Some(subject.reference)
            }
            Meaning::Bad => None,
            _ => {
                lowering.report(
                    Code::PlaceholderSyntax,
                    &root,
                    "a placeholder names one attribute",
                    "write {{cart.items}}, with `| default: '...'` for when it is unknown",
                );
                None
            }
        }
    }
}
