//! The beginning of a name or value that may go on in the next chunk.

use arrayvec::ArrayVec;

/// Bytes up to a limit; what is longer is remembered as longer, since it cannot match anything.
#[derive(Debug, Default)]
pub(super) struct Prefix<const LIMIT: usize> {
    bytes: ArrayVec<u8, LIMIT>,
    is_over: bool,
}

impl<const LIMIT: usize> Prefix<LIMIT> {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.is_over = false;
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.is_over || self.bytes.try_extend_from_slice(bytes).is_err() {
            self.set_over();
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

    pub(super) fn set_over(&mut self) {
        self.bytes.clear();
        self.is_over = true;
    }
}
