//! The one table of attributes: name, type, range, purpose, trust, retention and meaning.
//!
//! The type checker, the schema, the reference and the evaluator all read it. Ids are part of the bundle
//! format: a new attribute gets the number after the highest of its group, or, where that number is another group's, the
//! one after the highest of the table. A gap may have been a number once, and a number is never used again.

use core::ops::{Bound, RangeBounds};

/// What a visitor must have agreed to before an attribute is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Contextual: no consent is needed.
    None,
    /// Needs consent to personalization.
    Personalization,
    /// Needs consent to measurement.
    Measurement,
}

/// Who vouches for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The edge platform, or the core itself.
    Platform,
    /// The shop's server, over a signed or authenticated channel.
    Server,
    /// The browser: may target, never identify or authorize.
    Browser,
}

/// The type of an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A yes or no.
    Bool,
    /// A number; counts are whole.
    Number,
    /// Money in major units of the page's currency (pounds, euros).
    Money,
    /// A length of time, in seconds.
    Duration,
    /// A civil date, as days since 1970-01-01.
    Date,
    /// Text; compared byte for byte.
    Text,
    /// A moment, as seconds since 1970-01-01.
    Time,
    /// A place on the globe.
    Place,
}

/// What goes between the brackets of an attribute, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Nothing: `visit.count`.
    None,
    /// A category key: `interest["lanterns"]`.
    Category,
    /// A product key: `viewed("22423")`.
    Sku,
    /// A query parameter: `page.query["utm_source"]`.
    QueryKey,
    /// A field of the catalogue: `item.extra["colour"]`.
    Field,
    /// The key of a trait or a signal, after a dot: `traits.loyalty_tier`.
    Key,
    /// Latitude, longitude and kilometres, which are the test's: `geo.near(51.5, -0.13, 30)`.
    Circle,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The attribute.
    pub attribute: Attribute,
    /// Its name as authored, without the argument.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// What goes between the brackets.
    pub argument: Argument,
    /// What must be agreed to.
    pub purpose: Purpose,
    /// Who vouches for it.
    pub trust: Trust,
}

