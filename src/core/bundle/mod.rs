//! The configuration in evaluation form: what the compiler writes and the edge reads.
//!
//! Indices point into the bundle's own lists and are checked once when it is loaded, so that evaluation
//! needs no checks.

mod aliases;
mod announced;
pub mod cards;
mod codec;
mod enrolment;
mod envelope;
mod list;
pub mod live;
pub mod manifest;
mod path;
mod pattern;
mod read;
mod rules;

pub use aliases::Aliases;
pub use announced::Announced;
pub use codec::{BundleError, Disabled, FORMAT, FORMAT_MIN, encode, version};
pub(crate) use codec::{Decoded, decode};
pub use enrolment::{CoverageStep, Enrolment, Layer, LayerShare, Requirement, UnitKind, WeightChange};
pub use list::TextList;
pub use path::{Captured, is_listed};
pub(crate) use path::{leaves_no_memory, percent_decoded};
pub use pattern::{DEAD, MATCHED, Pattern, State};
pub use rules::{Goal, Intensity, ItemField, ItemTest, LifecycleRule, Measure, RuleTrust, Rules, Signal, Trait, Zone};

use crate::attribute::Attribute;
use crate::html::Selector;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// The site.
    pub site: Site,
    /// Distinct atoms, sorted and deduplicated.
    pub atoms: Vec<Atom>,
    /// Segments; a segment refers only to earlier ones.
    pub segments: Vec<Segment>,
    /// Slots.
    pub slots: Vec<Slot>,
    /// Campaigns, highest priority first.
    pub campaigns: Vec<Campaign>,
    /// Contents.
    pub contents: Vec<Content>,
    /// Mutual exclusion layers.
    pub layers: Vec<Layer>,
    /// Long lists of texts.
    #[serde(skip)]
    pub lists: Vec<TextList>,
    /// Regular expressions, as [`Pattern::encode`] writes them.
    #[serde(skip)]
    pub patterns: Vec<Vec<u8>>,
    /// Goals.
    #[serde(skip)]
    pub goals: Vec<Goal>,
}

/// The `[site]`, `[pages]`, `[consent]` and `[privacy]` tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Site name: part of every key derivation and hash.
    pub name: String,
    /// Host names it is served under; one gives a `__Host-` cookie.
    pub hosts: Vec<String>,
    /// IANA time zone of the site.
    pub timezone: String,
    /// Visitors who get the origin everywhere, in basis points.
    pub holdout_bp: u16,
    /// Locales; the first is the fallback.
    pub locales: Vec<Locale>,
    /// Page types in the order they are tried.
    pub pages: Vec<PageType>,
    /// Consent regimes.
    pub consent: ConsentRules,
    /// Paths whose views leave no memory.
    pub never_profile: Vec<PathPattern>,
    /// Query parameters that conditions may read.
    pub query_keys: Vec<String>,
    /// What it decides about its vocabulary: a section of its own, because readers of the first bundles expect
    /// the site to end here.
    #[serde(skip)]
    pub rules: Rules,
    /// Pages of which the origin is told the decision: a section of its own, for the same reason.
    #[serde(skip)]
    pub announced: Vec<Announced>,
    /// Keys of categories that stand for others: a section of its own, for the same reason.
    #[serde(skip)]
    pub aliases: Aliases,
}

impl Site {
    /// The key of a category, however a feed, an event or a path names it: its
    /// [`category_key`](crate::category::category_key), or what that stands for by `[catalog] category_aliases`. At most
    /// 48 bytes; empty when the name has no letter or digit.
    pub fn category<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        self.aliases.category(name)
    }
}

/// One locale of the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Locale {
    /// BCP 47 tag, such as `en-GB`.
    pub tag: String,
    /// ISO 4217 currency code.
    pub currency: String,
}

/// A page type and the paths that have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageType {
    /// Its key, such as `product`.
    pub key: String,
    /// Patterns, in order.
    pub patterns: Vec<PathPattern>,
}

/// A path pattern such as `/p/{sku}` or `/health/*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathPattern {
    /// Segments between the slashes.
    pub segments: Vec<PathSegment>,
}

/// One segment of a path pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PathSegment {
    /// Exactly this text.
    Literal(String),
    /// `{sku}`: one segment, the product key.
    Sku,
    /// `{category}`: one segment, the category key.
    Category,
    /// `{anything-else}` or `*` inside: one segment, not kept.
    Any,
    /// `*` at the end: whatever follows, also nothing.
    Rest,
}

