//! Login tokens that were brought: each is for the first visitor who brings it.
//!
//! The same visitor may bring it again, because an answer can be lost.

use super::sql::now_s;
use attune_core::limits::{CLOCK_SKEW_S_MAX, LOGIN_TTL_S_MAX};
use worker::SqlStorage;

/// Whether nobody but `by` has brought the token; from then on nobody else can.
pub(super) fn redeem(sql: &SqlStorage, token: &str, by: &str) -> worker::Result<bool> {
    clean_up(sql)?;
    // No token that is still valid expires later.
    let until_s = i64::from(now_s()) + i64::from(LOGIN_TTL_S_MAX + CLOCK_SKEW_S_MAX);
    sql.exec(
        "INSERT INTO redeemed VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        vec![token.into(), by.into(), until_s.into()],
    )?;
    let same = sql.exec("SELECT 1 FROM redeemed WHERE token = ? AND by = ?", vec![token.into(), by.into()])?;
    Ok(same.raw().next().transpose()?.is_some())
}

/// Forgets tokens that have expired.
pub(super) fn clean_up(sql: &SqlStorage) -> worker::Result<()> {
    sql.exec("DELETE FROM redeemed WHERE until_s < ?", vec![i64::from(now_s()).into()])?;
    Ok(())
}
