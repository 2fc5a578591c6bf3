//! How the parts of a bundle are written and read: one table of fields and variants, in the order of the format.

use super::cards::{Cards, Exclude, Match, Mix, RecommendationReason, Rule, Seed, Source, Strategy};
use super::weights::{CampaignWeights, Learned};
use super::{
    Arm, ArmRange, Atom, AttributeRef, Body, Campaign, Cap, Comparison, ConsentRules, Content, Context, Covariate,
    CoverageStep, DateFormat, During, Enrolment, Field, Format, Goal, Guard, Hole, Intensity, ItemTest, Layer,
    LayerShare, LifecycleRule, Literal, Locale, Measure, Measurement, MoneyFormat, Near, Op, PageType, Part,
    PathPattern, PathSegment, PluralRule, Regime, Region, Requirement, RuleTrust, Rules, Segment, Signal, Site, Slice,
    Slot, Template, Test, TextTest, Trait, UnitKind, WeightChange, Zone,
};
use crate::attribute::Attribute;
use crate::codec::blob::{Blob, Read, Write, wire};
use alloc::vec::Vec;

impl Read for Attribute {
    #[inline(never)]
    fn read(blob: &mut Blob<'_>) -> Self {
        Self::try_from(u16::read(blob)).unwrap_or_else(|_| {
            blob.spoil();
            Self::VisitCount
        })
    }
}

impl Write for Attribute {
    fn write(&self, out: &mut Vec<u8>) {
        u16::from(*self).write(out);
    }
}

wire! {
    struct Site { name, hosts, timezone, holdout_bp, locales, pages, consent, never_profile, query_keys; rules, decision_headers, aliases }
    struct Locale { tag, currency }
    struct PageType { key, patterns }
    struct PathPattern { segments }
    struct ConsentRules { regimes; gpc, tool }
    struct AttributeRef { attribute, argument }
    struct Near { middle, chord_squared_max }
    struct Atom { subject, default, test }
    struct Segment { key, name, when }
    struct Slot { key, selector, elements; pages }
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
        sources, mix, count, min, exclude, rotation_centi, rules, before, card, after, reason_texts, currency, strategies
    }
    struct LayerShare { layer, from_bp, to_bp }
    struct CoverageStep { from_s, share_bp }
    struct WeightChange { from_s, ranges }
    struct Requirement { campaign, arms }
    struct Enrolment { unit, observe, sticky, layer, coverage, weights, requires; is_bandit }
    struct CampaignWeights { key, phase, changes }
    struct Learned { from_s, shares_bp }
    struct Layer { key, phase, holdout_bp }
    struct Goal { key, event, valued, per, trust, after_s, window_s, cap, covariate, guard, campaigns }
    struct Measurement { goals, slices }
}

wire! {
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
    enum Context { Text, Attribute, UrlStart, UrlPart, UrlSegment }
    enum Format { Plain, Plural(rule, forms), Money(money), Date(date), Percent, Title }
    enum PluralRule { Single, OneOther, ZeroOneOther, OneFewOther, Polish }
    enum RuleTrust { Server, Browser }
    enum Measure {
        Count, SumValue, SumQuantity, Share, Last, TopCategory(values), TopBrand(values), TopVariant(values),
    }
    enum ItemTest {
        Category(keys), Sku(keys), Price(comparison, centi), Quantity(comparison, pieces), Discount(comparison, centi),
        Brand(texts), Variant(texts),
    }
    enum Intensity { Off, Light, Full }
    enum Source { Session, GoesWith(seed), Similar, CategoryPopular, Popular, List(reason, products), Viewed }
    enum Seed { Page, Cart, LastOrder }
    enum RecommendationReason { Viewed, GoesWith, Similar, PopularIn, Popular, Trending, Chosen, Again }
    enum Mix { InOrder, TakeTurns }
    enum Exclude { Current, InCart, Purchased, OutOfStock, Viewed }
    enum Rule {
        Weigh(products, percent), Pin(product, place), AtLeast(field, centi), MinStock(pieces), PriceBand(from, to),
        MaxPerCategory(count),
    }
    enum Match { Category(key), Products(keys), Field(field, value) }
    enum UnitKind { Visitor, Customer }
    enum Covariate { Orders, Value, Visits }
    enum Guard { Drop, Rise }
    enum Slice { Device, Visitor, Customer, Country }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::codec::blob::{bytes_of, whole};
    use proptest::prelude::*;

    /// The sections of the golden bundles: their tags, and their blobs.
    fn blobs() -> Vec<(u8, Vec<u8>)> {
        let mut found = Vec::new();
        for bundle in [
            &include_bytes!("../../../tests/golden/decision-header.bundle")[..],
            include_bytes!("../../../tests/golden/conditions.bundle"),
            include_bytes!("../../../tests/golden/vectors.bundle"),
        ] {
            let mut rest = bundle.split_at(12).1;
            let number = |rest: &mut &[u8]| {
                let (number, after) = rest.split_first_chunk::<4>().unwrap();
                *rest = after;
                usize::try_from(u32::from_le_bytes(*number)).unwrap()
            };
            while let Some((tag, after)) = rest.split_first() {
                rest = after;
                for _ in 0..number(&mut rest) {
                    let bytes = number(&mut rest);
                    let (blob, after) = rest.split_at(bytes);
                    found.push((*tag, blob.to_vec()));
                    rest = after;
                }
            }
        }
        found
    }

    /// The bytes that a blob is written as again, if it is one of this type.
    fn rewritten<T: Read + Write>(blob: &[u8]) -> Option<Vec<u8>> {
        whole::<T>(blob).map(|value| bytes_of(&value))
    }

    fn rewritten_section(tag: u8, blob: &[u8]) -> Option<Vec<u8>> {
        match tag {
            1 => rewritten::<Site>(blob),
            2 => rewritten::<Atom>(blob),
            3 => rewritten::<Segment>(blob),
            4 => rewritten::<Slot>(blob),
            5 => rewritten::<Campaign>(blob),
            6 => rewritten::<Content>(blob),
            7 => rewritten::<Rules>(blob),
            11 => rewritten::<Enrolment>(blob),
            12 => rewritten::<Layer>(blob),
            _ => None,
        }
    }

    #[test]
    fn golden_blobs_are_read_whole_and_written_as_they_were() {
        let blobs = blobs();
        for tag in 1..8 {
            let mut of_tag = blobs.iter().filter(|(of, _)| *of == tag).peekable();
            assert!(of_tag.peek().is_some(), "no golden bundle has a section {tag}");
            for (_, blob) in of_tag {
                assert_eq!(rewritten_section(tag, blob).as_ref(), Some(blob), "section {tag}");
                for end in 0..blob.len() {
                    assert_eq!(
                        rewritten_section(tag, blob.split_at(end).0),
                        None,
                        "section {tag} cut after {end} bytes"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_any_bytes_are_read_as_is_read_again_as_it_was_written(
            tag in 1_u8..13, bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0_u8..20], 0..48),
        ) {
            if let Some(written) = rewritten_section(tag, &bytes) {
                prop_assert_eq!(rewritten_section(tag, &written), Some(written));
            }
        }
    }
}
