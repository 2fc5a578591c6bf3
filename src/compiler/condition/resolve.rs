//! Names in expressions: attributes, with their arguments.

use super::{Constant, Meaning, Subject, Work};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{ATTRIBUTES, Argument, Attribute, Kind, Spec};
use attune_core::bundle::AttributeRef;
use attune_core::limits;
use cel::common::ast::{Expr, IdedExpr};

/// Names that the design has and this version does not.
const NOT_YET: &[(&str, &str)] = &[
    ("traits", "traits from the shop's own systems"),
    ("signal", "authored signals"),
    ("product", "the product of the current page"),
    ("geo.city", "the visitor's city"),
    ("geo.near", "distance from a place"),
    ("orders.last", "the lines of the last order"),
    ("lifecycle", "the visitor's lifecycle"),
];

/// `a.b.c` as text, if that is what the expression is.
pub(super) fn path(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

/// How an attribute is written.
fn written(spec: &Spec) -> String {
    let example = match spec.argument {
        Argument::None => return spec.name.to_owned(),
        Argument::Category => "lanterns",
        Argument::Sku => "22423",
        Argument::QueryKey => "utm_source",
    };
    if spec.kind == Kind::Bool {
        format!("{}(\"{example}\")", spec.name)
    } else {
        format!("{}[\"{example}\"]", spec.name)
    }
}

impl Work<'_, '_, '_> {
    /// A name without brackets.
    pub(super) fn name(&mut self, expr: &IdedExpr) -> Meaning {
        let Some(name) = path(expr) else {
            return self.not_yet(expr, "a field of a computed value");
        };
        match Attribute::named(&name) {
            Some(spec) if self.is_not_yet(expr, spec.name) => Meaning::Bad,
            Some(spec) if spec.argument == Argument::None => Meaning::Subject(Subject {
                reference: AttributeRef { attribute: spec.attribute, argument: None },
                default: None,
            }),
            Some(spec) => {
                self.report(
                    Code::BadArgument,
                    expr,
                    format!("`{name}` needs an argument"),
                    format!("write {}", written(spec)),
                );
                Meaning::Bad
            }
            None => {
                self.unknown(expr, &name);
                Meaning::Bad
            }
        }
    }

    /// An attribute with an argument, in the brackets it was written with.
    pub(super) fn with_argument(
        &mut self,
        expr: &IdedExpr,
        name: &str,
        arguments: &[IdedExpr],
        round: bool,
    ) -> Meaning {
        let Some(spec) = Attribute::named(name) else {
            self.unknown(expr, name);
            return Meaning::Bad;
        };
        if self.is_not_yet(expr, name) {
            return Meaning::Bad;
        }
        let right_form = spec.argument != Argument::None && round == (spec.kind == Kind::Bool);
        let text = match arguments {
            [argument] if right_form => match self.meaning(argument) {
                Meaning::Constant(Constant::Text(text)) => Some(text),
                Meaning::Bad => return Meaning::Bad,
                _ => None,
            },
            _ => None,
        };
        let Some(text) = text else {
            self.report(
                Code::BadArgument,
                expr,
                format!("`{name}` is not written like this"),
                format!("write {}", written(spec)),
            );
            return Meaning::Bad;
        };
        let bytes_max = match spec.argument {
            Argument::Category => limits::CATEGORY_BYTES_MAX,
            Argument::Sku => limits::SKU_BYTES_MAX,
            Argument::QueryKey | Argument::None => limits::KEY_BYTES_MAX,
        };
        if text.is_empty() || text.len() > bytes_max {
            self.report(
                Code::BadArgument,
                expr,
                format!("the argument of `{name}` has {} bytes", text.len()),
                format!("write a key of 1 to {bytes_max} bytes"),
            );
            return Meaning::Bad;
        }
        if spec.argument == Argument::QueryKey {
            self.compiler.query_keys.insert(text.clone());
        }
        Meaning::Subject(Subject {
            reference: AttributeRef { attribute: spec.attribute, argument: Some(text) },
            default: None,
        })
    }

    /// Reports names of the design that are not built.
    fn is_not_yet(&mut self, expr: &IdedExpr, name: &str) -> bool {
        let found = NOT_YET
            .iter()
            .find(|(prefix, _)| name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
        if let Some((_, what)) = found {
            self.report(
                Code::NotYet,
                expr,
                format!("`{name}` is not built yet: {what}"),
                "remove it; a later version will accept it",
            );
        }
        found.is_some()
    }

    fn unknown(&mut self, expr: &IdedExpr, name: &str) {
        if self.is_not_yet(expr, name) {
            return;
        }
        let parent = name
            .rsplit_once('.')
            .and_then(|(parent, last)| Some((Attribute::named(parent)?, last)))
            .filter(|(spec, _)| spec.argument != Argument::None);
        let help = if let Some((spec, last)) = parent {
            format!("write {}[\"{last}\"]", spec.name)
        } else if let Some(near) = suggest::nearest(name, ATTRIBUTES.iter().map(|spec| spec.name)) {
            match Attribute::named(near) {
                Some(spec) => format!("did you mean `{}`? {}", written(spec), spec.meaning),
                None => format!("did you mean `{near}`?"),
            }
        } else {
            let group = name.split('.').next().unwrap_or(name);
            let same: Vec<&str> = ATTRIBUTES
                .iter()
                .map(|spec| spec.name)
                .filter(|known| known.split('.').next() == Some(group))
                .collect();
            if same.is_empty() {
                "attributes begin with visit, session, page, geo, device, time, cart, orders, interest, top_interest, views, viewed or language; text stands in quotes".to_owned()
            } else {
                format!("there are {}", suggest::quoted(&same))
            }
        };
        self.report(Code::UnknownAttribute, expr, format!("there is no attribute `{name}`"), help);
    }
}
