//! Whole days.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::duration::span_s;
use crate::source::Text;
use attune_core::limits;

/// A number of days, at least one and at most as many as a profile keeps; `what` it is, for the message.
pub(super) fn days(text: Option<Text<'_>>, default: u16, what: &str, sink: &mut Sink<'_>) -> u16 {
    let Some(text) = text else { return default };
    let days = span_s(text.decoded).filter(|s| s % 86_400 == 0 && *s > 0).map(|s| s / 86_400);
    let whole = days.filter(|days| *days <= limits::PROFILE_AGE_DAYS_MAX).and_then(|days| u16::try_from(days).ok());
    whole.unwrap_or_else(|| {
        sink.report(
            Code::BadDuration,
            text.place,
            format!("\"{}\" is not {what}", text.decoded),
            format!("write whole days, from \"1d\" to \"{}d\"", limits::PROFILE_AGE_DAYS_MAX),
        );
        default
    })
}
