//! How the parts of a bundle are read: what `Serialize` wrote.

use super::cards::{Cards, Cause, Exclude, Match, Mix, Rule, Seed, Source, Strategy};
use super::{
    Arm, ArmRange, Atom, AttributeRef, Body, Campaign, Cap, Comparison, ConsentRules, Content, Context, CoverageStep,
    DateFormat, During, Enrolment, Field, Format, Hole, Intensity, ItemTest, Layer, LayerShare, LifecycleRule, Literal,
    Locale, Measure, MoneyFormat, Near, Op, PageType, Part, PathPattern, PathSegment, PluralRule, Regime, Region,
    Requirement, RuleTrust, Rules, Segment, Signal, Site, Slot, Template, Test, TextTest, Trait, UnitKind,
    WeightChange, Zone,
};
use crate::attribute::Attribute;
use crate::blob::{Blob, Read, read};

impl Read for Attribute {
    #[inline(never)]
    fn read(blob: &mut Blob<'_>) -> Self {
        Self::try_from(u16::read(blob)).unwrap_or_else(|_| {
            blob.spoil();
            Self::VisitCount
        })
    }
}

read! {
    struct Site { name, hosts, timezone, holdout_bp, locales, pages, consent, never_profile, query_keys; rules, announced }
    struct Locale { tag, currency }
    struct PageType { key, patterns }
    struct PathPattern { segments }
    struct ConsentRules { regimes }
    struct AttributeRef { attribute, argument }
    struct Near { middle, chord_squared_max }
    struct Atom { subject, default, test }
    struct Segment { key, name, when }
    struct Slot { key, selector, elements }
    struct During { from_s, until_s, visitor_zone }
    struct Cap { seen, per_s, stop_on_purchase }
    struct ArmRange { from_bp, to_bp, arm }
    struct Arm { key, show }
    struct Campaign {
        key, owner, priority, eligible, during, cap, holdout_bp, phase, arms, ranges, slots; enrolment
    }
    struct Content { key, bodies, by_locale }
    struct Field { name, inner, attributes }
    struct Template { parts }
    struct Hole { source, default, format, context }
    struct MoneyFormat { symbol, symbol_first, gap, decimal, group, digits }
    struct DateFormat { pattern, months }
    struct Rules { zone, lifecycle, traits, signals, intensity }
    struct Zone { offset_min, changes }
    struct LifecycleRule { active_days, lapsed_days, loyal_orders }
    struct Trait { key, values, source, trust }
    struct Signal { key, event, tests, measure, half_life_days }
    struct Strategy { key, sources }
    struct Cards {
        sources, mix, count, min, exclude, rotation_centi, rules, before, card, after, because, currency, strategies
    }
    struct LayerShare { layer, from_bp, to_bp }
    struct CoverageStep { from_s, share_bp }
    struct WeightChange { from_s, ranges }
    struct Requirement { campaign, arms }
    struct Enrolment { unit, observe, sticky, layer, coverage, weights, requires }
    struct Layer { key, phase, holdout_bp }
}

read! {
    enum PathSegment { Literal(text), Sku, Category, Any, Rest }
    enum Region { Country(code), Eu, Other }
    enum Regime { OptIn, OptOut }
    enum Comparison { Less, LessOrEqual, Greater, GreaterOrEqual, Equal }
    enum Test {
        Known, IsTrue, Number(comparison, number), TextEquals(text), TextIn(texts), StartsWith(text), EndsWith(text),
        Contains(text), TextInList(list), Matches(pattern), Lowered(test), Version(comparison, version), Near(near),
        Versus(comparison, other, factor, offset), SameText(other), Remainder(divisor, comparison, number),
        Length(comparison, number),
    }
    enum TextTest { Equals(text), In(texts), InList(list), StartsWith(text), EndsWith(text), Contains(text), Matches(pattern) }
    enum Literal { Bool(value), Number(number), Text(text) }
    enum Op { Atom(atom), Segment(segment), Const(value), Not, And, Or, Choose }
    enum Body { Html(template), Fields(fields), Cards(cards) }
    enum Part { Literal(html), Hole(hole) }
    enum Context { Text, Attribute, UrlStart, UrlPart }
    enum Format { Plain, Plural(rule, forms), Money(money), Date(date), Percent, Title }
    enum PluralRule { Single, OneOther, ZeroOneOther, OneFewOther, Polish }
    enum RuleTrust { Server, Browser }
    enum Measure { Count, SumValue, SumQuantity, Share, Last }
    enum ItemTest {
        Category(keys), Sku(keys), Price(comparison, centi), Quantity(comparison, pieces), Discount(comparison, centi),
    }
    enum Intensity { Off, Light, Full }
    enum Source { Session, GoesWith(seed), Similar, CategoryPopular, Popular, List(cause, products), Viewed }
    enum Seed { Page, Cart, LastOrder }
    enum Cause { Viewed, GoesWith, Similar, PopularIn, Popular, Trending, Chosen, Again }
    enum Mix { InOrder, TakeTurns }
    enum Exclude { Current, InCart, Purchased, OutOfStock, Viewed }
    enum Rule {
        Weigh(products, percent), Pin(product, place), AtLeast(field, centi), MinStock(pieces), PriceBand(from, to),
        MaxPerCategory(count),
    }
    enum Match { Category(key), Products(keys), Field(field, value) }
    enum UnitKind { Visitor, Customer }
}
