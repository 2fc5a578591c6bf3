//! Where sessions end.

/// Clicks of a session that are used, its last ones.
pub const SESSION_CLICKS_MAX: usize = 100;

/// Where sessions end, and what is kept of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Clicks of a session that are kept, its last ones.
    pub(super) clicks_max: usize,
    /// A longer pause begins another session.
    pub(super) gap_ms: i64,
    /// Whether times say when a session was, and not only the order of its clicks.
    pub(super) dated: bool,
}
