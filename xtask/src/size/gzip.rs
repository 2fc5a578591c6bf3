//! How large something is when it is compressed.

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// The length of some bytes, compressed.
///
/// # Errors
/// Never: memory takes every byte.
pub(super) fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
