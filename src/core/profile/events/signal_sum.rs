//! The sum that a signal remembers, which time takes from.

use crate::limits::SIGNALS_MAX;
use crate::profile::model::{Profile, SignalState};

/// Highest sum a signal keeps, in thousandths: two million.
pub const SUM_MILLI_MAX: u32 = 2_000_000_000;

/// A sum after some days, when it halves in `half_life_days`; 0 is never.
///
/// Whole halvings are shifts. Between two of them 2^-f is a polynomial in fixed point, off by less than one part in
/// 5,000: what `exp2` gives differs between native code and Wasm.
pub(in crate::profile) fn decayed(sum_milli: u32, days: u16, half_life_days: u16) -> u32 {
    const ONE: u64 = 1 << 16;
    if half_life_days == 0 {
        return sum_milli;
    }
    let halvings = days / half_life_days;
    if halvings >= 32 {
        return 0;
    }
    let f = u64::from(days % half_life_days) * ONE / u64::from(half_life_days);
    // 2^-f = 1 - 0.6916 f + 0.2312 f^2 - 0.0396 f^3 between 0 and 1, its ends exact.
    let (square, cube) = (f * f / ONE, f * f / ONE * f / ONE);
    let factor = ONE - 45_324 * f / ONE + 15_149 * square / ONE - 2_593 * cube / ONE;
    u32::try_from(((u64::from(sum_milli) * factor) >> halvings) / ONE).unwrap_or(sum_milli)
}

pub(in crate::profile) fn add(
    profile: &mut Profile,
    key: u32,
    half_life_days: u16,
    amount_milli: u32,
    total_milli: u32,
    day: u16,
) {
    let at = profile.signals.iter().position(|state| state.key == key).unwrap_or_else(|| {
        profile.signals.push(SignalState { key, day, ..SignalState::default() });
        profile.signals.len() - 1
    });
    let Some(state) = profile.signals.get_mut(at) else { return };
    let later = day.max(state.day);
    let decay = |sum_milli, from: u16| decayed(sum_milli, later - from.min(later), half_life_days);
    state.sum_milli = decay(state.sum_milli, state.day).saturating_add(decay(amount_milli, day)).min(SUM_MILLI_MAX);
    state.total_milli = decay(state.total_milli, state.day).saturating_add(decay(total_milli, day)).min(SUM_MILLI_MAX);
    state.day = later;
    crate::sort::by_key(&mut profile.signals, |state| state.key);
    profile.signals.truncate(SIGNALS_MAX);
}
