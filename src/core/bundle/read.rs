//! How the parts of a bundle are read: what `Serialize` wrote. The laws compare it with the readers that `Deserialize` derives,
//! which are used for nothing else: a page would carry 38 KB more.

use super::cards::{Cards, Exclude, Match, Mix, RecommendationReason, Rule, Seed, Source, Strategy};
use super::{
    Arm, ArmRange, Atom, AttributeRef, Body, Campaign, Cap, Comparison, ConsentRules, Content, Context, CoverageStep,
    DateFormat, During, Enrolment, Field, Format, Hole, Intensity, ItemTest, Layer, LayerShare, LifecycleRule, Literal,
    Locale, Measure, MoneyFormat, Near, Op, PageType, Part, PathPattern, PathSegment, PluralRule, Regime, Region,
    Requirement, RuleTrust, Rules, Segment, Signal, Site, Slot, Template, Test, TextTest, Trait, UnitKind,
    WeightChange, Zone,
};
use crate::attribute::Attribute;
use crate::codec::blob::{Blob, Read, read};

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
    struct Site { name, hosts, timezone, holdout_bp, locales, pages, consent, never_profile, query_keys; rules, announced, aliases }
    struct Locale { tag, currency }
    struct PageType { key, patterns }
    struct PathPattern { segments }
    struct ConsentRules { regimes; gpc }
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
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::codec::blob::whole;
    use alloc::format;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use serde::de::DeserializeOwned;

    /// The sections of the golden bundles: their tags, and their blobs.
    fn blobs() -> Vec<(u8, Vec<u8>)> {
        let mut found = Vec::new();
        for bundle in [
            &include_bytes!("../../../tests/golden/announced.bundle")[..],
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

    fn agree<T: Read + DeserializeOwned + core::fmt::Debug>(bytes: &[u8]) {
        let derived = match postcard::take_from_bytes::<T>(bytes) {
            Ok((value, [])) => Some(value),
            _ => None,
        };
        // As texts, in which a number that is none equals itself.
        assert_eq!(format!("{:?}", whole::<T>(bytes)), format!("{derived:?}"), "{bytes:?}");
    }

    fn agree_on(tag: u8, blob: &[u8]) {
        match tag {
            1 => agree::<Site>(blob),
            2 => agree::<Atom>(blob),
            3 => agree::<Segment>(blob),
            4 => agree::<Slot>(blob),
            5 => agree::<Campaign>(blob),
            6 => agree::<Content>(blob),
            7 => agree::<Rules>(blob),
            11 => agree::<Enrolment>(blob),
            12 => agree::<Layer>(blob),
            _ => {}
        }
    }

    #[test]
    fn what_is_written_is_read_whole_and_no_shorter() {
        let blobs = blobs();
        for tag in 1..8 {
            assert!(blobs.iter().any(|(of, _)| *of == tag), "no golden bundle has a section {tag}");
        }
        for (tag, blob) in blobs {
            for end in 0..=blob.len() {
                agree_on(tag, blob.split_at(end).0);
            }
        }
    }

    proptest! {
        #[test]
        fn damaged_blobs_are_read_as_the_derived_readers_do(
            which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..4),
        ) {
            let blobs = blobs();
            let (tag, blob) = which.get(&blobs);
            if !blob.is_empty() {
                let mut damaged = blob.clone();
                for (to, from) in damaged.iter_mut().skip(at.index(blob.len())).zip(bytes) {
                    *to = from;
                }
                agree_on(*tag, &damaged);
            }
        }

        #[test]
        fn any_bytes_are_read_as_the_derived_readers_do(
            tag in 1_u8..13, bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0_u8..20], 0..48),
        ) {
            agree_on(tag, &bytes);
            agree::<crate::html::Selector>(&bytes);
            agree::<Vec<crate::html::ElementEdit>>(&bytes);
            agree::<Cards>(&bytes);
            agree::<Test>(&bytes);
            agree::<(u16, i16)>(&bytes);
            agree::<(u32, i32)>(&bytes);
            agree::<Option<i64>>(&bytes);
        }
    }
}
