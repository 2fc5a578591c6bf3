//! Placeholders: `{{attribute | filter: 'argument'}}` to typed holes.

use crate::codes::Code;
use crate::condition::Compiler;
use crate::diagnostic::Sink;
use crate::locale;
use crate::source::{Place, Text};
use crate::suggest;
use attune_core::artifacts::catalog::FieldPart;
use attune_core::attribute::{Attribute, Kind};
use attune_core::bundle::{AttributeRef, Context, Format, Hole};
use attune_core::limits;
use std::ops::Range;

const FILTERS: &[&str] = &["plural", "money", "number", "date", "percent", "title", "default"];

/// Compiles placeholders for one locale.
pub(crate) struct Placeholders<'c, 'a> {
    pub(crate) compiler: &'c mut Compiler<'a>,
    /// Tag of the locale.
    pub(crate) locale: &'c str,
    /// Its currency.
    pub(crate) currency: &'c str,
    /// In a card: where in it the placeholder is, and what the card may show.
    pub(crate) items: Option<ItemScope<'c>>,
}

/// The card of a recommended product.
pub(crate) struct ItemScope<'c> {
    /// Fields of the catalogue.
    pub(crate) fields: &'c [FieldPart],
    /// Between `{{#items}}` and `{{/items}}`.
    pub(crate) inside: bool,
    /// Whether a card shows the reason of its recommendation.
    pub(crate) says_why: bool,
}

/// One filter as written.
struct Filter {
    name: String,
    range: Range<usize>,
    arguments: Vec<String>,
}

impl Placeholders<'_, '_> {
    /// The hole of a placeholder, braces included in `range`; problems are reported.
    pub(super) fn hole(
        &mut self,
        text: Text<'_>,
        range: Range<usize>,
        context: Context,
        sink: &mut Sink<'_>,
    ) -> Option<Hole> {
        let inner = range.start + 2..range.end - 2;
        let parts = split(text.decoded, inner, '|');
        let (first, rest) = parts.split_first()?;
        let expression = trimmed(text.decoded, first.clone());
        if expression.is_empty() {
            let place = text.at(sink.files(), range);
            sink.report(
                Code::PlaceholderSyntax,
                place,
                "the placeholder is empty",
                "write an attribute: {{cart.items}}",
            );
            return None;
        }
        if let Some(mark) = self.mark(text.decoded.get(expression.clone()).unwrap_or(""), context) {
            return Some(mark);
        }
        self.compiler.in_card = self.items.as_ref().is_some_and(|items| items.inside);
        let source = self.compiler.attribute(text, expression.clone(), sink);
        self.compiler.in_card = false;
        let mut filters = Vec::new();
        for part in rest {
            filters.push(filter(text, part.clone(), sink)?);
        }
        if !known_filters(text, &filters, sink) {
            return None;
        }
        let source = source?;
        self.check_field(&source, text.at(sink.files(), expression.clone()), sink)?;
        let mut default = default(text, &mut filters, sink)?;
        // A card is shown without a price or a reason that is not known.
        if matches!(source.attribute, Attribute::ItemPrice | Attribute::ItemWas | Attribute::ItemWhy) {
            default.get_or_insert_default();
        }
        let kind = source.attribute.spec().kind;
        let format = match filters.as_slice() {
            [] => plain(text, expression, kind, source.attribute.spec().name, sink)?,
            [filter] => self.format(text, filter, kind, sink)?,
            [_, second, ..] => {
                let place = text.at(sink.files(), second.range.clone());
                sink.report(
                    Code::WrongFilter,
                    place,
                    "a value takes one filter and a default",
                    "remove one of the two filters",
                );
                return None;
            }
        };
        Some(Hole { source, default, format, context })
    }

    /// The mark that begins or ends the block of cards.
    fn mark(&mut self, expression: &str, context: Context) -> Option<Hole> {
        let items = self.items.as_mut()?;
        let inside = match expression {
            "#items" => true,
            "/items" => false,
            _ => return None,
        };
        items.inside = inside;
        let source = AttributeRef { attribute: Attribute::ItemId, argument: Some(expression.to_owned()) };
        Some(Hole { source, default: None, format: Format::Plain, context })
    }

    /// Whether a field of the catalogue may be shown.
    fn check_field(&mut self, source: &AttributeRef, place: Place, sink: &mut Sink<'_>) -> Option<()> {
        let Some(items) = self.items.as_mut() else { return Some(()) };
        items.says_why |= source.attribute == Attribute::ItemWhy;
        let name = source.argument.as_deref().filter(|_| source.attribute == Attribute::ItemExtra);
        let Some(name) = name else { return Some(()) };
        let known = items.fields.iter().find(|field| field.name == name);
        if known.is_some_and(|field| !field.private) {
            return Some(());
        }
        let shown = items.fields.iter().filter(|field| !field.private).map(|field| field.name.as_str());
        let help = if known.is_some() {
            "private fields are for rules only; list it in `extra` if anybody may see it".to_owned()
        } else {
            suggest::help(name, shown, "list it in [catalog] `extra`")
        };
        sink.report(Code::PrivateField, place, format!("a card cannot show the field `{name}`"), help);
        None
    }

