//! The condition of a signal on an item: `item.category in ["sale"] && item.price >= 20`.

use super::parse::{self, Tree};
use super::resolve::path;
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use crate::suggest;
use attune_core::bundle::{Aliases, Comparison, ItemTest};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

const FIELDS: &[&str] =
    &["item.category", "item.brand", "item.variant", "item.sku", "item.price", "item.quantity", "item.discount"];

/// The categories of the catalogue, if any are known, and their other names.
#[derive(Clone, Copy)]
pub(crate) struct Categories<'a> {
    pub(crate) known: Option<&'a [String]>,
    pub(crate) aliases: &'a Aliases,
}

/// The tests of a signal's condition; problems are reported. `categories` are those of the catalogue, if any are
/// known.
pub(crate) fn item_tests(text: Text<'_>, categories: Categories<'_>, sink: &mut Sink<'_>) -> Vec<ItemTest> {
    let Some(tree) = parse::parse(text, 0..text.decoded.len(), sink) else { return Vec::new() };
    let mut tests = Vec::new();
    let mut pending = vec![&tree.root];
    while let Some(expr) = pending.pop() {
        match &expr.expr {
            Expr::Call(call) if call.func_name == "_&&_" => pending.extend(call.args.iter().rev()),
            _ => match test(expr) {
                Ok(found) => {
                    let found = by_key(found, categories.aliases);
                    if let (ItemTest::Category(keys), Some(known)) = (&found, categories.known) {
                        for key in keys.iter().filter(|key| !known.contains(key)) {
                            let place = text.at(sink.files(), tree.range(expr));
                            let help =
                                suggest::help(key, known.iter().map(String::as_str), "add it to the catalogue first");
                            sink.report(
                                Code::UnknownCategory,
                                place,
                                format!("the catalogue has no category \"{key}\""),
                                help,
                            );
                        }
                    }
                    tests.push(found);
                }
                Err(problem) => problem.report(expr, &tree, text, sink),
            },
        }
    }
    tests
}

/// The test with the keys of its categories, by whatever name they are written.
fn by_key(test: ItemTest, aliases: &Aliases) -> ItemTest {
    let ItemTest::Category(names) = test else { return test };
    let mut keys: Vec<String> = names.iter().map(|name| aliases.category(name).into_owned()).collect();
    keys.sort_unstable();
    keys.dedup();
    ItemTest::Category(keys)
}

enum Problem {
    /// Not a field of an item.
    Unknown(String),
    /// Known for the product of a page, but not for the item of an event.
    OfPage(String),
    /// Not in the form of a test of an item.
    Form,
}

impl Problem {
    fn report(self, expr: &IdedExpr, tree: &Tree, text: Text<'_>, sink: &mut Sink<'_>) {
        let place = text.at(sink.files(), tree.range(expr));
        match self {
            Self::Unknown(name) => sink.report(
                Code::UnknownAttribute,
                place,
                format!("an item has no `{name}`"),
                suggest::help(&name, FIELDS.iter().copied(), "write item.category == \"lanterns\""),
            ),
            Self::OfPage(name) => sink.report(
                Code::UnknownAttribute,
                place,
                format!("`{name}` is not known of an event: where events are counted there is no catalogue"),
                "ask what the event says of its items: item.category, item.brand, item.variant, item.sku, item.price, item.quantity, item.discount; product.on_sale stands for item.discount > 0",
            ),
            Self::Form => sink.report(
                Code::TypeMismatch,
                place,
                "a signal compares fields of an item with constants, joined by &&",
                "write item.category in [\"lanterns\", \"candles\"], item.sku == \"22423\", item.price >= 20, item.discount > 0 or item.quantity > 1",
            ),
        }
    }
}

fn test(expr: &IdedExpr) -> Result<ItemTest, Problem> {
    // The event says by how much the price of its item is reduced.
    if path(expr).as_deref() == Some("product.on_sale") {
        return Ok(ItemTest::Discount(Comparison::Greater, 0));
    }
    let Expr::Call(CallExpr { func_name, args, .. }) = &expr.expr else {
        return Err(path(expr).map_or(Problem::Form, |name| named(&name)));
    };
    let [subject, constant] = args.as_slice() else { return Err(Problem::Form) };
    let name = path(subject).ok_or(Problem::Form)?;
    if !FIELDS.contains(&name.as_str()) {
        return Err(named(&name));
    }
    let comparison = match func_name.as_str() {
        "_<_" => Some(Comparison::Less),
        "_<=_" => Some(Comparison::LessOrEqual),
        "_>_" => Some(Comparison::Greater),
        "_>=_" => Some(Comparison::GreaterOrEqual),
        "_==_" => Some(Comparison::Equal),
        "@in" => None,
        _ => return Err(Problem::Form),
    };
    match (name.as_str(), comparison) {
        ("item.price", Some(comparison)) => Ok(ItemTest::Price(comparison, scaled(constant, 100.0)?)),
        ("item.discount", Some(comparison)) => Ok(ItemTest::Discount(comparison, scaled(constant, 100.0)?)),
        ("item.quantity", Some(comparison)) => Ok(ItemTest::Quantity(comparison, scaled(constant, 1.0)?)),
        ("item.category" | "item.brand" | "item.variant" | "item.sku", None | Some(Comparison::Equal)) => {
            let mut keys = texts(constant, comparison.is_none())?;
            keys.sort_unstable();
            keys.dedup();
            Ok(match name.as_str() {
                "item.sku" => ItemTest::Sku(keys),
                "item.brand" => ItemTest::Brand(keys),
                "item.variant" => ItemTest::Variant(keys),
                _ => ItemTest::Category(keys),
            })
        }
        _ => Err(Problem::Form),
    }
}

fn named(name: &str) -> Problem {
    if name.starts_with("product.") { Problem::OfPage(name.to_owned()) } else { Problem::Unknown(name.to_owned()) }
}

fn texts(expr: &IdedExpr, list: bool) -> Result<Vec<String>, Problem> {
    match &expr.expr {
        Expr::Literal(LiteralValue::String(text)) if !list => Ok(vec![text.inner().to_owned()]),
        Expr::List(elements) if list && !elements.elements.is_empty() => {
            let mut found = Vec::new();
            for element in &elements.elements {
                found.extend(texts(element, false)?);
            }
            Ok(found)
        }
        _ => Err(Problem::Form),
    }
}

/// A number of at least 0, in units of one over `scale`.
fn scaled(expr: &IdedExpr, scale: f64) -> Result<u32, Problem> {
    let number = match &expr.expr {
        #[expect(clippy::cast_precision_loss, reason = "prices and counts are far below 2^52")]
        Expr::Literal(LiteralValue::Int(n)) => *n.inner() as f64,
        Expr::Literal(LiteralValue::Double(n)) => *n.inner(),
        _ => return Err(Problem::Form),
    };
    let scaled = (number * scale).round();
    if !(0.0..=f64::from(u32::MAX)).contains(&scaled) {
        return Err(Problem::Form);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: 0 to u32::MAX")]
    let scaled = scaled as u32;
    Ok(scaled)
}
