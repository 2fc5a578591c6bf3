//! Templates: literal HTML with typed placeholders.

use super::AttributeRef;
use alloc::string::String;
use alloc::vec::Vec;

/// Literal HTML and typed holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// HTML as it is.
    Literal(String),
    /// A value.
    Hole(Hole),
}

/// A placeholder.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// Where the value comes from.
    pub source: AttributeRef,
    /// What stands in for an unknown value; without it an unknown value makes the content unusable.
    pub default: Option<String>,
    /// How it is written.
    pub format: Format,
    /// Where it stands.
    pub context: Context,
}

/// Where a placeholder stands, and so how its value is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// Between tags.
    Text,
    /// In a quoted attribute.
    Attribute,
    /// The start of a URL attribute. A URL of the shop's own may have the scheme http, https, mailto or tel; any other
    /// value is a path of this site.
    UrlStart,
    /// Inside a URL attribute, after its start: percent-encoded.
    UrlPart,
    /// The first segment of a path, with a slash before and behind it: percent-encoded and never empty, because two
    /// slashes begin a host.
    UrlSegment,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// Texts as they are; numbers with as many digits as needed, at most 2 fractional.
    Plain,
    /// `plural: 'one form', 'other form'`; `#` is the number.
    Plural(PluralRule, Vec<String>),
    /// `money`.
    Money(MoneyFormat),
    /// `date`.
    Date(DateFormat),
    /// `percent`: a share of 0 to 1 as whole percent.
    Percent,
    /// `title`: hyphens to spaces, first letter in capitals: `tea-lights` as `Tea lights`.
    Title,
}

/// Which plural form a whole number takes, by the CLDR rule of the language; the forms come in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluralRule {
    /// One form: Japanese, Chinese, Korean, ...
    Single,
    /// 1 / other: English, German, Dutch, Italian, Spanish, Swedish, ...
    OneOther,
    /// 0 and 1 / other: French, Brazilian Portuguese.
    ZeroOneOther,
    /// 1 / 2-4 / other: Czech, Slovak.
    OneFewOther,
    /// 1 / ends in 2-4 but not 12-14 / other: Polish.
    Polish,
}

/// How money is written.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyFormat {
    /// Symbol, such as `£`.
    pub symbol: String,
    /// Symbol before the number.
    pub symbol_first: bool,
    /// Between symbol and number: nothing or a no-break space.
    pub gap: String,
    /// Decimal separator.
    pub decimal: String,
    /// Thousands separator.
    pub group: String,
    /// Digits after the decimal separator: 0 to 3.
    pub digits: u8,
}

/// How a date is written, as day, month name and year around literals.
#[derive(Clone, Debug, PartialEq)]
pub struct DateFormat {
    /// With `{d}`, `{m}` and `{y}`: `{d} {m} {y}`.
    pub pattern: String,
    /// Names of the months, January first.
    pub months: Vec<String>,
}
