//! Conditions: CEL text to programs over atoms, and attribute paths for placeholders.

mod atoms;
mod closed;
mod compare;
mod constant;
mod contradiction;
mod functions;
mod item;
mod lists;
mod lower;
mod parse;
mod pattern;
mod resolve;
mod time;

pub(crate) use atoms::{Atoms, renumber};
pub(crate) use constant::span_s;
pub(crate) use contradiction::Conjunction;
pub(crate) use item::{Categories, item_tests};
pub(crate) use lists::NamedList;

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::artifacts::catalog::FieldPart;
use attune_core::attribute::{Argument, Attribute, Kind};
use attune_core::bundle::{Aliases, AttributeRef, Literal, Program};
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
    /// IANA name of the site's time zone.
    pub(crate) timezone: &'a str,
    /// Traits with the values they may have; none for any text.
    pub(crate) traits: Vec<(&'a str, Vec<&'a str>)>,
    /// Signals, each with its values if it is a text.
    pub(crate) signals: Vec<(&'a str, Option<Vec<&'a str>>)>,
    /// Named lists.
    pub(crate) lists: &'a [NamedList],
    /// Extra and private fields of the catalogue, where there is one.
    pub(crate) fields: Option<&'a [FieldPart]>,
    /// Categories of the catalogue, sorted, where any are known.
    pub(crate) categories: Option<Vec<&'a str>>,
    /// Categories by other names.
    pub(crate) aliases: &'a Aliases,
}

/// Compiles conditions into one shared set of atoms.
pub(crate) struct Compiler<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) atoms: Atoms,
    pub(crate) large: lists::Large,
    /// Query parameters that anything reads.
    pub(crate) query_keys: BTreeSet<String>,
    /// Keys of categories that anything asks.
    pub(crate) categories: BTreeSet<String>,
    /// What is being compiled stands in the card of a recommended product.
    pub(crate) in_card: bool,
}

/// An attribute as it was written, with what stands in for unknown and what is made of its value.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) reference: AttributeRef,
    pub(crate) default: Option<Literal>,
    pub(crate) step: Step,
}

/// What is made of a value before it is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Nothing.
    None,
    /// A text in lower case.
    Lowered,
    /// A text read as a semantic version.
    Version,
    /// A number times a factor, plus an offset.
    Linear(f64, f64),
    /// What is left of a whole number after division by this.
    Remainder(u32),
    /// How many characters a text has.
    Length,
}

impl Subject {
    pub(crate) fn of(attribute: Attribute, argument: Option<String>) -> Self {
        Self { reference: AttributeRef { attribute, argument }, default: None, step: Step::None }
    }

    /// Its name, without an argument in brackets.
    pub(crate) fn name(&self) -> String {
        let spec = self.reference.attribute.spec();
        let name = match (&self.reference.argument, spec.argument) {
            (Some(key), Argument::Key) => format!("{}.{key}", spec.name),
            _ => spec.name.to_owned(),
        };
        match self.step {
            Step::Remainder(divisor) => format!("{name} % {divisor}"),
            Step::Length => format!("size({name})"),
            _ => name,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.step {
            Step::Remainder(_) | Step::Length => Kind::Number,
            _ => self.reference.attribute.spec().kind,
        }
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
    /// Seconds since 1970-01-01.
    Time(f64),
    /// A semantic version.
    Version(String),
}

impl Constant {
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Span(_) => "a length of time",
            Self::Time(_) => "a moment",
            Self::Version(_) => "a version",
        }
    }
}

/// What an expression is.
#[derive(Clone)]
enum Meaning {
    Condition(Program),
    Constant(Constant),
    Subject(Subject),
    /// One of two values, by a condition.
    Choice(Program, Box<Self>, Box<Self>),
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
        Self {
            scope,
            categories: BTreeSet::new(),
            atoms: Atoms::default(),
            large: lists::Large::default(),
            query_keys: BTreeSet::new(),
            in_card: false,
        }
    }

    /// Compiles one condition; `None` when it has problems, which are reported.
    pub(crate) fn condition(&mut self, text: Text<'_>, sink: &mut Sink<'_>) -> Option<Program> {
        let tree = parse::parse(text, 0..text.decoded.len(), sink)?;
        let root = tree.root.clone();
        let mut work = Work { text, base: 0, tree, compiler: self, sink };
        let before = work.sink.count();
        let program = work.truth(&root)?;
        if work.sink.count() == before {
            work.contradictions(&root);
        }
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
            Meaning::Subject(subject) if subject.default.is_none() && subject.step == Step::None => {
                Some(subject.reference)
            }
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
