//! The site and its rules.

use crate::bundle::{BundleError, Rules, Signal, Site, Trait};
use crate::limits;
use alloc::string::String;

pub(in crate::loaded) fn site(site: &Site) -> Result<(), BundleError> {
    let patterns = site.pages.iter().map(|page| page.patterns.len()).sum::<usize>() + site.never_profile.len();
    let pages = site.pages.iter().map(|page| &page.key);
    let longest = pages.chain(&site.query_keys).chain([&site.name]).map(String::len).max();
    for (what, count, max) in [
        ("bytes in a name", longest.unwrap_or(0), limits::KEY_BYTES_MAX),
        ("hosts", site.hosts.len(), limits::HOSTS_MAX),
        ("query parameters", site.query_keys.len(), limits::QUERY_KEYS_MAX),
        ("locales", site.locales.len(), limits::LOCALES_MAX),
        ("path patterns", patterns, limits::PATTERNS_MAX),
        ("page types", site.pages.len(), limits::PATTERNS_MAX),
    ] {
        if count > max {
            return Err(BundleError::Limit { what, count, max });
        }
    }
    if site.name.is_empty() || site.hosts.is_empty() || site.locales.is_empty() || site.holdout_bp > 10_000 {
        return Err(BundleError::Site);
    }
    Ok(())
}

/// Rules that break a limit are not used at all: the site then has the defaults.
pub(in crate::loaded) fn rules(rules: &Rules) -> Result<(), &'static str> {
    let ascends = rules.zone.changes.iter().map(|(at_s, _)| at_s).is_sorted();
    if rules.zone.changes.len() > limits::ZONE_CHANGES_MAX || !ascends {
        return Err("the zone has too many changes, or out of order");
    }
    let entries = rules.signals.iter().map(Signal::entries_max).sum::<usize>();
    if rules.traits.len() > limits::TRAITS_MAX || entries.max(rules.signals.len()) > limits::SIGNALS_MAX {
        return Err("there are too many traits or signals");
    }
    let values = |t: &Trait| t.values.len() > limits::TRAIT_VALUES_MAX;
    let much = |s: &Signal| {
        let values = s.measure.top().map_or(&[][..], |(_, values)| values);
        s.tests.len() > limits::SIGNAL_TESTS_MAX
            || values.len() > limits::TOP_VALUES_MAX
            || values.iter().any(|value| value.len() > limits::ITEM_TEXT_BYTES_MAX)
    };
    if rules.traits.iter().any(values) || rules.signals.iter().any(much) {
        return Err("a trait or a signal has too many or too long values, or a signal too many tests");
    }
    if rules.intensity.len() > limits::PATTERNS_MAX {
        return Err("there are too many page types");
    }
    let names = rules.traits.iter().map(|t| &t.key).chain(rules.signals.iter().map(|s| &s.key));
    let mut values = rules.traits.iter().flat_map(|t| &t.values);
    if names.chain(rules.intensity.iter().map(|(page, _)| page)).any(|name| name.len() > limits::KEY_BYTES_MAX)
        || values.any(|value| value.len() > limits::TRAIT_BYTES_MAX)
    {
        return Err("a name or a value of a trait is too long");
    }
    Ok(())
}
