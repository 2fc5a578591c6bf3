//! Times in signed values.

use crate::codec::Reader;

/// 2025-01-01T00:00:00Z: where times in signed values begin, in seconds since the Unix epoch.
pub const EPOCH_S: u32 = 1_735_689_600;
/// 2025-01-01: where days in signed values begin, in days since the Unix epoch.
pub const EPOCH_DAY: u16 = 20_089;

/// The number a time is written as: 0 for never, else seconds since 2025-01-01 plus one; an earlier time
/// becomes that day's first second.
pub(in crate::profile) fn time_code(at_s: u32) -> u32 {
    if at_s == 0 { 0 } else { at_s.max(EPOCH_S) - EPOCH_S + 1 }
}

/// The time that a number written by [`time_code`] stands for.
pub(in crate::profile) fn time_of(code: u64) -> Option<u32> {
    match code {
        0 => Some(0),
        _ => u32::try_from((code - 1).checked_add(u64::from(EPOCH_S))?).ok(),
    }
}

/// A time that was written as its [`time_code`].
pub(in crate::profile) fn read_time(reader: &mut Reader<'_>) -> Option<u32> {
    time_of(reader.varint()?)
}
