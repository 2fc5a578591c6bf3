//! Semantic versions: `version(page.query["app"]) >= version("2.10.0")`.

use super::compare::comparison;
use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::{Step, Subject};
use crate::codes::Code;
use attune_core::attribute::Kind;
use attune_core::bundle::{Op, Test};
use attune_core::segment::Version;
use cel::common::ast::IdedExpr;

impl Lowering<'_, '_, '_> {
    /// `version("2.10.0")`, or a text attribute read as one.
    pub(super) fn version(&mut self, expr: &IdedExpr, argument: &IdedExpr) -> Meaning {
        let found = match self.meaning(argument) {
            Meaning::Constant(Constant::Text(text)) => version(&text).map(Meaning::Constant),
            Meaning::Subject(subject) if subject.kind() == Kind::Text && subject.step == Step::None => {
                Some(Meaning::Subject(Subject { step: Step::Version, ..subject }))
            }
            Meaning::Bad => return Meaning::Bad,
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.report(
                Code::BadConstant,
                expr,
                "the version cannot be read",
                "write numbers with dots, as semver.org has it: version(\"2.10.0\"), version(\"3.0.0-beta.1\")",
            );
            Meaning::Bad
        })
    }

    pub(super) fn compare_versions(
        &mut self,
        subject: &Subject,
        operator: &str,
        constant: &Constant,
        at: &IdedExpr,
    ) -> Meaning {
        let (Step::Version, Constant::Version(version)) = (subject.step, constant) else {
            self.report(
                Code::TypeMismatch,
                at,
                "a version is compared with what is none",
                format!("write version({}) >= version(\"2.10.0\")", subject.name()),
            );
            return Meaning::Bad;
        };
        let mut program = vec![self.atom(subject, Test::Version(comparison(operator), version.clone()))];
        if operator == "_!=_" {
            program.push(Op::Not);
        }
        Meaning::Condition(program)
    }
}

/// A version that can be read, as a constant.
pub(super) fn version(text: &str) -> Option<Constant> {
    Version::parse(text).map(|_| Constant::Version(text.to_owned()))
}
