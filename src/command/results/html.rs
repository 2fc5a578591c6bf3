//! Results as one file that can be sent on.
use super::report::Report;
pub(crate) fn report(_: &Report) -> String {
    String::new()
}