/// The `[consent]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConsentRules {
    /// Regimes by place, first match wins: a country code before `EU` before `other`.
    pub regimes: Vec<(Region, Regime)>,
    /// What `Sec-GPC: 1` means: a section of its own, because readers of the first bundles expect the rules to end here.
    #[serde(skip)]
    pub gpc: Gpc,
}

/// What `Sec-GPC: 1`, the browser's signal against selling and sharing, means for a visitor who agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gpc {
    /// It refuses until the visitor agrees while it is sent. The W3C draft leaves room for that (section 4.2).
    #[default]
    UntilAnswered,
    /// It refuses whatever the visitor answered, and what was remembered is erased.
    Final,
}

/// What holds in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What silence means.
    pub regime: Regime,
    /// What `Sec-GPC: 1` means.
    pub gpc: Gpc,
}

impl ConsentRules {
    /// What holds in a place.
    pub fn terms(&self, country: &str, eu: Option<bool>) -> Terms {
        Terms { regime: self.regime(country, eu), gpc: self.gpc }
    }

    /// The regime of a place: its country before the European Union before everywhere else. Where the
    /// place is unknown (empty, `None`), silence grants nothing unless `other` says so.
    fn regime(&self, country: &str, eu: Option<bool>) -> Regime {
        let found = self.regimes.iter().find(|(region, _)| match region {
            Region::Country(code) => code == country,
            Region::Eu => eu == Some(true),
            Region::Other => true,
        });
        found.map_or(Regime::OptIn, |(_, regime)| *regime)
    }
}

/// A place with a consent regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Region {
    /// A country, ISO 3166-1 alpha-2.
    Country(String),
    /// The European Union.
    Eu,
    /// Everywhere else, and where the place is unknown.
    Other,
}

/// What silence means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Regime {
    /// Nothing is granted until the visitor agrees.
    #[default]
    OptIn,
    /// Granted until the visitor, or an opt-out signal, refuses.
    OptOut,
}

/// An attribute with its argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AttributeRef {
    /// The attribute.
    pub attribute: Attribute,
    /// Category, product or query key, where the attribute takes one.
    pub argument: Option<String>,
}

/// A comparison of two ordered values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Equal.
    Equal,
}

/// A test of one value. Negation is the program's: `!=` is `Equal` and `Not`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// The value is known: never unknown itself.
    Known,
    /// A boolean value is true.
    IsTrue,
    /// A number, money, duration or date compares so with a constant.
    Number(Comparison, f64),
    /// A text equals.
    TextEquals(String),
    /// A text is one of these, sorted.
    TextIn(Vec<String>),
    /// A text starts with.
    StartsWith(String),
    /// A text ends with.
    EndsWith(String),
    /// A text contains.
    Contains(String),
    /// A text is in the long list with this number.
    TextInList(u32),
    /// The pattern with this number is found in a text.
    Matches(u32),
    /// A text, its ASCII letters in lower case, passes.
    Lowered(TextTest),
    /// A text that is a semantic version compares so with another; unknown when it is none.
    Version(Comparison, String),
    /// A place is no farther away than this.
    Near(Near),
    /// A number compares so with another attribute, times a factor, plus an offset.
    Versus(Comparison, AttributeRef, f64, f64),
    /// A text equals another attribute's.
    SameText(AttributeRef),
    /// What is left of a whole number after division by this compares so; unknown for any other number.
    Remainder(u32, Comparison, f64),
    /// The characters of a text, in number, compare so.
    Length(Comparison, f64),
}

/// A test of a text that a step before it made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TextTest {
    /// It equals.
    Equals(String),
    /// It is one of these, sorted.
    In(Vec<String>),
    /// It is in the long list with this number.
    InList(u32),
    /// It starts with.
    StartsWith(String),
    /// It ends with.
    EndsWith(String),
    /// It contains.
    Contains(String),
    /// The pattern with this number is found in it.
    Matches(u32),
}

/// A circle on the globe, as the straight line through it sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Its middle as a point on the unit sphere: x to 0 N 0 E, y to 0 N 90 E, z to the north pole.
    pub middle: [f64; 3],
    /// The square of the longest straight line from the middle, in radii of the globe: 0 to 4.
    pub chord_squared_max: f64,
}

/// A value for what is unknown: `or_default(x, v)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// A yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// A test of one attribute: the smallest condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Atom {
    /// What is tested.
    pub subject: AttributeRef,
    /// What stands in for an unknown value.
    pub default: Option<Literal>,
    /// The test.
    pub test: Test,
}

