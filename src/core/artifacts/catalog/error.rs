//! Why a catalogue is refused.

/// Latest format: that of catalogues in which locales have feeds of their own.
pub const CATALOG_FORMAT: u16 = 2;
/// Oldest format that is read, and written where it says everything.
pub const CATALOG_FORMAT_MIN: u16 = 1;

/// Why a catalogue is refused, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The first bytes are not those of a catalogue.
    #[error("not a catalogue: it does not begin with ATCA")]
    Foreign,
    /// Written by another version.
    #[error("catalogue of format {0}, this version reads {CATALOG_FORMAT_MIN} to {CATALOG_FORMAT}")]
    Format(u16),
    /// Shorter or longer than its header says.
    #[error("the catalogue has {found} bytes, its header says {expected}")]
    Length {
        /// Bytes by the header.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// Over a limit.
    #[error("the catalogue is over a limit: {0}")]
    Limit(&'static str),
    /// Bytes have changed since it was written.
    #[error("the catalogue is damaged: its checksum does not match")]
    Damaged,
    /// The checksum is right, but what it protects is not a catalogue.
    #[error("the catalogue is inconsistent: {0}")]
    Inconsistent(&'static str),
}