macro_rules! attributes {
    ($( $id:literal $variant:ident $name:literal $kind:ident $range:tt $argument:ident $purpose:ident $trust:ident $retention:literal $meaning:literal; )*) => {
        /// An attribute of the visitor, the page, or the moment. The number is the format's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Attribute { $( #[doc = $meaning] $variant = $id, )* }

        /// Every attribute, in the order of the reference.
        pub const ATTRIBUTES: &[Spec] = &[ $( Spec {
            attribute: Attribute::$variant, name: $name, kind: Kind::$kind, argument: Argument::$argument,
            purpose: Purpose::$purpose, trust: Trust::$trust,
        }, )* ];

        impl TryFrom<u16> for Attribute {
            type Error = UnknownAttribute;
            fn try_from(id: u16) -> Result<Self, UnknownAttribute> {
                match id { $( $id => Ok(Self::$variant), )* _ => Err(UnknownAttribute(id)) }
            }
        }

        impl Attribute {
            /// Its row of the table.
            pub fn spec(self) -> &'static Spec {
                match self { $( Self::$variant => {
                    const SPEC: &Spec = &Spec {
                        attribute: Attribute::$variant, name: $name, kind: Kind::$kind, argument: Argument::$argument,
                        purpose: Purpose::$purpose, trust: Trust::$trust,
                    };
                    SPEC
                } )* }
            }

            // Ranges and words for people are not in the row: a page never asks for them, and would carry them all.

            /// How long it is kept, in words for the data map.
            pub fn retention(self) -> &'static str {
                match self { $( Self::$variant => $retention, )* }
            }

            /// The lowest and the highest number that it can be; `None` where the table has no bounds.
            pub fn range(self) -> Option<(f64, f64)> {
                match self { $( Self::$variant => bounds $range, )* }
            }

            /// What it means, in one sentence, with its unit and range.
            pub fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

attributes! {
    // Visits
    1 VisitCount "visit.count" Number (1.0..) None Personalization Platform "400 days" "Visits so far, this one included; a visit ends after 30 idle minutes.";
    2 VisitFirst "visit.first" Date (..) None Personalization Platform "400 days" "Day of the first visit (UTC).";
    3 VisitDaysSinceLast "visit.days_since_last" Number (0.0..) None Personalization Platform "400 days" "Whole days since the visit before this one; unknown in the first.";
    4 SessionPages "session.pages" Number (1.0..) None Personalization Platform "this visit" "Pages of this visit, this one included.";
    // The page
    10 PageType "page.type" Text (..) None None Platform "this page" "The page type that the patterns of the pages table give the path.";
    11 PagePath "page.path" Text (..) None None Browser "this page" "The path of the URL.";
    12 PageSku "page.sku" Text (..) None None Browser "this page" "The product key in the path.";
    13 PageCategory "page.category" Text (..) None None Browser "this page" "The category key in the path.";
    14 PageLocale "page.locale" Text (..) None None Platform "this page" "The site's locale that the page is in.";
    15 PageQuery "page.query" Text (..) QueryKey None Browser "this page" "A query parameter from the allow-list.";
    16 PageReferrerHost "page.referrer_host" Text (..) None None Browser "this page" "Host of the page that linked here.";
    // Place, device, time
    20 GeoCountry "geo.country" Text (..) None None Platform "this page" "Country, ISO 3166-1 alpha-2 in capitals.";
    21 GeoRegion "geo.region" Text (..) None None Platform "this page" "Region code within the country (ISO 3166-2, second part).";
    22 GeoContinent "geo.continent" Text (..) None None Platform "this page" "Continent: AF, AN, AS, EU, NA, OC or SA.";
    23 GeoEu "geo.eu" Bool (..) None None Platform "this page" "In the European Union.";
    24 GeoCity "geo.city" Text (..) None Personalization Platform "this page" "City, as the platform names it.";
    25 GeoNear "geo.near" Place (..) Circle Personalization Platform "this page" "Within so many kilometres of a place, as the platform locates the visitor.";
    30 DeviceKind "device.kind" Text (..) None None Browser "this page" "phone, tablet, desktop or tv.";
    31 DeviceOs "device.os" Text (..) None None Browser "this page" "ios, android, windows, macos, chromeos or linux.";
    32 DeviceBrowser "device.browser" Text (..) None None Browser "this page" "chrome, safari, firefox, edge, opera or samsung.";
    33 Language "language" Text (..) None None Browser "this page" "First language the browser asks for, lower case, such as de or pt-br.";
    40 TimeHour "time.hour" Number (0.0..=23.0) None None Platform "this page" "Hour of the visitor's day, 0 to 23.";
    41 TimeWeekday "time.weekday" Number (1.0..=7.0) None None Platform "this page" "Day of the visitor's week, 1 Monday to 7 Sunday.";
    42 TimeDate "time.date" Date (..) None None Platform "this page" "Date where the visitor is.";
    43 TimeNow "time.now" Time (..) None None Platform "this page" "The moment of the page.";
    44 TimeLocal "time.local" Time (..) None None Platform "this page" "The visitor's wall clock, as if it were UTC.";
    45 SiteHour "time.site.hour" Number (0.0..=23.0) None None Platform "this page" "Hour of the site's day, 0 to 23.";
    46 SiteWeekday "time.site.weekday" Number (1.0..=7.0) None None Platform "this page" "Day of the site's week, 1 Monday to 7 Sunday.";
    47 SiteDate "time.site.date" Date (..) None None Platform "this page" "Date on the site's calendar.";
    // Cart and orders
    50 CartItems "cart.items" Number (0.0..) None Personalization Browser "30 days" "Pieces in the cart.";
    51 CartValue "cart.value" Money (0.0..) None Personalization Browser "30 days" "Value of the cart as the browser reported it.";
    52 CartIdle "cart.idle" Duration (0.0..) None Personalization Browser "30 days" "Time since the cart last changed; unknown when it is empty.";
    53 CartHas "cart.has" Bool (..) Sku Personalization Browser "30 days" "This product is in the cart.";
    60 OrdersCount "orders.count" Number (0.0..) None Personalization Server "400 days" "Orders so far, as the shop's server reported them.";
    61 OrdersTotal "orders.total" Money (0.0..) None Personalization Server "400 days" "Value of all orders.";
    62 OrdersAverage "orders.average" Money (0.0..) None Personalization Server "400 days" "Average value of an order; unknown without one.";
    63 OrdersDaysSinceLast "orders.days_since_last" Number (0.0..) None Personalization Server "400 days" "Whole days since the last order; unknown without one.";
    64 OrdersHas "orders.has" Bool (..) Sku Personalization Server "400 days" "This product is among the last bought.";
    65 OrdersLastValue "orders.last.value" Money (0.0..) None Personalization Server "400 days" "Value of the last order; unknown without one.";
    66 OrdersLastItems "orders.last.items" Number (0.0..) None Personalization Server "400 days" "Different products of the last order; unknown without one.";
    67 OrdersLastHas "orders.last.has" Bool (..) Sku Personalization Server "400 days" "This product is in the last order, of which 12 products are remembered.";
    // Interests
    70 InterestScore "interest" Number (0.0..=1.0) Category Personalization Browser "400 days" "Interest in a category, 0 to 1, halved every 14 days.";
    71 TopInterestName "top_interest.name" Text (..) None Personalization Browser "400 days" "The category of highest interest; unknown below 0.2.";
    72 TopInterestScore "top_interest.score" Number (0.0..=1.0) None Personalization Browser "400 days" "Interest in that category, 0 to 1.";
    73 Views "views" Number (0.0..) Category Personalization Browser "400 days" "Views of a category and its products.";
    74 ViewedToday "viewed_today" Bool (..) Category Personalization Browser "1 day" "This category was viewed today (UTC).";
    75 Viewed "viewed" Bool (..) Sku Personalization Browser "400 days" "This product is among the last viewed.";
    // The product of the page, as the catalogue and the live overlay have it now
    90 ProductPrice "product.price" Money (0.0..) None None Server "this page" "What the page's product costs now, sales included; unknown when the live price is too old, or in a locale of another currency.";
    91 ProductOnSale "product.on_sale" Bool (..) None None Server "this page" "The page's product costs less than usual now.";
    92 ProductAvailability "product.availability" Text (..) None None Server "this page" "in-stock, out-of-stock, preorder or backorder; unknown when the live stock is too old.";
    93 ProductCategory "product.category" Text (..) None None Server "this page" "Key of the category of the page's product.";
    94 ProductExtra "product.extra" Text (..) Field None Server "this page" "An extra field of the page's product; private fields are refused.";
    // Recommended products: only in the cards of a recommendation
    110 ItemId "item.id" Text (..) None None Server "this page" "Key of a recommended product.";
    111 ItemTitle "item.title" Text (..) None None Server "this page" "Name of a recommended product.";
    112 ItemUrl "item.url" Text (..) None None Server "this page" "URL of a recommended product.";
    113 ItemImage "item.image" Text (..) None None Server "this page" "URL of its picture.";
    114 ItemPrice "item.price" Money (0.0..) None None Server "this page" "What it costs now; nothing when the live price is too old.";
    115 ItemWas "item.was" Money (0.0..) None None Server "this page" "What it costs outside the sale; nothing when there is none.";
    116 ItemCategory "item.category" Text (..) None None Server "this page" "Name of its category.";
    117 ItemWhy "item.why" Text (..) None None Server "this page" "Why it is recommended, in words.";
    118 ItemExtra "item.extra" Text (..) Field None Server "this page" "An extra field of the catalogue; private fields are refused.";
    80 Lifecycle "lifecycle" Text (..) None Personalization Server "400 days" "new, browsing, active, loyal, at-risk or lapsed.";
    // What the site defines
    81 Signal "signal" Number (0.0..) Key Personalization Browser "400 days" "An authored memory of events; unknown before the first.";
    83 SignalTop "signal" Text (..) Key Personalization Browser "400 days" "Of a signal that measures top: the value that its events had most; unknown before the first.";
    82 Trait "traits" Text (..) Key Personalization Server "400 days" "A text that one of the shop's systems says of the visitor.";
}

/// A number that names no attribute of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no attribute has the number {0}; the bundle was made by a newer compiler")]
pub struct UnknownAttribute(pub u16);

/// The ends of a range of the table; infinite where it has no highest number.
fn bounds(range: impl RangeBounds<f64>) -> Option<(f64, f64)> {
    match (range.start_bound(), range.end_bound()) {
        (Bound::Included(low), Bound::Included(high)) => Some((*low, *high)),
        (Bound::Included(low), Bound::Unbounded) => Some((*low, f64::INFINITY)),
        _ => None,
    }
}

impl From<Attribute> for u16 {
    fn from(attribute: Attribute) -> Self {
        attribute as Self
    }
}

impl Attribute {
    /// It is of a recommended product, and unknown outside its card.
    pub fn is_of_item(self) -> bool {
        (Self::ItemId..=Self::ItemExtra).contains(&self)
    }

    /// It is a URL of the shop's own, which may lead to another host. Any other text stays on the site.
    pub fn is_trusted_url(self) -> bool {
        matches!(self, Self::ItemUrl | Self::ItemImage)
    }

    /// It is of the page's product, which only a catalogue knows.
    pub fn is_of_product(self) -> bool {
        (Self::ProductPrice..=Self::ProductExtra).contains(&self)
    }

    /// The attribute with this authored name.
    pub fn named(name: &str) -> Option<&'static Spec> {
        ATTRIBUTES.iter().find(|spec| spec.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_unique_and_round_trip() {
        for (i, spec) in ATTRIBUTES.iter().enumerate() {
            assert_eq!(Attribute::try_from(u16::from(spec.attribute)), Ok(spec.attribute));
            // A signal is a number or a text, by what it measures.
            let is_text_signal = spec.attribute == Attribute::SignalTop;
            let named = if is_text_signal { Attribute::Signal } else { spec.attribute };
            assert_eq!(Attribute::named(spec.name).map(|s| s.attribute), Some(named));
            assert!(!spec.attribute.meaning().is_empty() && !spec.attribute.retention().is_empty());
            let same = |other: &&Spec| other.name == spec.name && other.attribute != Attribute::SignalTop;
            assert!(ATTRIBUTES.iter().skip(i + 1).find(same).is_none());
        }
        assert_eq!(Attribute::try_from(9_999), Err(UnknownAttribute(9_999)));
    }

    #[test]
    fn every_number_has_a_lowest_and_nothing_else_has() {
        for spec in ATTRIBUTES {
            let is_number = matches!(spec.kind, Kind::Number | Kind::Money | Kind::Duration);
            assert_eq!(spec.attribute.range().is_some(), is_number, "the range of {}", spec.name);
        }
        assert_eq!(Attribute::TimeWeekday.range(), Some((1.0, 7.0)));
        assert_eq!(Attribute::CartValue.range(), Some((0.0, f64::INFINITY)));
    }
}