/// One step of a condition, which is in postfix order over a stack of truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Push the verdict of an atom.
    Atom(u32),
    /// Push membership of an earlier segment.
    Segment(u32),
    /// Push a constant.
    Const(bool),
    /// Negate; unknown stays unknown.
    Not,
    /// Both of the top two (Kleene).
    And,
    /// Either of the top two (Kleene).
    Or,
    /// `c ? a : b`, pushed as c, a, b; unknown when c is.
    Choose,
}

/// A condition; an empty program is true.
pub type Program = Vec<Op>;

/// A named condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Key.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Condition.
    pub when: Program,
}

/// A place of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// Key.
    pub key: String,
    /// Which element it is.
    pub selector: Selector,
    /// Named parts: field name and which element inside the slot it fills.
    pub elements: Vec<(String, Selector)>,
    /// Page types that it is on; empty for pages of any type. A section of its own, because readers of the first
    /// bundles expect the slot to end here.
    #[serde(skip)]
    pub pages: TextList,
}

impl Slot {
    /// Whether pages of this type have it.
    pub fn is_on(&self, page_type: &str) -> bool {
        self.pages.is_empty() || self.pages.contains(page_type)
    }
}

/// When a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct During {
    /// First second, if bounded.
    pub from_s: Option<i64>,
    /// Last second (inclusive), if bounded.
    pub until_s: Option<i64>,
    /// True: the bounds are wall-clock seconds where the visitor is (as if UTC), unknown where that is
    /// unknown. False: seconds since the Unix epoch, the site's zone already applied.
    pub visitor_zone: bool,
}

/// How often a campaign may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Impressions.
    pub seen: u8,
    /// In this long, in seconds.
    pub per_s: u32,
    /// Stop after a purchase within that time.
    pub stop_on_purchase: bool,
}

/// A share of visitors, by bucket: `from_bp <= bucket < to_bp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmRange {
    /// First bucket, 0 to 9,999.
    pub from_bp: u16,
    /// End, exclusive, 1 to 10,000.
    pub to_bp: u16,
    /// Index of the arm.
    pub arm: u16,
}

/// One arm; a campaign without an experiment has exactly one, with an empty key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Key.
    pub key: String,
    /// Slot index and content index. A slot of the campaign that is missing here keeps the origin's content.
    pub show: Vec<(u16, u16)>,
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Key.
    pub key: String,
    /// Who answers for it.
    pub owner: String,
    /// Higher wins a slot.
    pub priority: i32,
    /// Who is eligible.
    pub eligible: Program,
    /// When it runs.
    pub during: Option<During>,
    /// How often it may be seen.
    pub cap: Option<Cap>,
    /// Eligible visitors who get the origin, in basis points.
    pub holdout_bp: u16,
    /// In the hash of arm and holdout.
    pub phase: u16,
    /// Arms.
    pub arms: Vec<Arm>,
    /// Buckets of the arms by their first weights, ascending and disjoint; uncovered buckets are not in the experiment. Empty for a
    /// campaign without an experiment.
    pub ranges: Vec<ArmRange>,
    /// Every slot that any arm fills, ascending: these are taken, also by an arm that shows nothing.
    pub slots: Vec<u16>,
    /// Who takes part, beyond the condition: a section of its own, because most campaigns have none.
    #[serde(skip)]
    pub enrolment: Enrolment,
}

/// A content: one body for each of the site's locales.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Key.
    pub key: String,
    /// Distinct bodies.
    pub bodies: Vec<Body>,
    /// For each locale of the site, which body.
    pub by_locale: Vec<u16>,
}

/// What a content puts into a slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// Replaces everything inside the slot.
    Html(Template),
    /// Fills the slot's named elements, or (one text field, no elements) the slot itself.
    Fields(Vec<Field>),
    /// Product cards, picked for the visitor.
    Cards(Box<cards::Cards>),
}

/// One field of a content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The element it fills.
    pub name: String,
    /// What goes inside the element.
    pub inner: Option<Template>,
    /// Attributes to set, such as `src`, `alt`, `href`; escaped for a double-quoted attribute.
    pub attributes: Vec<(String, Template)>,
}

/// Literal HTML and typed holes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// In order.
    pub parts: Vec<Part>,
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// HTML as it is.
    Literal(String),
    /// A value.
    Hole(Hole),
}

/// A placeholder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateFormat {
    /// With `{d}`, `{m}` and `{y}`: `{d} {m} {y}`.
    pub pattern: String,
    /// Names of the months, January first.
    pub months: Vec<String>,
}
