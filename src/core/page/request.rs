//! The request as the shim hands it over: fields joined by line ends, in a fixed order.

use crate::codec::from_hex;
use crate::context::Context;
use crate::device;

/// Fields of a request text, the version included. The last, the place, may be left out.
pub const FIELDS: usize = 18;
const FIELDS_MIN: usize = 17;

/// Why a request text cannot be read: the shim and the core are of different versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Not the version this core speaks.
    #[error("the request is not of version 1")]
    Version,
    /// Not as many fields as agreed.
    #[error("the request has {0} fields, not {FIELDS_MIN}")]
    Fields(usize),
    /// A field that must be a number is not one.
    #[error("the time or the random id of the request is malformed")]
    Malformed,
}

/// What asks for a page, and so what becomes of it: the rows of the table in `docs/pages.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// A navigation of a window, or a client that does not say: old browsers, tools.
    Document,
    /// A frame, an object or an embed of another page.
    Frame,
    /// A script that fetches a whole document to put it into the present one, such as Turbo.
    Fetch,
    /// Anything else, such as an image or a style sheet: no page is wanted.
    #[default]
    Other,
}

impl Destination {
    /// From the flags of a request text; the letters exclude each other.
    fn of(flags: &str) -> Self {
        let letters = [('d', Self::Document), ('f', Self::Frame), ('x', Self::Fetch)];
        letters
            .into_iter()
            .find(|(letter, _)| flags.contains(*letter))
            .map_or(Self::Other, |(_, destination)| destination)
    }
}

/// One request for a page.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags of one request")]
pub struct Request<'a> {
    /// The moment, with the document's language still unknown.
    pub context: Context<'a>,
    /// What asks for the page with GET.
    pub destination: Destination,
    /// A GET document navigation: the only kind that may write a cookie.
    pub document: bool,
    /// A prefetch or prerender, of whatever kind: nothing is written.
    pub prefetch: bool,
    /// htmx asks for a part of a page.
    pub partial: bool,
    /// `Sec-GPC: 1`.
    pub gpc: bool,
    /// The origin's header says UTF-8.
    pub utf8: bool,
    /// The plan and the page script are wanted.
    pub measure: bool,
    /// The view of the page was told before: it is not counted once more.
    pub viewed: bool,
    /// The browser decides the next pages itself, and wants what it needs for that.
    pub local: bool,
    /// How a robot was known: `verified` and `score` by the platform, `user-agent` by its user agent; empty for people.
    pub robot: &'static str,
    /// Host.
    pub host: &'a str,
    /// `Cookie` header.
    pub cookie: &'a str,
    /// Path of the page that led here, where it is of the same host; empty otherwise.
    pub referrer_path: &'a str,
    /// Nonce of the origin's content security policy; empty when there is none.
    pub nonce: &'a str,
    /// For a new visitor id.
    pub random: [u8; 16],
}

impl<'a> Request<'a> {
    /// Reads a request text.
    ///
    /// # Errors
    /// [`RequestError`] when it is not exactly as agreed.
    pub fn parse(text: &'a str) -> Result<Self, RequestError> {
        let [
            version,
            now_ms,
            flags,
            host,
            path,
            query,
            cookie,
            referrer,
            agent,
            languages,
            country,
            region,
            continent,
            eu,
            offset,
            nonce,
            random,
            place,
        ] = fields(text)?;
        if version != "1" {
            return Err(RequestError::Version);
        }
        let now_ms: u64 = now_ms.parse().map_err(|_| RequestError::Malformed)?;
        let mut device = device::from_user_agent(agent);
        let robot = match device.bot {
            _ if flags.contains('b') => "verified",
            _ if flags.contains('a') => "score",
            true => "user-agent",
            false => "",
        };
        device.bot = !robot.is_empty();
        let (place, city) = whereabouts(place);
        let context = Context {
            now_s: u32::try_from(now_ms / 1_000).map_err(|_| RequestError::Malformed)?,
            path,
            query,
            referrer_host: device::url_host(referrer),
            document_lang: "",
            country,
            region,
            continent,
            eu: match eu {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            },
            language: device::preferred_language(languages),
            device,
            utc_offset_min: offset.parse().ok().filter(|minutes| (-720..=840).contains(minutes)),
            city,
            place,
        };
        let destination = Destination::of(flags);
        Ok(Self {
            context,
            destination,
            document: destination == Destination::Document,
            prefetch: flags.contains('p'),
            partial: flags.contains('h'),
            gpc: flags.contains('g'),
            utf8: flags.contains('u'),
            measure: flags.contains('m'),
            viewed: flags.contains('v'),
            local: flags.contains('l'),
            robot,
            host,
            cookie,
            referrer_path: own_path(referrer, host),
            nonce,
            random: from_hex(random).ok_or(RequestError::Malformed)?,
        })
    }
}

