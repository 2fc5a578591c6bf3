//! One expression while it is compiled.

use super::compiler::Compiler;
use super::constant::Constant;
use super::parse::Tree;
use super::subject::{Step, Subject};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::bundle::{Atom, Op, Program, Test, TextTest};
use cel::common::ast::IdedExpr;

/// What an expression is.
#[derive(Clone)]
pub(super) enum Meaning {
    Condition(Program),
    Constant(Constant),
    Subject(Subject),
    /// One of two values, by a condition.
    Choice(Program, Box<Self>, Box<Self>),
    /// Reported already.
    Bad,
}

/// One expression while it is being compiled.
pub(super) struct Lowering<'w, 'a, 's> {
    pub(super) text: Text<'w>,
    /// Where the expression begins in `text`.
    pub(super) base: usize,
    pub(super) tree: Tree,
    pub(super) compiler: &'w mut Compiler<'a>,
    pub(super) sink: &'w mut Sink<'s>,
}

impl Lowering<'_, '_, '_> {
    pub(super) fn place(&self, expr: &IdedExpr) -> Place {
        let range = self.tree.range(expr);
        self.text.at(self.sink.files(), range.start + self.base..range.end + self.base)
    }

    pub(super) fn report(&mut self, code: Code, expr: &IdedExpr, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(expr);
        self.sink.report(code, place, message, help);
    }

    /// Reports CEL that has no meaning in a condition.
    pub(super) fn refused(&mut self, expr: &IdedExpr, message: impl Into<String>, help: impl Into<String>) -> Meaning {
        self.report(Code::CelNotYet, expr, message, help);
        Meaning::Bad
    }

    /// Reports a function that is called in the wrong way.
    pub(super) fn wrong_call(&mut self, expr: &IdedExpr, message: &str, help: &str) -> Meaning {
        self.report(Code::BadArgument, expr, message, help);
        Meaning::Bad
    }

    pub(super) fn atom(&mut self, subject: &Subject, test: Test) -> Op {
        let test = match (subject.step, test) {
            (Step::Lowered, test) => lowered(test),
            (Step::Remainder(divisor), Test::Number(comparison, than)) => Test::Remainder(divisor, comparison, than),
            (Step::Length, Test::Number(comparison, than)) => Test::Length(comparison, than),
            (_, test) => test,
        };
        Op::Atom(self.compiler.atoms.number(Atom {
            subject: subject.reference.clone(),
            default: subject.default.clone(),
            test,
        }))
    }
}

/// The test for a value in lower case. Tests that are not of text stay as they are.
fn lowered(of: Test) -> Test {
    Test::Lowered(match of {
        Test::TextEquals(word) => TextTest::Equals(word),
        Test::TextIn(list) => TextTest::In(list),
        Test::TextInList(list) => TextTest::InList(list),
        Test::StartsWith(word) => TextTest::StartsWith(word),
        Test::EndsWith(word) => TextTest::EndsWith(word),
        Test::Contains(word) => TextTest::Contains(word),
        Test::Matches(pattern) => TextTest::Matches(pattern),
        other => return other,
    })
}
