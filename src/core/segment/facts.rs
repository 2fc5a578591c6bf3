//! The value of every attribute for one visitor on one page.

use crate::attribute::{Attribute, Purpose};
use crate::bundle::{Announced, AttributeRef, Site, leaves_no_memory, percent_decoded};
use crate::context::Context;
use crate::limits;
use crate::picks::{self, Shelf};
use crate::profile::{Profile, interest};
use alloc::borrow::Cow;

const DAY_S: u32 = 86_400;
/// Interest below which there is no top interest: less than one view.
const TOP_INTEREST_MIN: f64 = 0.2;

/// Why a value is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody said, or it never happened.
    Absent,
    /// The visitor has not agreed to its use.
    NoConsent,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Unknown(Why),
    /// A yes or no.
    Bool(bool),
    /// A number, money in major units, seconds, or days since 1970-01-01.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A place: latitude and longitude, in degrees.
    Place(f64, f64),
}

/// What the page patterns say of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<'a> {
    /// Page type; empty when no pattern has the path.
    pub kind: &'a str,
    /// Product key; empty when the pattern captures none.
    pub sku: Cow<'a, str>,
    /// Category key; empty when the pattern captures none.
    pub category: Cow<'a, str>,
    /// Index of the locale that contents are written in: the document's, or where the site has none of its
    /// language, that of the path.
    pub locale: usize,
    /// Index of the locale that is decided by: where the origin is told the decision, that of the path, since the
    /// page is not there yet.
    pub decided_locale: usize,
    /// What the origin is told of this page, if it is.
    pub announced: Option<&'a Announced>,
    /// Views of this page leave no memory.
    pub never_profile: bool,
}

impl<'a> Page<'a> {
    /// Matches a path against the site's patterns; the first that has it wins.
    pub fn of(site: &'a Site, path: &'a str, document_lang: &str) -> Self {
        let announced = announced_on(site, path);
        let of_path = path_locale(site, path);
        let locale = locale_named(site, document_lang, language_of(document_lang)).unwrap_or(of_path);
        let mut page = Page {
            locale,
            decided_locale: if announced.is_some() { of_path } else { locale },
            announced,
            never_profile: leaves_no_memory(&site.never_profile, path),
            ..Page::default()
        };
        let first = site
            .pages
            .iter()
            .flat_map(|kind| kind.patterns.iter().map(move |pattern| (kind, pattern)))
            .find_map(|(kind, pattern)| pattern.captured(path).map(|captured| (kind, captured)));
        if let Some((kind, captured)) = first {
            page.kind = &kind.key;
            page.sku = sku(captured.sku);
            page.category = match percent_decoded(captured.category, false) {
                Cow::Borrowed(name) => site.category(name),
                Cow::Owned(name) => Cow::Owned(site.category(&name).into_owned()),
            };
        }
        page
    }
}

/// What the origin is told of the pages of this path: the first entry that has it.
pub(crate) fn announced_on<'a>(site: &'a Site, path: &str) -> Option<&'a Announced> {
    site.announced.iter().find(|told| told.has(path))
}

/// A captured product key, percent-decoded; one that is too long is no key.
fn sku(captured: &str) -> Cow<'_, str> {
    let decoded = percent_decoded(captured, false);
    if decoded.len() <= limits::SKU_BYTES_MAX { decoded } else { Cow::Borrowed("") }
}

/// The locale that the path begins with, by its tag or its language: `/de-DE/p/1`, `/de/p/1`; else the fallback.
fn path_locale(site: &Site, path: &str) -> usize {
    let first = path.split('/').nth(1).unwrap_or("");
    locale_named(site, first, first).unwrap_or(0)
}

/// The locale of this tag, else the first of the language.
fn locale_named(site: &Site, tag: &str, language: &str) -> Option<usize> {
    let position = |is_it: &dyn Fn(&str) -> bool| site.locales.iter().position(|locale| is_it(&locale.tag));
    let exact = position(&|known| is_tag(known, tag));
    exact.or_else(|| position(&|known| language_of(known).eq_ignore_ascii_case(language)))
}

/// Many write `de_DE` for `de-DE`.
const DASHES: [char; 2] = ['-', '_'];

fn is_tag(known: &str, tag: &str) -> bool {
    let is_same = |(known, byte): (u8, u8)| known.eq_ignore_ascii_case(&byte) || (known == b'-' && byte == b'_');
    known.len() == tag.len() && known.bytes().zip(tag.bytes()).all(is_same)
}

fn language_of(tag: &str) -> &str {
    tag.split(DASHES).next().unwrap_or(tag)
}

