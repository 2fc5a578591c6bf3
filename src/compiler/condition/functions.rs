//! The functions of conditions: known, `or_default`, `in_segment`, lengths of time, tests of text.

use super::constant::{Constant, duration_s, unit_s};
use super::lowering::{Lowering, Meaning};
use super::resolve::path;
use super::subject::{Step, Subject};
use crate::codes::Code;
use crate::suggest;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{Near, Op, Test};
use cel::common::ast::{CallExpr, IdedExpr};

const FUNCTIONS: &[&str] = &[
    "known",
    "or_default",
    "in_segment",
    "days",
    "hours",
    "minutes",
    "duration",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "lowerAscii",
    "list",
    "timestamp",
    "between",
    "version",
    "geo.near",
    "cart.has",
    "orders.has",
    "orders.last.has",
    "size",
    "viewed",
    "viewed_today",
];

/// What stands behind a text and a dot.
const METHODS: &[&str] = &["startsWith", "endsWith", "contains", "matches", "lowerAscii", "size"];

impl Lowering<'_, '_, '_> {
    /// A call of a function or a method.
    pub(super) fn function(&mut self, expr: &IdedExpr, call: &CallExpr) -> Meaning {
        let name = call.func_name.as_str();
        let args = call.args.as_slice();
        let Some(target) = call.target.as_deref() else {
            return self.global(expr, name, args);
        };
        match (name, args) {
            ("lowerAscii", []) => match self.meaning(target) {
                Meaning::Subject(subject) if subject.kind() == Kind::Text && subject.step == Step::None => {
                    Meaning::Subject(Subject { step: Step::Lowered, ..subject })
                }
                Meaning::Constant(Constant::Text(text)) => Meaning::Constant(Constant::Text(text.to_ascii_lowercase())),
                Meaning::Bad => Meaning::Bad,
                _ => self.wrong_call(expr, "lowerAscii works on a text", "write language.lowerAscii() == \"de\""),
            },
            ("near", _) if path(target).as_deref() == Some("geo") => self.near(expr, args),
            ("startsWith" | "endsWith" | "contains" | "matches", [argument]) => match self.meaning(target) {
                Meaning::Subject(subject) => self.text_test(&subject, name, argument, expr),
                Meaning::Bad => Meaning::Bad,
                _ => {
                    let help = format!("write page.path.{name}(\"...\")");
                    self.refused(target, format!("to the left of {name} stands an attribute"), help)
                }
            },
            ("size", []) => self.size(expr, target),
            ("size", _) => self.wrong_size(expr),
            (
                "getFullYear" | "getMonth" | "getDate" | "getDayOfMonth" | "getDayOfWeek" | "getDayOfYear" | "getHours"
                | "getMinutes" | "getSeconds" | "getMilliseconds",
                _,
            ) => self.refused(
                expr,
                format!("{name} takes no moment apart here"),
                "ask time.hour, time.weekday or time.date for the visitor's clock, time.site.hour and its like for the site's, or between(...)",
            ),
            _ => match path(target).map(|path| format!("{path}.{name}")) {
                Some(full) if Attribute::named(&full).is_some() => self.with_argument(expr, &full, args, true),
                Some(full) => self.unknown_method(expr, &full, name),
                None => self.unknown_method(expr, name, name),
            },
        }
    }

    fn global(&mut self, expr: &IdedExpr, name: &str, args: &[IdedExpr]) -> Meaning {
        match (name, args) {
            ("days" | "hours" | "minutes" | "duration", [argument]) => self.span_of(expr, name, argument),
            ("known", [argument]) => self.known(expr, argument),
            ("or_default", [argument, value]) => self.or_default(expr, argument, value),
            ("in_segment", [argument]) => self.in_segment(argument),
            ("timestamp", [argument]) => self.timestamp(expr, argument),
            ("between", [from, until, zone]) => self.between(expr, from, until, zone),
            ("version", [argument]) => self.version(expr, argument),
            ("list", _) => {
                self.wrong_call(expr, "a list stands to the right of `in`", "write page.sku in list(\"clearance\")")
            }
            (
                "days" | "hours" | "minutes" | "duration" | "known" | "or_default" | "in_segment" | "timestamp"
                | "between" | "version",
                _,
            ) => self.wrong_count(expr, name, args.len()),
            ("size", [argument]) => self.size(expr, argument),
            ("size", _) => self.wrong_size(expr),
            ("date", _) => self.wrong_call(expr, "dates are compared as text", "write time.date >= \"2026-11-27\""),
            ("int" | "uint" | "double" | "string" | "bytes" | "bool" | "type" | "dyn", _) => self.refused(
                expr,
                format!("{name}() changes no type here: every attribute has one"),
                "compare numbers with numbers and texts with texts in quotes; `attune explain attributes` lists the types",
            ),
            ("now" | "today", _) => {
                self.wrong_call(expr, "the moment is an attribute", "write time.now, or time.date for the visitor's day")
            }
            _ if Attribute::named(name).is_some() => self.with_argument(expr, name, args, true),
            _ if METHODS.contains(&name) => {
                let help = if name == "lowerAscii" { "page.path.lowerAscii()" } else { &format!("page.path.{name}(\"...\")") };
                self.wrong_call(expr, &format!("{name} stands behind the text it is asked of"), &format!("write {help}"))
            }
            _ => self.unknown_function(expr, name),
        }
    }

    /// `known(cart.value)`.
    fn known(&mut self, expr: &IdedExpr, argument: &IdedExpr) -> Meaning {
        match self.meaning(argument) {
            Meaning::Subject(subject) if subject.kind() == Kind::Place => {
                self.wrong_call(expr, "geo.near is true or false when it is known", "leave known(...) out")
            }
            Meaning::Subject(Subject { default: Some(_), .. }) => {
                self.wrong_call(expr, "or_default is always known", "leave one of the two out")
            }
            Meaning::Subject(subject) => Meaning::Condition(vec![self.atom(&subject, Test::Known)]),
            Meaning::Bad => Meaning::Bad,
            _ => self.wrong_call(expr, "known asks for one attribute", "write known(cart.value)"),
        }
    }

    /// Reports a function with too few or too many arguments.
    fn wrong_count(&mut self, expr: &IdedExpr, name: &str, count: usize) -> Meaning {
        let help = match name {
            "or_default" => "write or_default(cart.items, 0)",
            "known" => "write known(cart.value)",
            "in_segment" => "write in_segment(\"high-value\")",
            "duration" => "write duration(\"1h30m\")",
            "timestamp" => "write timestamp(\"2026-11-27T18:00:00Z\")",
            "between" => "write between(\"2026-11-27\", \"2026-11-30\", \"site\")",
            "version" => "write version(page.query[\"app\"]) >= version(\"2.10\")",
            _ => "write hours(1)",
        };
        let arguments = if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        self.wrong_call(expr, &format!("{name} has {arguments} here"), help)
    }

    /// `full` is the name with what stands before it.
    fn unknown_method(&mut self, expr: &IdedExpr, full: &str, name: &str) -> Meaning {
        let lower = name.to_lowercase();
        let meant = if lower.contains("lower") || lower.contains("upper") {
            Some("lowerAscii")
        } else {
            suggest::nearest(name, METHODS.iter().copied())
        };
        let Some(meant) = meant else { return self.unknown_function(expr, full) };
        let message = format!("there is no function `{full}`");
        self.report(Code::UnknownFunction, expr, message, format!("did you mean `{meant}`?"));
        Meaning::Bad
    }

    fn unknown_function(&mut self, expr: &IdedExpr, name: &str) -> Meaning {
        self.report(
            Code::UnknownFunction,
            expr,
            format!("there is no function `{name}`"),
            suggest::help(name, FUNCTIONS.iter().copied(), "remove it"),
        );
        Meaning::Bad
    }

    fn span_of(&mut self, expr: &IdedExpr, name: &str, argument: &IdedExpr) -> Meaning {
        let seconds = match (self.meaning(argument), unit_s(name)) {
            (Meaning::Constant(Constant::Number(n)), Some(unit_s)) => Some(n * unit_s),
            (Meaning::Constant(Constant::Text(text)), None) => duration_s(&text),
            (Meaning::Bad, _) => return Meaning::Bad,
            _ => None,
        };
        if let Some(seconds) = seconds.filter(|s| s.is_finite()) {
            return Meaning::Constant(Constant::Span(seconds));
        }
        self.report(
            Code::BadConstant,
            expr,
            "the length of time cannot be read",
            "write days(7), hours(1), minutes(30) or duration(\"1h30m\")",
        );
        Meaning::Bad
    }

    fn in_segment(&mut self, argument: &IdedExpr) -> Meaning {
        let key = match self.meaning(argument) {
            Meaning::Constant(Constant::Text(key)) => key,
            Meaning::Bad => return Meaning::Bad,
            _ => {
                return self.wrong_call(
                    argument,
                    "in_segment takes the key of a segment",
                    "write in_segment(\"high-value\")",
                );
            }
        };
        let segments = &self.compiler.scope.segments;
        if let Some(index) = segments.iter().position(|segment| *segment == key) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            return Meaning::Condition(vec![Op::Segment(index)]);
        }
        let help = suggest::help(&key, segments.iter().copied(), "define it under [segments]");
        self.report(Code::UnknownSegment, argument, format!("there is no segment `{key}`"), help);
        Meaning::Bad
    }

    /// `geo.near(latitude, longitude, kilometres)`.
    fn near(&mut self, expr: &IdedExpr, args: &[IdedExpr]) -> Meaning {
        let mut number = |argument: &IdedExpr| match self.meaning(argument) {
            Meaning::Constant(Constant::Number(number)) => Some(number),
            _ => None,
        };
        let circle = match args {
            [latitude, longitude, km] => {
                let (latitude, longitude, km) = (number(latitude), number(longitude), number(km));
                latitude
                    .zip(longitude)
                    .zip(km)
                    .and_then(|((latitude, longitude), km)| Near::of(latitude, longitude, km))
            }
            _ => None,
        };
        match circle {
            Some(near) => {
                let subject = Subject::of(Attribute::GeoNear, None);
                Meaning::Condition(vec![self.atom(&subject, Test::Near(near))])
            }
            None => self.wrong_call(
                expr,
                "geo.near takes latitude (-90 to 90), longitude (-180 to 180) and kilometres (0 to 20,015)",
                "write geo.near(51.51, -0.13, 30)",
            ),
        }
    }
}