    fn format(&self, text: Text<'_>, filter: &Filter, kind: Kind, sink: &mut Sink<'_>) -> Option<Format> {
        let place = text.at(sink.files(), filter.range.clone());
        let name = filter.name.as_str();
        if name != "plural" && FILTERS.contains(&name) && !filter.arguments.is_empty() {
            sink.report(Code::PlaceholderSyntax, place, format!("{name} takes no argument"), format!("write | {name}"));
            return None;
        }
        let conventions = |found: Option<Format>, sink: &mut Sink<'_>| {
            if found.is_none() {
                sink.report(
                    Code::LocaleData,
                    place,
                    format!("how `{}` writes this is not known", self.locale),
                    suggest::help(self.locale, locale::known_tags(), "use another locale"),
                );
            }
            found
        };
        match (name, kind) {
            ("plural", Kind::Number) => self.plural(text, filter, sink),
            ("money", Kind::Money) => conventions(locale::money(self.locale, self.currency).map(Format::Money), sink),
            ("date", Kind::Date) => conventions(locale::date(self.locale).map(Format::Date), sink),
            ("percent", Kind::Number) => Some(Format::Percent),
            ("number", Kind::Money) => Some(Format::Plain),
            ("title", Kind::Text) => Some(Format::Title),
            _ => {
                let (is, help) = match kind {
                    Kind::Bool => ("a yes or no", "show different contents by campaign instead"),
                    Kind::Duration => ("a length of time", "lengths of time cannot be written yet"),
                    Kind::Number => ("a count or a share", "use plural or percent, or no filter"),
                    Kind::Money => ("an amount of money", "write | money"),
                    Kind::Date => ("a date", "write | date"),
                    Kind::Text => ("text", "write | title, or no filter"),
                    Kind::Time => ("a moment", "moments cannot be written; use time.date | date"),
                    Kind::Place => ("a place", "places cannot be written; use geo.city"),
                };
                sink.report(Code::WrongFilter, place, format!("`{name}` does not suit {is}"), help);
                None
            }
        }
    }

    fn plural(&self, text: Text<'_>, filter: &Filter, sink: &mut Sink<'_>) -> Option<Format> {
        let place = text.at(sink.files(), filter.range.clone());
        let language = locale::language(self.locale);
        let Some((rule, forms)) = locale::plural(self.locale) else {
            sink.report(
                Code::LocaleData,
                place,
                format!("the plural forms of `{language}` are not known"),
                "write the sentence so that it needs no plural",
            );
            return None;
        };
        if filter.arguments.len() == forms.len() {
            return Some(Format::Plural(rule, filter.arguments.clone()));
        }
        let example: Vec<String> = forms.iter().map(|form| format!("'# ({form})'")).collect();
        sink.report(
            Code::PluralForms,
            place,
            format!(
                "`{language}` has {} plural {}, and this has {}",
                forms.len(),
                if forms.len() == 1 { "form" } else { "forms" },
                filter.arguments.len()
            ),
            format!("write plural: {}", example.join(", ")),
        );
        None
    }
}

/// What other template languages call a filter.
const ALSO_CALLED: &[(&str, &[&str])] = &[
    ("title", &["capitalize", "capitalise", "ucfirst", "titlecase", "title_case", "humanize"]),
    ("money", &["currency", "price", "money_with_currency"]),
    ("default", &["fallback", "or", "or_default", "default_if_none", "otherwise"]),
    ("plural", &["pluralize", "pluralise"]),
    ("date", &["datetime", "strftime", "date_format"]),
    ("percent", &["percentage"]),
    ("number", &["round", "format_number", "number_format", "float"]),
];

/// Whether every filter is known. Unknown ones are reported.
fn known_filters(text: Text<'_>, filters: &[Filter], sink: &mut Sink<'_>) -> bool {
    let mut good = true;
    for filter in filters.iter().filter(|filter| !FILTERS.contains(&filter.name.as_str())) {
        good = false;
        let name = filter.name.as_str();
        let place = text.at(sink.files(), filter.range.start..filter.range.start + name.len());
        // `default 'gifts'`: the colon behind the name is missing.
        let word = name.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or(name);
        let (message, help) = if word != name && FILTERS.contains(&word) {
            (format!("a colon is missing behind `{word}`"), format!("write | {word}: '...'"))
        } else {
            let also = ALSO_CALLED.iter().find(|(_, names)| names.contains(&word)).map(|(known, _)| *known);
            let help = match also {
                Some(known) => format!("did you mean `{known}`?"),
                None => suggest::help(word, FILTERS.iter().copied(), "remove it"),
            };
            (format!("there is no filter `{name}`"), help)
        };
        sink.report(Code::UnknownFilter, place, message, help);
    }
    good
}

