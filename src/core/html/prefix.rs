//! The beginning of a name or value that may go on in the next chunk.

use alloc::vec::Vec;

/// Bytes up to a limit; what is longer is remembered as longer, since it cannot match anything.
#[derive(Debug)]
pub(super) struct Prefix {
    bytes: Vec<u8>,
    limit: usize,
    is_over: bool,
}

impl Prefix {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, is_over: false }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.is_over = false;
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.is_over || self.bytes.len() + bytes.len() > self.limit {
            self.bytes.clear();
            self.is_over = true;
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub(super) fn push_lower(&mut self, bytes: &[u8]) {
        let from = self.bytes.len();
        self.push(bytes);
        if let Some(added) = self.bytes.get_mut(from..) {
            added.make_ascii_lowercase();
        }
    }

    /// The bytes, unless they went over the limit.
    pub(super) fn get(&self) -> Option<&[u8]> {
        (!self.is_over).then_some(&self.bytes)
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn set_over(&mut self) {
        self.bytes.clear();
        self.is_over = true;
    }
}