/// The fields of a request text; those that may be left out are empty then.
fn fields(text: &str) -> Result<[&str; FIELDS], RequestError> {
    let mut fields = [""; FIELDS];
    let mut count = 0;
    for field in text.split('\n') {
        if let Some(place) = fields.get_mut(count) {
            *place = field;
        }
        count += 1;
    }
    if (FIELDS_MIN..=FIELDS).contains(&count) { Ok(fields) } else { Err(RequestError::Fields(count)) }
}

/// The path of a URL of this host; empty for another one.
fn own_path<'a>(url: &'a str, host: &str) -> &'a str {
    let own = url.split_once("://").and_then(|(_, rest)| rest.strip_prefix(host)).filter(|rest| rest.starts_with('/'));
    own.and_then(|path| path.split(['?', '#']).next()).unwrap_or("")
}

/// `latitude longitude city`, each of which may be empty.
fn whereabouts(text: &str) -> (Option<(f64, f64)>, &str) {
    let mut parts = text.splitn(3, ' ');
    let mut degrees = |max: f64| parts.next().and_then(decimal).filter(|degrees| degrees.abs() <= max);
    let (latitude, longitude) = (degrees(90.0), degrees(180.0));
    (latitude.zip(longitude), parts.next().unwrap_or(""))
}

/// A decimal number of at most three whole digits, to the sixth fractional one. The standard library reads any double
/// exactly, and costs ten times this module for it.
fn decimal(text: &str) -> Option<f64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    if whole.len() > 3 {
        return None;
    }
    let fraction = fraction.get(..6).unwrap_or(fraction);
    let millionths = if fraction.is_empty() { 0 } else { number(fraction)? * 10_u32.pow(6 - length(fraction)) };
    Some(sign * (f64::from(number(whole)?) + f64::from(millionths) / 1e6))
}

/// At most six.
fn length(digits: &str) -> u32 {
    u32::try_from(digits.len()).unwrap_or(6).min(6)
}

#[cfg(test)]
mod tests {
    use super::{own_path, whereabouts};

    #[test]
    fn only_a_page_of_the_same_host_is_the_page_before() {
        assert_eq!(own_path("https://shop.test/c/lanterns?a=1#b", "shop.test"), "/c/lanterns");
        for other in ["", "https://shop.test", "https://shop.test.evil/c", "https://evil/shop.test/c", "/c/lanterns"] {
            assert_eq!(own_path(other, "shop.test"), "", "{other}");
        }
    }

    #[test]
    fn a_place_is_read_as_far_as_it_is_one() {
        assert_eq!(whereabouts("51.50740 -0.1278 London"), (Some((51.5074, -0.1278)), "London"));
        assert_eq!(whereabouts("-33.9 18.4 Cape Town"), (Some((-33.9, 18.4)), "Cape Town"));
        assert_eq!(whereabouts("  York"), (None, "York"));
        assert_eq!(whereabouts(""), (None, ""));
        for bad in ["91 0 x", "0 181 x", "1e1 0 x", "+1 0 x", "nan 0 x", ". 0 x", "1.x 0 x", "1.é 0 x", "1234 0 x"] {
            assert_eq!(whereabouts(bad), (None, "x"), "{bad}");
        }
    }
}