/// Takes `default` out of the filters. The outer `None` means that it was wrong.
#[expect(clippy::option_option, reason = "no default is different from a wrong one")]
fn default(text: Text<'_>, filters: &mut Vec<Filter>, sink: &mut Sink<'_>) -> Option<Option<String>> {
    let Some(index) = filters.iter().position(|filter| filter.name == "default") else {
        return Some(None);
    };
    let filter = filters.remove(index);
    match filter.arguments.as_slice() {
        [value] if value.len() <= limits::HOLE_BYTES_MAX => Some(Some(value.clone())),
        _ => {
            let place = text.at(sink.files(), filter.range);
            sink.report(Code::PlaceholderSyntax, place, "default takes one short text", "write default: 'gifts'");
            None
        }
    }
}

fn plain(text: Text<'_>, expression: Range<usize>, kind: Kind, name: &str, sink: &mut Sink<'_>) -> Option<Format> {
    let (message, help) = match kind {
        Kind::Text | Kind::Number => return Some(Format::Plain),
        Kind::Money => ("is an amount of money", format!("write {{{{{name} | money}}}}")),
        Kind::Date => ("is a date", format!("write {{{{{name} | date}}}}")),
        Kind::Bool => {
            ("is a yes or no and cannot be written", "show different contents by campaign instead".to_owned())
        }
        Kind::Duration => {
            ("is a length of time and cannot be written", "lengths of time cannot be written yet".to_owned())
        }
        Kind::Time => ("is a moment and cannot be written", "write {{time.date | date}}".to_owned()),
        Kind::Place => ("is a place and cannot be written", "write {{geo.city}}".to_owned()),
    };
    let place = text.at(sink.files(), expression);
    sink.report(Code::NeedsFilter, place, format!("`{name}` {message}"), help);
    None
}

/// Splits at a character outside quotes.
fn split(source: &str, range: Range<usize>, at: char) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (i, c) in source.get(range.clone()).unwrap_or("").char_indices() {
        let here = range.start + i;
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c == at => {
                parts.push(start..here);
                start = here + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(start..range.end);
    parts
}

fn trimmed(source: &str, range: Range<usize>) -> Range<usize> {
    let part = source.get(range.clone()).unwrap_or("");
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}

/// `name: 'one', 'two'`.
fn filter(text: Text<'_>, range: Range<usize>, sink: &mut Sink<'_>) -> Option<Filter> {
    let range = trimmed(text.decoded, range);
    let part = text.decoded.get(range.clone()).unwrap_or("");
    let (name, arguments) = match part.find(':') {
        Some(colon) => (part.get(..colon).unwrap_or(""), split(text.decoded, range.start + colon + 1..range.end, ',')),
        None => (part, Vec::new()),
    };
    let mut found = Vec::new();
    for argument in arguments {
        let argument = trimmed(text.decoded, argument);
        if let Some(value) = unquoted(text.decoded.get(argument.clone()).unwrap_or("")) {
            found.push(value);
        } else if FILTERS.contains(&name.trim()) {
            let place = text.at(sink.files(), argument);
            sink.report(
                Code::PlaceholderSyntax,
                place,
                "an argument of a filter is a text in quotes",
                format!("write {}: '...'", name.trim()),
            );
            return None;
        }
    }
    let name = name.trim();
    if name.is_empty() {
        let place = text.at(sink.files(), range);
        sink.report(
            Code::PlaceholderSyntax,
            place,
            "a filter is missing after `|`",
            suggest::help("", FILTERS.iter().copied(), ""),
        );
        return None;
    }
    Some(Filter { name: name.to_owned(), range, arguments: found })
}

/// The text between quotes, `\'` and the like resolved.
fn unquoted(raw: &str) -> Option<String> {
    let quote = raw.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut value = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            c if c == quote && !escaped => return None,
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    (!escaped).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::FILTERS;
    use crate::codes::Code;

    #[test]
    fn every_filter_is_explained_documented_and_in_a_fixture() {
        let explanation = |code: Code| code.info().map_or("", |info| info.explanation);
        let contents = include_str!("../../../docs/content.md");
        let fixtures = concat!(
            include_str!("../../../tests/compiler/good/contents.txt"),
            include_str!("../../../tests/compiler/good/recommendations.txt")
        );
        for filter in FILTERS {
            assert!(explanation(Code::UnknownFilter).contains(filter), "A0602 of codes.rs does not name `{filter}`");
            let suits = *filter == "default" || explanation(Code::WrongFilter).contains(filter);
            assert!(suits, "A0603 of codes.rs does not say what `{filter}` takes");
            let row = [format!("\n| `{filter}` |"), format!("\n| `{filter}: ")];
            assert!(row.iter().any(|row| contents.contains(row)), "docs/content.md has no row for `{filter}`");
            let used = fixtures.contains(&format!("| {filter}"));
            assert!(used, "no placeholder of tests/compiler/good/contents.txt has the filter `{filter}`: add one");
        }
    }
}
