//! Attributes with a closed list of values.

use super::scope::Scope;
use super::subject::{Step, Subject};
use crate::locale::COUNTRIES;
use attune_core::attribute::Attribute;
use attune_core::bundle::AttributeRef;

const CONTINENTS: &[&str] = &["AF", "AN", "AS", "EU", "NA", "OC", "SA"];
const DEVICE_KINDS: &[&str] = &["phone", "tablet", "desktop", "tv"];
const DEVICE_SYSTEMS: &[&str] = &["ios", "android", "windows", "macos", "chromeos", "linux"];
const BROWSERS: &[&str] = &["chrome", "safari", "firefox", "edge", "opera", "samsung"];

const AVAILABILITIES: &[&str] = &["in-stock", "out-of-stock", "preorder", "backorder"];
const STAGES: &[&str] = &["new", "browsing", "active", "loyal", "at-risk", "lapsed"];

/// Whether the value is the key of a category.
pub(super) fn is_category(subject: &Subject) -> bool {
    let attribute = subject.reference.attribute;
    matches!(attribute, Attribute::PageCategory | Attribute::TopInterestName | Attribute::ProductCategory)
        && subject.step == Step::None
}

/// Every value that the attribute can have, when they are known.
pub(super) fn values<'s>(subject: &AttributeRef, scope: &'s Scope<'_>) -> Option<&'s [&'s str]> {
    match subject.attribute {
        Attribute::Lifecycle => Some(STAGES),
        Attribute::Trait => {
            let known = scope.traits.iter().find(|(key, _)| Some(*key) == subject.argument.as_deref());
            known.map(|(_, values)| values.as_slice()).filter(|values| !values.is_empty())
        }
        Attribute::SignalTop => {
            let known = scope.signals.iter().find(|(key, _)| Some(*key) == subject.argument.as_deref());
            known.and_then(|(_, values)| values.as_deref()).filter(|values| !values.is_empty())
        }
        Attribute::PageCategory | Attribute::TopInterestName | Attribute::ProductCategory => {
            scope.categories.as_deref()
        }
        Attribute::ProductAvailability => Some(AVAILABILITIES),
        Attribute::PageType => Some(&scope.page_types),
        Attribute::PageLocale => Some(&scope.locales),
        Attribute::GeoCountry => Some(COUNTRIES),
        Attribute::GeoContinent => Some(CONTINENTS),
        Attribute::DeviceKind => Some(DEVICE_KINDS),
        Attribute::DeviceOs => Some(DEVICE_SYSTEMS),
        Attribute::DeviceBrowser => Some(BROWSERS),
        Attribute::VisitCount
        | Attribute::VisitFirst
        | Attribute::VisitDaysSinceLast
        | Attribute::SessionPages
        | Attribute::PagePath
        | Attribute::PageSku
        | Attribute::PageQuery
        | Attribute::PageReferrerHost
        | Attribute::GeoRegion
        | Attribute::GeoEu
        | Attribute::GeoCity
        | Attribute::GeoNear
        | Attribute::Language
        | Attribute::TimeHour
        | Attribute::TimeWeekday
        | Attribute::TimeDate
        | Attribute::TimeNow
        | Attribute::TimeLocal
        | Attribute::SiteHour
        | Attribute::SiteWeekday
        | Attribute::SiteDate
        | Attribute::CartItems
        | Attribute::CartValue
        | Attribute::CartIdle
        | Attribute::CartHas
        | Attribute::OrdersCount
        | Attribute::OrdersTotal
        | Attribute::OrdersAverage
        | Attribute::OrdersDaysSinceLast
        | Attribute::OrdersHas
        | Attribute::OrdersLastValue
        | Attribute::OrdersLastItems
        | Attribute::OrdersLastHas
        | Attribute::InterestScore
        | Attribute::TopInterestScore
        | Attribute::Views
        | Attribute::ViewedToday
        | Attribute::Viewed
        | Attribute::ProductPrice
        | Attribute::ProductOnSale
        | Attribute::ProductExtra
        | Attribute::ItemId
        | Attribute::ItemTitle
        | Attribute::ItemUrl
        | Attribute::ItemImage
        | Attribute::ItemPrice
        | Attribute::ItemWas
        | Attribute::ItemCategory
        | Attribute::ItemWhy
        | Attribute::ItemExtra
        | Attribute::Signal => None,
    }
}
