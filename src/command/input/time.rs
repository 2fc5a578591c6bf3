//! Moments that options name.

use crate::failure::Failure;
use crate::host::host;
use attune_core::civil::parse_time;

/// Seconds since the Unix epoch of the RFC 3339 time that an option has.
pub fn parse(option: &str, text: &str) -> Result<u32, Failure> {
    parse_time(text)
        .ok_or_else(|| Failure::new(format!("{option} {text} is not a time"), "write it as 2026-11-20T18:30:00Z"))
}

/// The moment that an option has, or now.
pub fn moment(option: &str, text: Option<&str>) -> Result<u32, Failure> {
    text.map_or_else(now_s, |text| parse(option, text))
}

/// Seconds since the Unix epoch, by the clock of this machine.
pub fn now_s() -> Result<u32, Failure> {
    u32::try_from(host().now_s()).map_err(|_| Failure::new("the clock of this machine is wrong", "set the clock"))
}
