//! The moment of a decision: the page, the place, the device and the time, as plain data.

/// What is true of this request, beside the profile. Empty text means unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Context<'a> {
    /// Seconds since the Unix epoch.
    pub now_s: u32,
    /// Path of the URL, beginning with `/`, still percent-encoded.
    pub path: &'a str,
    /// Query of the URL without `?`, still percent-encoded.
    pub query: &'a str,
    /// Host of the referring page.
    pub referrer_host: &'a str,
    /// Language tag of the document, such as `de-DE`, from the URL or `<html lang>`.
    pub document_lang: &'a str,
    /// Country, ISO 3166-1 alpha-2 in capitals.
    pub country: &'a str,
    /// Region within the country.
    pub region: &'a str,
    /// Continent: AF, AN, AS, EU, NA, OC or SA.
    pub continent: &'a str,
    /// In the European Union, where the platform says so.
    pub eu: Option<bool>,
    /// Most wanted language of `Accept-Language`, as it stands there.
    pub language: &'a str,
    /// Device.
    pub device: Device,
    /// What to add to UTC where the visitor is, in minutes.
    pub utc_offset_min: Option<i16>,
    /// City, as the platform names it.
    pub city: &'a str,
    /// About where the visitor is: latitude and longitude, in degrees.
    pub place: Option<(f64, f64)>,
}

/// The kinds of devices.
pub const DEVICE_KINDS: [&str; 4] = ["phone", "tablet", "desktop", "tv"];

/// What the user agent says of itself; empty text means unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// One of [`DEVICE_KINDS`].
    pub kind: &'static str,
    /// ios, android, windows, macos, chromeos or linux.
    pub os: &'static str,
    /// chrome, safari, firefox, edge, opera or samsung.
    pub browser: &'static str,
    /// Says that it is a robot: always gets the default, never counts.
    pub bot: bool,
}
