//! Sixteen bytes at a time.
use wide::u8x16;

/// Bytes of a block.
pub(super) const BLOCK_BYTES: usize = 16;

/// Blocks in which [`find`] looks itself before it calls for `memchr`, which is faster once it runs.
const NEAR_BLOCKS: usize = 4;

/// A block of a page. Its questions are answered with one bit a byte, the first byte's lowest.
#[derive(Clone, Copy)]
pub(super) struct Block(u8x16);

impl Block {
    /// The block that begins at `at`, unless the bytes end before it does.
    #[inline]
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<(Self, &[u8; BLOCK_BYTES])> {
        let block = bytes.get(at..)?.first_chunk()?;
        Some((Self(u8x16::new(*block)), block))
    }

    /// Where `byte` is.
    #[inline]
    pub(super) fn is(self, byte: u8) -> u32 {
        self.0.simd_eq(u8x16::splat(byte)).to_bitmask()
    }

    /// Where a tag's name or an unquoted value may end: white space, controls, `>`, and `also`.
    #[inline]
    pub(super) fn may_end(self, also: u8) -> u32 {
        let controls = self.0.min(u8x16::splat(b' ')).simd_eq(self.0);
        (controls | self.0.simd_eq(u8x16::splat(b'>')) | self.0.simd_eq(u8x16::splat(also))).to_bitmask()
    }
}

/// Bytes of a window.
pub(super) const WINDOW_BYTES: usize = 64;

/// Four blocks of a tag, with one bit a byte for each of the bytes that matter in it.
pub(super) struct Window<'b> {
    bytes: &'b [u8; WINDOW_BYTES],
    pub(super) equals: u64,
    pub(super) ends: u64,
    quotes: u64,
}

/// The attributes in a window, as if all values were in double quotes.
pub(super) struct Quoted {
    /// Where the `=` are.
    pub(super) signs: u64,
    /// Where the tag's `>` is, if the window has it.
    pub(super) end: Option<usize>,
    /// After the last value, if the window does not have the `>`.
    pub(super) len: usize,
    is_regular: bool,
}

impl Quoted {
    /// Whether all values are in double quotes.
    #[inline]
    pub(super) fn is_regular(&self) -> bool {
        self.is_regular
    }
}

impl<'b> Window<'b> {
    /// The window that begins at `at`, unless the bytes end before it does.
    #[inline]
    pub(super) fn at(bytes: &'b [u8], at: usize) -> Option<Self> {
        let bytes: &[u8; WINDOW_BYTES] = bytes.get(at..)?.first_chunk()?;
        let mut window = Self { bytes, equals: 0, ends: 0, quotes: 0 };
        let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
        for (place, block) in blocks.iter().enumerate() {
            let block = Block(u8x16::new(*block));
            let shift = place * BLOCK_BYTES;
            window.equals |= u64::from(block.is(b'=')) << shift;
            window.ends |= u64::from(block.is(b'>')) << shift;
            window.quotes |= u64::from(block.is(b'"')) << shift;
        }
        Some(window)
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at % WINDOW_BYTES).copied().unwrap_or(0)
    }

    /// The attributes from `from` on, as if all values were in double quotes.
    #[inline]
    pub(super) fn quoted(&self, from: usize) -> Quoted {
        let rest = u64::MAX << from;
        let quotes = self.quotes & rest;
        // Bit n: the number of quotes up to n is odd, so what is there is in a value, or is its opening quote.
        let mut inside = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        let outside = !inside & rest;
        let ends = self.ends & outside;
        let closing = quotes & outside;
        let (end, below, len) = if ends == 0 {
            let len = WINDOW_BYTES - closing.leading_zeros() as usize;
            (None, !(u64::MAX << (len.saturating_sub(1))), len)
        } else {
            (Some(ends.trailing_zeros() as usize), (ends & ends.wrapping_neg()) - 1, 0)
        };
        let (signs, opening) = (self.equals & outside & below, quotes & inside & below);
        // No `=` directly after a value, one before each opening quote and nowhere else, and some way to go on.
        let is_regular = signs << 1 == opening && signs & (closing << 1 | 1 << from) == 0 && (end.is_some() || len > 0);
        Quoted { signs: if is_regular { signs } else { 0 }, end, len, is_regular }
    }

    /// After the value in double quotes that begins at `at`, at most the window's end, if the window has it whole.
    #[inline]
    pub(super) fn after_quotes(&self, at: usize) -> Option<usize> {
        // The shift by one more may not be by 64 at once.
        let quotes = self.quotes >> (at - 1) >> 1;
        let closing = quotes & !1;
        (closing != quotes && closing != 0).then(|| at + closing.trailing_zeros() as usize + 1)
    }
}

/// Position of the lowest bit of a mask that has one.
#[inline]
pub(super) fn first(mask: u32) -> usize {
    mask.trailing_zeros() as usize
}

/// Index of the next `byte` at or after `from`, which is mostly near.
#[inline]
pub(super) fn find(bytes: &[u8], byte: u8, mut from: usize) -> Option<usize> {
    for _ in 0..NEAR_BLOCKS {
        let Some((block, _)) = Block::at(bytes, from) else {
            break;
        };
        let found = block.is(byte);
        if found != 0 {
            return Some(from + first(found));
        }
        from += BLOCK_BYTES;
    }
    find_far(bytes, byte, from)
}

#[inline(never)]
fn find_far(bytes: &[u8], byte: u8, from: usize) -> Option<usize> {
    memchr::memchr(byte, bytes.get(from..)?).map(|found| from + found)
}