/// Everything a condition may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The site.
    pub site: &'a Site,
    /// The catalogue and what goes with it.
    pub shelf: &'a Shelf,
    /// The visitor's memory.
    pub profile: &'a Profile,
    /// The moment.
    pub context: &'a Context<'a>,
    /// The page.
    pub page: &'a Page<'a>,
    /// The visitor's memory may be used for personalization.
    pub personalization: bool,
    /// It may be used for measurement.
    pub measurement: bool,
}

impl<'a> Facts<'a> {
    /// The value of an attribute.
    pub fn value(&self, subject: &AttributeRef) -> Value<'a> {
        let granted = match subject.attribute.spec().purpose {
            Purpose::None => true,
            Purpose::Personalization => self.personalization,
            Purpose::Measurement => self.measurement,
        };
        if !granted {
            return Value::Unknown(Why::NoConsent);
        }
        let argument = subject.argument.as_deref().unwrap_or("");
        self.of_visit(subject.attribute)
            .or_else(|| self.of_page(subject.attribute, argument))
            .or_else(|| self.of_place(subject.attribute))
            .or_else(|| self.of_time(subject.attribute))
            .or_else(|| self.of_shop(subject.attribute, argument))
            .or_else(|| self.of_interest(subject.attribute, argument))
            .or_else(|| self.of_rules(subject.attribute, argument))
            .or_else(|| picks::of_product(self, subject.attribute, argument))
            .unwrap_or(Value::Unknown(Why::Absent))
    }

    fn of_visit(&self, attribute: Attribute) -> Option<Value<'a>> {
        let visits = &self.profile.visits;
        match attribute {
            Attribute::VisitCount => number_unless_zero(u32::from(visits.count)),
            Attribute::VisitFirst if visits.first_s > 0 => Some(Value::Number(f64::from(visits.first_s / DAY_S))),
            Attribute::VisitDaysSinceLast => self.days_since(visits.previous_s),
            Attribute::SessionPages => number_unless_zero(u32::from(visits.session_pages)),
            _ => None,
        }
    }

    fn of_page(&self, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
        match attribute {
            Attribute::PageType => text(self.page.kind),
            Attribute::PagePath => text(self.context.path),
            Attribute::PageSku => text_of(&self.page.sku),
            Attribute::PageCategory => text_of(&self.page.category),
            Attribute::PageLocale => {
                self.site.locales.get(self.page.decided_locale).and_then(|locale| text(&locale.tag))
            }
            Attribute::PageQuery => self.query(argument),
            Attribute::PageReferrerHost => text(self.context.referrer_host),
            _ => None,
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

    fn of_place(&self, attribute: Attribute) -> Option<Value<'a>> {
        let context = self.context;
        match attribute {
            Attribute::GeoCountry => text(context.country),
            Attribute::GeoRegion => text(context.region),
            Attribute::GeoContinent => text(context.continent),
            Attribute::GeoEu => context.eu.map(Value::Bool),
            Attribute::GeoCity => text(context.city),
            Attribute::GeoNear => context.place.map(|(latitude, longitude)| Value::Place(latitude, longitude)),
            Attribute::DeviceKind => text(context.device.kind),
            Attribute::DeviceOs => text(context.device.os),
            Attribute::DeviceBrowser => text(context.device.browser),
            Attribute::Language if !context.language.is_empty() => {
                Some(Value::Text(Cow::Owned(context.language.to_ascii_lowercase())))
            }
            _ => None,
        }
    }

    fn of_time(&self, attribute: Attribute) -> Option<Value<'a>> {
        let now_s = self.context.now_s;
        let at = |offset_min: i16| i64::from(now_s) + i64::from(offset_min) * 60;
        let visitor_s = || self.context.utc_offset_min.map(at);
        let site_s = || Some(at(self.site.rules.zone.offset_min_at(now_s)));
        // Seconds, days and hours of any date up to 2106 are exact in an f64.
        #[expect(clippy::cast_precision_loss, reason = "at most 33 bits of seconds")]
        let whole = |number: i64| Some(Value::Number(number as f64));
        match attribute {
            Attribute::TimeHour => whole(hour(visitor_s()?)),
            Attribute::TimeDate => whole(day(visitor_s()?)),
            Attribute::TimeWeekday => whole(weekday(visitor_s()?)),
            Attribute::TimeLocal => whole(visitor_s()?),
            Attribute::TimeNow => whole(i64::from(now_s)),
            Attribute::SiteHour => whole(hour(site_s()?)),
            Attribute::SiteDate => whole(day(site_s()?)),
            Attribute::SiteWeekday => whole(weekday(site_s()?)),
            _ => None,
        }
    }

    fn of_shop(&self, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
        let (cart, orders) = (&self.profile.cart, &self.profile.orders);
        let has_order = orders.count > 0;
        match attribute {
            Attribute::CartItems => {
                Some(Value::Number(f64::from(cart.lines.iter().map(|line| u32::from(line.quantity)).sum::<u32>())))
            }
            Attribute::CartValue => {
                let minor = cart.lines.iter().map(|line| f64::from(line.price_minor) * f64::from(line.quantity));
                // `sum` of nothing is -0.
                Some(Value::Number(minor.fold(0.0, |sum, minor| sum + minor) / 100.0))
            }
            Attribute::CartIdle if !cart.lines.is_empty() => {
                Some(Value::Number(f64::from(self.context.now_s.saturating_sub(cart.at_s))))
            }
            Attribute::CartHas => Some(Value::Bool(cart.lines.iter().any(|line| &*line.sku == argument))),
            Attribute::OrdersCount => Some(Value::Number(f64::from(orders.count))),
            Attribute::OrdersTotal => Some(Value::Number(major(orders.total_minor))),
            Attribute::OrdersAverage if has_order => {
                Some(Value::Number(major(orders.total_minor) / f64::from(orders.count)))
            }
            Attribute::OrdersDaysSinceLast if has_order => self.days_since(orders.last_s),
            Attribute::OrdersLastValue if has_order => Some(Value::Number(f64::from(orders.last_minor) / 100.0)),
            Attribute::OrdersLastItems if has_order => Some(Value::Number(f64::from(orders.last_items))),
            Attribute::OrdersLastHas => Some(Value::Bool(orders.last_skus().any(|sku| sku == argument))),
            Attribute::OrdersHas => Some(Value::Bool(orders.skus.iter().any(|sku| &**sku == argument))),
            Attribute::Lifecycle => {
                let days = self.context.now_s.saturating_sub(orders.last_s) / DAY_S;
                let stage = self.site.rules.lifecycle.stage(self.profile.visits.count, orders.count, days);
                Some(Value::Text(Cow::Borrowed(stage)))
            }
            _ => None,
        }
    }

    fn of_interest(&self, attribute: Attribute, argument: &str) -> Option<Value<'a>> {
        let day = interest::day_of(self.context.now_s);
        let profile = self.profile;
        let top = || profile.top_interest(day).filter(|(_, strength)| *strength >= TOP_INTEREST_MIN);
        match attribute {
            Attribute::InterestScore => Some(Value::Number(profile.interest(argument, day))),
            Attribute::TopInterestName => top().and_then(|(category, _)| text(category)),
            Attribute::TopInterestScore => top().map(|(_, score)| Value::Number(score)),
            Attribute::Views => {
                let views = profile.interest_in(argument).map_or(0, |interest| interest.views);
                Some(Value::Number(f64::from(views)))
            }
            Attribute::ViewedToday => Some(Value::Bool(profile.viewed_category_on(argument, day))),
            Attribute::Viewed => Some(Value::Bool(profile.viewed_sku(argument))),
            _ => None,
        }
    }

    fn of_rules(&self, attribute: Attribute, key: &str) -> Option<Value<'a>> {
        let rules = &self.site.rules;
        match attribute {
            Attribute::Signal => {
                let signal = rules.signals.iter().find(|signal| signal.key == key)?;
                self.profile.signal(signal, self.context.now_s).map(Value::Number)
            }
            Attribute::SignalTop => {
                let signal = rules.signals.iter().find(|signal| signal.key == key)?;
                self.profile.top(signal, self.context.now_s).and_then(text)
            }
            Attribute::Trait => {
                let rule = rules.traits.iter().find(|rule| rule.key == key)?;
                let value = self.profile.trait_value(key)?;
                // A value that the list no longer has is none.
                let known = rule.values.is_empty() || rule.values.iter().any(|known| known == value);
                known.then_some(Value::Text(Cow::Borrowed(value)))
            }
            _ => None,
        }
    }

    fn days_since(&self, at_s: u32) -> Option<Value<'a>> {
        (at_s > 0).then(|| Value::Number(f64::from(self.context.now_s.saturating_sub(at_s) / DAY_S)))
    }
}

fn hour(wall_clock_s: i64) -> i64 {
    wall_clock_s.rem_euclid(i64::from(DAY_S)) / 3_600
}

fn day(wall_clock_s: i64) -> i64 {
    wall_clock_s.div_euclid(i64::from(DAY_S))
}

/// 1 for Monday; 1970-01-01 was a Thursday, day 4.
fn weekday(wall_clock_s: i64) -> i64 {
    (day(wall_clock_s) + 3).rem_euclid(7) + 1
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
