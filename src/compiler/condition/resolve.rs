//! Names in expressions: attributes, with their arguments.

use super::constant::Constant;
use super::lowering::{Lowering, Meaning};
use super::subject::Subject;
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{ATTRIBUTES, Argument, Attribute, Kind, Spec};
use attune_core::limits;
use cel::common::ast::{Expr, IdedExpr};

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
        Argument::Field => "colour",
        Argument::Key => return format!("{}.NAME", spec.name),
        Argument::Circle => return "geo.near(51.51, -0.13, 30)".to_owned(),
    };
    if spec.kind == Kind::Bool {
        format!("{}(\"{example}\")", spec.name)
    } else {
        format!("{}[\"{example}\"]", spec.name)
    }
}

impl Lowering<'_, '_, '_> {
    /// A name without brackets.
    pub(super) fn name(&mut self, expr: &IdedExpr) -> Meaning {
        match path(expr) {
            Some(name) => self.named(expr, &name),
            None => self.computed(expr),
        }
    }

    /// An attribute by its full name.
    pub(super) fn named(&mut self, expr: &IdedExpr, name: &str) -> Meaning {
        for (prefix, attribute) in [("traits.", Attribute::Trait), ("signal.", Attribute::Signal)] {
            if let Some(key) = name.strip_prefix(prefix) {
                return self.of_the_site(expr, attribute, key);
            }
        }
        match Attribute::named(name) {
            Some(spec) if self.is_item_outside(expr, spec) || self.is_without_catalog(expr, spec, None) => Meaning::Bad,
            Some(spec) if spec.argument == Argument::None => Meaning::Subject(Subject::of(spec.attribute, None)),
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
                self.unknown(expr, name);
                Meaning::Bad
            }
        }
    }

    /// A trait or a signal, which the site names itself.
    fn of_the_site(&mut self, expr: &IdedExpr, attribute: Attribute, key: &str) -> Meaning {
        let scope = &self.compiler.scope;
        let known: Vec<&str> = match attribute {
            Attribute::Trait => scope.traits.iter().map(|(key, _)| *key).collect(),
            _ => scope.signals.iter().map(|(key, _)| *key).collect(),
        };
        let is_text = |(known, values): &(&str, Option<_>)| *known == key && values.is_some();
        let attribute = match attribute {
            Attribute::Signal if scope.signals.iter().any(is_text) => Attribute::SignalTop,
            other => other,
        };
        if known.contains(&key) {
            return Meaning::Subject(Subject::of(attribute, Some(key.to_owned())));
        }
        let (what, section) = if attribute == Attribute::Trait { ("trait", "traits") } else { ("signal", "signals") };
        let help = suggest::help(key, known, &format!("define it under [{section}]"));
        self.report(Code::UnknownAttribute, expr, format!("there is no {what} `{key}`"), help);
        Meaning::Bad
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
        if self.is_item_outside(expr, spec) {
            return Meaning::Bad;
        }
        if spec.argument == Argument::Key
            && let [argument] = arguments
            && let Meaning::Constant(Constant::Text(key)) = self.meaning(argument)
        {
            return self.of_the_site(expr, spec.attribute, &key);
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
            let message = match spec.argument {
                Argument::None => format!("`{name}` takes nothing in brackets"),
                _ => format!("`{name}` is not written like this"),
            };
            self.report(Code::BadArgument, expr, message, format!("write {}", written(spec)));
            return Meaning::Bad;
        };
        let text = if spec.argument == Argument::Category { self.category(&text) } else { text };
        let bytes_max = match spec.argument {
            Argument::Category => limits::CATEGORY_BYTES_MAX,
            Argument::Sku => limits::SKU_BYTES_MAX,
            _ => limits::KEY_BYTES_MAX,
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
        if self.is_without_catalog(expr, spec, Some(&text)) {
            return Meaning::Bad;
        }
        if spec.argument == Argument::QueryKey {
            self.compiler.query_keys.insert(text.clone());
        }
        if spec.argument == Argument::Category
            && let Some(known) = self.compiler.scope.categories.as_ref().filter(|known| !known.contains(&text.as_str()))
        {
            let help = suggest::help(&text, known.iter().copied(), "add it to the catalogue first");
            self.report(Code::UnknownCategory, expr, format!("the catalogue has no category \"{text}\""), help);
        }
        Meaning::Subject(Subject::of(spec.attribute, Some(text)))
    }

    /// The key of a category, by whatever name it is written.
    pub(super) fn category(&mut self, name: &str) -> String {
        let key = self.compiler.scope.aliases.category(name).into_owned();
        self.compiler.categories.insert(key.clone());
        key
    }

    /// Reports an attribute that is only known in a card.
    fn is_item_outside(&mut self, expr: &IdedExpr, spec: &Spec) -> bool {
        let outside = spec.attribute.is_of_item() && !self.compiler.in_card;
        if outside {
            self.report(
                Code::ItemOutside,
                expr,
                format!("`{}` is only known in the card of a recommended product", spec.name),
                "write it between {{#items}} and {{/items}} of a card's file",
            );
        }
        outside
    }

    /// Reports an attribute of products where there is no catalogue, and fields that are private or unknown.
    fn is_without_catalog(&mut self, expr: &IdedExpr, spec: &Spec, field: Option<&str>) -> bool {
        if !spec.attribute.is_of_product() {
            return false;
        }
        let Some(fields) = self.compiler.scope.fields else {
            self.report(
                Code::NoCatalog,
                expr,
                format!("there is no catalogue that could tell `{}`", spec.name),
                "add [catalog] with feed = \"catalog/products.tsv\"",
            );
            return true;
        };
        let public = || fields.iter().filter(|field| !field.private).map(|field| field.name.as_str());
        let Some(name) = field.filter(|name| !public().any(|known| known == *name)) else { return false };
        let help = if fields.iter().any(|field| field.name == name) {
            "private fields are for rules of recommendations only; list it in `extra` if anybody may see it".to_owned()
        } else {
            suggest::help(name, public().collect::<Vec<_>>(), "list it in [catalog] `extra`")
        };
        self.report(Code::PrivateField, expr, format!("a product has no field `{name}` that may be asked"), help);
        true
    }

    fn unknown(&mut self, expr: &IdedExpr, name: &str) {
        let parent = name
            .rsplit_once('.')
            .and_then(|(parent, last)| Some((Attribute::named(parent)?, last)))
            .filter(|(spec, _)| spec.argument != Argument::None);
        let all = || ATTRIBUTES.iter().map(|spec| spec.name);
        let below: Vec<&str> =
            all().filter(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))).collect();
        // The last part of the name sets the limit: `product.title` is not near `product.price` because of its group.
        let last = name.rsplit('.').next().unwrap_or(name);
        let is_near = |near: &&str| suggest::distance(name, near) <= (last.len() / 3).max(1);
        let help = if let Some((spec, last)) = parent {
            format!("write {}[\"{last}\"]", spec.name)
        } else if !below.is_empty() {
            format!("there are {}", suggest::quoted(&below))
        } else if let Some(near) = suggest::nearest(name, all()).filter(is_near) {
            match Attribute::named(near) {
                Some(spec) => format!("did you mean `{}`? {}", written(spec), spec.attribute.meaning()),
                None => format!("did you mean `{near}`?"),
            }
        } else {
            let group = name.split('.').next().unwrap_or(name);
            let same: Vec<&str> = all().filter(|known| known.split('.').next() == Some(group)).collect();
            if same.is_empty() {
                "attributes begin with visit, session, page, product, geo, device, time, cart, orders, interest, top_interest, views, viewed, lifecycle, traits, signal or language; text stands in quotes".to_owned()
            } else {
                format!("there are {}", suggest::quoted(&same))
            }
        };
        self.report(Code::UnknownAttribute, expr, format!("there is no attribute `{name}`"), help);
    }
}
