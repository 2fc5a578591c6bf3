//! Consent, traits, signals and the lifecycle, in the words of `attune.toml`.

use attune_core::bundle::{
    Comparison, ConsentSource, ConsentTool, Gpc, Intensity, ItemTest, LifecycleRule, Measure, Regime, Region,
    RuleTrust, Signal,
};

pub(super) fn region(region: &Region) -> &str {
    match region {
        Region::Country(code) => code,
        Region::Eu => "EU",
        Region::Other => "other",
    }
}

pub(super) fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::OptIn => "opt-in",
        Regime::OptOut => "opt-out",
    }
}

pub(super) fn gpc(gpc: Gpc) -> &'static str {
    match gpc {
        Gpc::UntilAnswered => "until-answered",
        Gpc::Final => "final",
    }
}

/// Empty without a tool.
pub(super) fn consent_tool(tool: &ConsentTool) -> String {
    let ConsentTool { source, cookie, personalization, measurement } = tool;
    match source {
        ConsentSource::Api => String::new(),
        ConsentSource::Cookie => {
            format!("cookie:{cookie} (personalization {personalization:?}, measurement {measurement:?})")
        }
        ConsentSource::Tcf | ConsentSource::Gpp | ConsentSource::Gtag if cookie.is_empty() => source.word().to_owned(),
        ConsentSource::Tcf | ConsentSource::Gpp | ConsentSource::Gtag => format!("{} in {cookie}", source.word()),
    }
}

pub(super) fn trust(trust: RuleTrust) -> &'static str {
    match trust {
        RuleTrust::Server => "server",
        RuleTrust::Browser => "browser",
    }
}

pub(super) fn intensity(intensity: Intensity) -> &'static str {
    match intensity {
        Intensity::Off => "off",
        Intensity::Light => "light",
        Intensity::Full => "full",
    }
}

pub(super) fn lifecycle(rule: LifecycleRule) -> String {
    let LifecycleRule { active_days, lapsed_days, loyal_orders } = rule;
    format!("active {active_days} days, lapsed after {lapsed_days} days, loyal from {loyal_orders} orders")
}

pub(super) fn signal(signal: &Signal) -> String {
    let (measure, values) = match &signal.measure {
        Measure::Count => ("count", None),
        Measure::SumValue => ("sum:value", None),
        Measure::SumQuantity => ("sum:quantity", None),
        Measure::Share => ("share", None),
        Measure::Last => ("last", None),
        Measure::TopCategory(values) => ("top:category", Some(values)),
        Measure::TopBrand(values) => ("top:brand", Some(values)),
        Measure::TopVariant(values) => ("top:variant", Some(values)),
    };
    let values = values.map(|values| format!(" of {}", values.join(", "))).unwrap_or_default();
    let tests: Vec<String> = signal.tests.iter().map(item_test).collect();
    let tests = if tests.is_empty() { String::new() } else { format!(", where {}", tests.join(" && ")) };
    let half_life = match signal.half_life_days {
        0 => String::new(),
        days => format!(", half-life {days} days"),
    };
    format!("{measure}{values}, from {}{tests}{half_life}", signal.event)
}

fn item_test(test: &ItemTest) -> String {
    let one_of = |what: &str, values: &[String]| format!("{what} in [{}]", values.join(", "));
    let compared = |what: &str, comparison: Comparison, hundredths: u32| {
        format!("{what} {} {}.{:02}", comparison.sign(), hundredths / 100, hundredths % 100)
    };
    match test {
        ItemTest::Category(values) => one_of("category", values),
        ItemTest::Sku(values) => one_of("sku", values),
        ItemTest::Brand(values) => one_of("brand", values),
        ItemTest::Variant(values) => one_of("variant", values),
        ItemTest::Price(comparison, hundredths) => compared("price", *comparison, *hundredths),
        ItemTest::Discount(comparison, hundredths) => compared("discount", *comparison, *hundredths),
        ItemTest::Quantity(comparison, number) => format!("quantity {} {number}", comparison.sign()),
    }
}
