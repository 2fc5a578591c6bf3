//! How long a manifest is good for.

/// Days after which a cold isolate refuses a manifest, as `attune sign` has it.
const DAYS: u64 = 400;

/// The moment after which a manifest of now is refused by a cold isolate.
pub(super) fn expires_s(now_s: u64) -> u64 {
    now_s + DAYS * 86_400
}
