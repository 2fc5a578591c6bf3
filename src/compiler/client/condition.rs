//! What keeps a condition on the server.

use super::private::Private;
use super::why::{Secret, Why};
use attune_core::attribute::{Attribute, Trust};
use attune_core::bundle::{Atom, AttributeRef, Bundle, Op, Program, RuleTrust, Test, TextTest};
use attune_core::explain;

/// The secrets that conditions ask, found once for all segments.
pub(super) struct Conditions<'b> {
    bundle: &'b Bundle,
    private: &'b Private,
    /// What each segment asks, itself or through others.
    segments: Vec<Option<Secret>>,
}

impl<'b> Conditions<'b> {
    pub(super) fn of(bundle: &'b Bundle, private: &'b Private) -> Self {
        let mut conditions = Self { bundle, private, segments: Vec::with_capacity(bundle.segments.len()) };
        // A segment refers only to earlier ones.
        for segment in &bundle.segments {
            let own = private.segments.contains(&segment.key).then(|| Secret::Segment(segment.key.clone()));
            let secret = own.or_else(|| conditions.secret(&segment.when).map(|(secret, _)| secret));
            conditions.segments.push(secret);
        }
        conditions
    }

    /// What keeps the campaign of a condition on the server.
    pub(super) fn why(&self, program: &Program) -> Option<Why> {
        let (secret, segment) = self.secret(program)?;
        // A private segment says enough about itself.
        let segment = segment.filter(|key| secret != Secret::Segment(key.clone()));
        Some(Why::Condition { secret, segment })
    }

    /// The first secret of a program, and the segment that it is found through.
    fn secret(&self, program: &Program) -> Option<(Secret, Option<String>)> {
        program.iter().find_map(|op| match op {
            Op::Atom(atom) => Some((self.secret_of(self.bundle.atoms.get(*atom as usize)?)?, None)),
            Op::Segment(index) => {
                let secret = self.segments.get(*index as usize)?.clone()?;
                Some((secret, self.bundle.segments.get(*index as usize).map(|segment| segment.key.clone())))
            }
            Op::Const(_) | Op::Not | Op::And | Op::Or | Op::Choose => None,
        })
    }

    fn secret_of(&self, atom: &Atom) -> Option<Secret> {
        let attribute = |of: &AttributeRef| attribute(self.bundle, self.private, of);
        attribute(&atom.subject).or_else(|| match &atom.test {
            Test::Versus(_, other, ..) | Test::SameText(other) => attribute(other),
            Test::TextInList(list) | Test::Lowered(TextTest::InList(list)) => {
                self.private.lists.get(list).cloned().map(Secret::List)
            }
            Test::Known
            | Test::IsTrue
            | Test::Number(..)
            | Test::TextEquals(_)
            | Test::TextIn(_)
            | Test::StartsWith(_)
            | Test::EndsWith(_)
            | Test::Contains(_)
            | Test::Matches(_)
            | Test::Lowered(_)
            | Test::Version(..)
            | Test::Near(_)
            | Test::Remainder(..)
            | Test::Length(..) => None,
        })
    }
}

/// What keeps an attribute on the server. Attributes of a recommended product are judged where its card is.
pub(super) fn attribute(bundle: &Bundle, private: &Private, of: &AttributeRef) -> Option<Secret> {
    let name = || explain::subject(of);
    let argument = of.argument.as_deref().unwrap_or_default();
    if matches!(of.attribute, Attribute::ProductExtra | Attribute::ItemExtra) && private.fields.contains(argument) {
        return Some(Secret::Field(argument.to_owned()));
    }
    match of.attribute {
        Attribute::Trait => {
            let rule = bundle.site.rules.traits.iter().find(|rule| rule.key == argument);
            let is_browsers = rule.is_some_and(|rule| rule.trust == RuleTrust::Browser);
            (!is_browsers).then(|| Secret::Trait(name()))
        }
        of_product if of_product.is_of_product() || of_product.is_of_item() => Some(Secret::Product(name())),
        other => (other.spec().trust == Trust::Server).then(|| Secret::Attribute(name())),
    }
}
