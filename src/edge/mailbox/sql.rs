//! Numbers and texts in SQL.

use attune_core::profile::EPOCH_S;
use worker::{SqlCursor, SqlStorageValue};

pub(super) fn now_s() -> u32 {
    u32::try_from(worker::Date::now().as_millis() / 1_000).unwrap_or(u32::MAX)
}

/// The least number that the next rows may have: milliseconds since 2025, so that numbers rise even after every row of a
/// visitor was erased.
pub(super) fn number_min() -> SqlStorageValue {
    let ms = worker::Date::now().as_millis().saturating_sub(u64::from(EPOCH_S) * 1_000);
    i64::try_from(ms).unwrap_or(i64::MAX).into()
}

/// The next number of a visitor, in SQL: `?1` is the visitor, `?2` the least that it may be.
pub(super) const NEXT: &str = "max(?2, (SELECT coalesce(max(number), 0) + 1 FROM mail WHERE visitor = ?1))";

/// The one text that was asked for: a list as JSON.
pub(super) fn text_of(found: &SqlCursor) -> worker::Result<String> {
    match found.raw().next().transpose()?.unwrap_or_default().pop() {
        Some(SqlStorageValue::String(list)) => Ok(list),
        _ => Ok("[]".into()),
    }
}
