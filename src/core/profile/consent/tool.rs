//! What the cookie of the site's consent tool says.

use super::choices::Choices;
use super::gpp::gpp_choices;
use super::tcf::tcf_choices;
use crate::bundle::{ConsentSource, ConsentTool};
use crate::codec::percent_decoded;
use crate::limits::{COOKIE_CANDIDATES_MAX, TOOL_COOKIE_BYTES_MAX};
use crate::profile::cookie::header;

/// What the consent tool says in the cookie that the site names; `None` where it names none. A cookie that is absent or
/// cannot be read is silence.
///
/// The cookie is not signed, and a browser may send several of the name. Then a no among them wins. Of more than
/// [`COOKIE_CANDIDATES_MAX`] nobody knows what they say.
pub(in crate::profile) fn choices_of(tool: &ConsentTool, cookie_header: &[u8]) -> Option<Choices> {
    let read: fn(&ConsentTool, &[u8]) -> Option<Choices> = match tool.source {
        _ if tool.cookie.is_empty() => return None,
        ConsentSource::Tcf => |_, value| tcf_choices(value),
        ConsentSource::Gpp => |_, value| gpp_choices(value),
        ConsentSource::Cookie => texts,
        ConsentSource::Api | ConsentSource::Gtag => return None,
    };
    let mut choices = Choices::default();
    for (index, value) in header::values_of_site(cookie_header, &tool.cookie).enumerate() {
        if index == COOKIE_CANDIDATES_MAX {
            return Some(Choices::default());
        }
        let readable = Some(value).filter(|value| value.len() <= TOOL_COOKIE_BYTES_MAX);
        choices = choices.and(readable.and_then(|value| read(tool, value)).unwrap_or_default());
    }
    Some(choices)
}

/// A yes for each purpose whose text stands in the value, as it is or percent-decoded; a no for the other. An empty value
/// says nothing.
fn texts(tool: &ConsentTool, value: &[u8]) -> Option<Choices> {
    let value = core::str::from_utf8(value).ok().filter(|value| !value.is_empty())?;
    let decoded = percent_decoded(value, false);
    let has = |text: &str| stands_in(value, text) || stands_in(&decoded, text);
    Some(Choices::of(has(&tool.personalization), has(&tool.measurement)))
}

/// A text of at most 128 bytes in a value of at most 4,096: at worst half a million comparisons. `str::contains` needs fewer,
/// and more code at each of the four places.
#[inline(never)]
fn stands_in(value: &str, text: &str) -> bool {
    text.is_empty() || value.as_bytes().windows(text.len()).any(|window| window == text.as_bytes())
}
