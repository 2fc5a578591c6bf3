//! A piece of the stream.

/// A chunk and where its first byte stands in the sink's positions.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) base: usize,
}

impl<'b> Chunk<'b> {
    pub(super) fn from(self, at: usize) -> &'b [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    pub(super) fn slice(self, from: usize, to: usize) -> &'b [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Index of the next `byte` at or after `at`, or the chunk's end.
    pub(super) fn find(self, byte: u8, at: usize) -> usize {
        memchr::memchr(byte, self.from(at)).map_or(self.bytes.len(), |found| at + found)
    }

    /// Index of the next byte at or after `at` for which `ends` holds, or the chunk's end.
    pub(super) fn find_by(self, at: usize, mut ends: impl FnMut(u8) -> bool) -> usize {
        self.from(at).iter().position(|byte| ends(*byte)).map_or(self.bytes.len(), |found| at + found)
    }
}
