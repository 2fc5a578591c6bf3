//! Conditions: CEL text to programs over atoms, and attribute paths for placeholders.

mod atoms;
mod closed;
mod compare;
mod constant;
mod functions;
mod lower;
mod parse;
mod resolve;

pub(crate) use atoms::{Atoms, renumber};
pub(crate) use constant::span_s;

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::attribute::Kind;
use attune_core::bundle::{AttributeRef, Literal, Program};
use cel::common::ast::IdedExpr;
use parse::Tree;
use std::collections::BTreeSet;
use std::ops::Range;

/// What conditions may refer to.
pub(crate) struct Scope<'a> {
    /// Segment keys; their position is the number in `Op::Segment`.
    pub(crate) segments: Vec<&'a str>,
    /// Page types.
    pub(crate) page_types: Vec<&'a str>,
    /// Locales of the site.
    pub(crate) locales: Vec<&'a str>,
}

/// Compiles conditions into one shared set of atoms.
pub(crate) struct Compiler<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) atoms: Atoms,
    /// Query parameters that anything reads.
    pub(crate) query_keys: BTreeSet<String>,
}

/// An attribute as it was written, with what stands in for unknown.
pub(crate) struct Subject {
    pub(crate) reference: AttributeRef,
    pub(crate) default: Option<Literal>,
}

impl Subject {
    pub(crate) fn name(&self) -> &'static str {
        self.reference.attribute.spec().name
    }

    pub(crate) fn kind(&self) -> Kind {
        self.reference.attribute.spec().kind
    }
}

/// A value that is known when compiling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    Number(f64),
    Text(String),
    /// Seconds.
    Span(f64),
}

impl Constant {
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Span(_) => "a length of time",
        }
    }
}

/// What an expression is.
enum Meaning {
    Condition(Program),
    Constant(Constant),
    Subject(Subject),
    /// Reported already.
    Bad,
}

/// One expression while it is being compiled.
struct Work<'w, 'a, 's> {
    text: Text<'w>,
    /// Where the expression begins in `text`.
    base: usize,
    tree: Tree,
    compiler: &'w mut Compiler<'a>,
    sink: &'w mut Sink<'s>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(scope: Scope<'a>) -> Self {
        Self { scope, atoms: Atoms::default(), query_keys: BTreeSet::new() }
    }

    /// Compiles one condition; `None` when it has problems, which are reported.
    pub(crate) fn condition(&mut self, text: Text<'_>, sink: &mut Sink<'_>) -> Option<Program> {
        let tree = parse::parse(text, 0..text.decoded.len(), sink)?;
        let root = tree.root.clone();
        let mut work = Work { text, base: 0, tree, compiler: self, sink };
        let program = work.truth(&root)?;
        work.within_limits(&program).then_some(program)
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
        let mut work = Work { text, base, tree, compiler: self, sink };
        match work.meaning(&root) {
            Meaning::Subject(subject) if subject.default.is_none() => Some(subject.reference),
            Meaning::Bad => None,
            _ => {
                work.report(
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

impl Work<'_, '_, '_> {
    fn place(&self, expr: &IdedExpr) -> Place {
        let range = self.tree.range(expr);
        self.text.at(self.sink.files(), range.start + self.base..range.end + self.base)
    }

    fn report(&mut self, code: Code, expr: &IdedExpr, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(expr);
        self.sink.report(code, place, message, help);
    }
}
