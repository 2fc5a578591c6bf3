//! Attributes with a closed list of values.

use super::Scope;
use crate::locale::COUNTRIES;
use attune_core::attribute::Attribute;

const CONTINENTS: &[&str] = &["AF", "AN", "AS", "EU", "NA", "OC", "SA"];
const DEVICE_KINDS: &[&str] = &["phone", "tablet", "desktop", "tv"];
const DEVICE_SYSTEMS: &[&str] = &["ios", "android", "windows", "macos", "chromeos", "linux"];
const BROWSERS: &[&str] = &["chrome", "safari", "firefox", "edge", "opera", "samsung"];

/// Every value that the attribute can have, when they are known.
pub(super) fn values<'s>(attribute: Attribute, scope: &'s Scope<'_>) -> Option<&'s [&'s str]> {
    match attribute {
        Attribute::PageType => Some(&scope.page_types),
        Attribute::PageLocale => Some(&scope.locales),
        Attribute::GeoCountry => Some(COUNTRIES),
        Attribute::GeoContinent => Some(CONTINENTS),
        Attribute::DeviceKind => Some(DEVICE_KINDS),
        Attribute::DeviceOs => Some(DEVICE_SYSTEMS),
        Attribute::DeviceBrowser => Some(BROWSERS),
        _ => None,
    }
}
