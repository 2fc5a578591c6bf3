//! The value of every attribute for one visitor on one page.

use super::product::product;
use super::{Facts, UnknownReason, Value};
use crate::attribute::{Attribute, Purpose};
use crate::bundle::AttributeRef;
use crate::codec::percent_decoded;
use crate::limits;
use crate::profile::interest::{self, TOP_INTEREST_MIN};
use alloc::borrow::Cow;

const DAY_S: u32 = 86_400;

impl<'a> Facts<'a> {
    /// The value of an attribute.
    pub fn value(&self, subject: &AttributeRef) -> Value<'a> {
        let granted = match subject.attribute.spec().purpose {
            Purpose::None => true,
            Purpose::Personalization => self.personalization,
            Purpose::Measurement => self.measurement,
        };
        if !granted {
            return Value::Unknown(UnknownReason::NoConsent);
        }
        let argument = subject.argument.as_deref().unwrap_or("");
        self.known(subject.attribute, argument).unwrap_or(Value::Unknown(UnknownReason::Absent))
    }

    /// Without `_`: an attribute that is forgotten here does not compile.
    fn known(&self, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
        let Self { profile, context, page, .. } = *self;
        let (visits, orders, day) = (&profile.visits, &profile.orders, interest::day_of(context.now_s));
        match attribute {
            Attribute::VisitCount => number_unless_zero(u32::from(visits.count)),
            Attribute::VisitFirst => (visits.first_s > 0).then(|| Value::Number(f64::from(visits.first_s / DAY_S))),
            Attribute::VisitDaysSinceLast => self.days_since(visits.previous_s),
            Attribute::SessionPages => number_unless_zero(u32::from(visits.session_pages)),
            Attribute::PageType => text(page.kind),
            Attribute::PagePath => text(context.path),
            Attribute::PageSku => text_of(&page.sku),
            Attribute::PageCategory => text_of(&page.category),
            Attribute::PageLocale => self.site.locales.get(page.decided_locale).and_then(|locale| text(&locale.tag)),
            Attribute::PageQuery => self.query(argument),
            Attribute::PageReferrerHost => text(context.referrer_host),
            Attribute::GeoCountry => text(context.country),
            Attribute::GeoRegion => text(context.region),
            Attribute::GeoContinent => text(context.continent),
            Attribute::GeoEu => context.eu.map(Value::Bool),
            Attribute::GeoCity => text(context.city),
            Attribute::GeoNear => context.place.map(|(latitude, longitude)| Value::Place(latitude, longitude)),
            Attribute::DeviceKind => text(context.device.kind),
            Attribute::DeviceOs => text(context.device.os),
            Attribute::DeviceBrowser => text(context.device.browser),
            Attribute::Language if context.language.is_empty() => None,
            Attribute::Language => Some(Value::Text(Cow::Owned(context.language.to_ascii_lowercase()))),
            Attribute::TimeHour => self.visitor_s().map(|at_s| whole(hour(at_s))),
            Attribute::TimeWeekday => self.visitor_s().map(|at_s| whole(weekday(at_s))),
            Attribute::TimeDate => self.visitor_s().map(|at_s| whole(day_number(at_s))),
            Attribute::TimeLocal => self.visitor_s().map(whole),
            Attribute::TimeNow => Some(whole(i64::from(context.now_s))),
            Attribute::SiteHour => Some(whole(hour(self.site_s()))),
            Attribute::SiteWeekday => Some(whole(weekday(self.site_s()))),
            Attribute::SiteDate => Some(whole(day_number(self.site_s()))),
            Attribute::CartItems => Some(self.cart_items()),
            Attribute::CartValue => Some(self.cart_value()),
            Attribute::CartIdle => self.cart_idle(),
            Attribute::CartHas => Some(Value::Bool(profile.cart.lines.iter().any(|line| &*line.sku == argument))),
            Attribute::OrdersCount => Some(Value::Number(f64::from(orders.count))),
            Attribute::OrdersTotal => Some(Value::Number(major(orders.total_minor))),
            Attribute::OrdersAverage => self.if_ordered(major(orders.total_minor) / f64::from(orders.count)),
            Attribute::OrdersDaysSinceLast if orders.count == 0 => None,
            Attribute::OrdersDaysSinceLast => self.days_since(orders.last_s),
            Attribute::OrdersHas => Some(Value::Bool(orders.skus.iter().any(|sku| &**sku == argument))),
            Attribute::OrdersLastValue => self.if_ordered(f64::from(orders.last_minor) / 100.0),
            Attribute::OrdersLastItems => self.if_ordered(f64::from(orders.last_items)),
            Attribute::OrdersLastHas => Some(Value::Bool(orders.last_skus().any(|sku| sku == argument))),
            Attribute::InterestScore => Some(Value::Number(profile.interest(argument, day))),
            Attribute::TopInterestName => self.top_interest(day).and_then(|(category, _)| text(category)),
            Attribute::TopInterestScore => self.top_interest(day).map(|(_, score)| Value::Number(score)),
            Attribute::Views => {
                let views = profile.interest_in(argument).map_or(0, |interest| interest.views);
                Some(Value::Number(f64::from(views)))
            }
            Attribute::ViewedToday => Some(Value::Bool(profile.viewed_category_on(argument, day))),
            Attribute::Viewed => Some(Value::Bool(profile.viewed_sku(argument))),
            Attribute::ProductPrice
            | Attribute::ProductOnSale
            | Attribute::ProductAvailability
            | Attribute::ProductCategory
            | Attribute::ProductExtra => product(self, attribute, argument),
            // Only the card of a recommended product has these.
            Attribute::ItemId
            | Attribute::ItemTitle
            | Attribute::ItemUrl
            | Attribute::ItemImage
            | Attribute::ItemPrice
            | Attribute::ItemWas
            | Attribute::ItemCategory
            | Attribute::ItemWhy
            | Attribute::ItemExtra => None,
            Attribute::Lifecycle => Some(self.lifecycle()),
            Attribute::Signal => profile.signal(self.site.rules.signal(argument)?, context.now_s).map(Value::Number),
            Attribute::SignalTop => profile.top(self.site.rules.signal(argument)?, context.now_s).and_then(text),
            Attribute::Trait => self.trait_value(argument),
        }
    }

    fn query(&self, key: &str) -> Option<Value<'a>> {
        if !self.site.query_keys.iter().any(|allowed| allowed == key) {
            return None;
        }
        let found = self.context.query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name, true) == key).then_some(value)
        })?;
        let value = percent_decoded(found, true);
        (value.len() <= limits::TEXT_BYTES_MAX).then_some(Value::Text(value))
    }

    /// The visitor's wall clock, in seconds as if it were UTC.
    fn visitor_s(&self) -> Option<i64> {
        self.context.utc_offset_min.map(|offset_min| self.clock_s(offset_min))
    }

    /// The site's wall clock, in seconds as if it were UTC.
    fn site_s(&self) -> i64 {
        self.clock_s(self.site.rules.zone.offset_min_at(self.context.now_s))
    }

    fn clock_s(&self, offset_min: i16) -> i64 {
        i64::from(self.context.now_s) + i64::from(offset_min) * 60
    }

    fn cart_items(&self) -> Value<'a> {
        let pieces = self.profile.cart.lines.iter().map(|line| u32::from(line.quantity));
        Value::Number(f64::from(pieces.sum::<u32>()))
    }

    fn cart_value(&self) -> Value<'a> {
        let lines = self.profile.cart.lines.iter();
        let minor = lines.map(|line| f64::from(line.price_minor) * f64::from(line.quantity));
        // `sum` of nothing is -0.
        Value::Number(minor.fold(0.0, |sum, minor| sum + minor) / 100.0)
    }

    fn cart_idle(&self) -> Option<Value<'a>> {
        let cart = &self.profile.cart;
        let idle_s = self.context.now_s.saturating_sub(cart.at_s);
        (!cart.lines.is_empty()).then(|| Value::Number(f64::from(idle_s)))
    }

    /// A number that only who has ordered has.
    fn if_ordered(&self, number: f64) -> Option<Value<'a>> {
        (self.profile.orders.count > 0).then_some(Value::Number(number))
    }

    fn lifecycle(&self) -> Value<'a> {
        let orders = &self.profile.orders;
        let days = self.context.now_s.saturating_sub(orders.last_s) / DAY_S;
        let stage = self.site.rules.lifecycle.stage(self.profile.visits.count, orders.count, days);
        Value::Text(Cow::Borrowed(stage))
    }

    fn top_interest(&self, day: u16) -> Option<(&'a str, f64)> {
        self.profile.top_interest(day).filter(|(_, strength)| *strength >= TOP_INTEREST_MIN)
    }

    fn trait_value(&self, key: &str) -> Option<Value<'a>> {
        let rule = self.site.rules.traits.iter().find(|rule| rule.key == key)?;
        let value = self.profile.trait_value(key)?;
        // A value that the list no longer has is none.
        let known = rule.values.is_empty() || rule.values.iter().any(|known| known == value);
        known.then_some(Value::Text(Cow::Borrowed(value)))
    }

    fn days_since(&self, at_s: u32) -> Option<Value<'a>> {
        (at_s > 0).then(|| Value::Number(f64::from(self.context.now_s.saturating_sub(at_s) / DAY_S)))
    }
}

/// Seconds, days and hours of any date up to 2106 are exact in an f64.
#[expect(clippy::cast_precision_loss, reason = "at most 33 bits of seconds")]
fn whole<'a>(number: i64) -> Value<'a> {
    Value::Number(number as f64)
}

fn hour(wall_clock_s: i64) -> i64 {
    wall_clock_s.rem_euclid(i64::from(DAY_S)) / 3_600
}

fn day_number(wall_clock_s: i64) -> i64 {
    wall_clock_s.div_euclid(i64::from(DAY_S))
}

/// 1 for Monday; 1970-01-01 was a Thursday, day 4.
fn weekday(wall_clock_s: i64) -> i64 {
    (day_number(wall_clock_s) + 3).rem_euclid(7) + 1
}

#[expect(clippy::cast_precision_loss, reason = "a total beyond 2^53 pence is not kept exactly, nor needs to be")]
fn major(minor: u64) -> f64 {
    minor as f64 / 100.0
}

fn number_unless_zero<'a>(number: u32) -> Option<Value<'a>> {
    (number > 0).then(|| Value::Number(f64::from(number)))
}

fn text(text: &str) -> Option<Value<'_>> {
    (!text.is_empty()).then_some(Value::Text(Cow::Borrowed(text)))
}

fn text_of<'a>(text: &Cow<'a, str>) -> Option<Value<'a>> {
    (!text.is_empty()).then(|| Value::Text(text.clone()))
}
