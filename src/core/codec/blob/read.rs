//! Reads values.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// The most that a list claims of memory before its items are there, in bytes.
const CLAIM_BYTES_MAX: usize = 1 << 20;

/// What is left of some bytes.
pub(crate) struct Blob<'a> {
    rest: &'a [u8],
    is_valid: bool,
}

/// What can be read from a [`Blob`]. Of a spoiled one it is some value of the type.
pub(crate) trait Read: Sized {
    fn read(blob: &mut Blob<'_>) -> Self;
}

/// Bytes that are one value and nothing else.
pub(crate) fn whole<T: Read>(bytes: &[u8]) -> Option<T> {
    let mut blob = Blob { rest: bytes, is_valid: true };
    let value = T::read(&mut blob);
    (blob.is_valid && blob.rest.is_empty()).then_some(value)
}

impl<'a> Blob<'a> {
    /// Something is not as it is written.
    #[cold]
    #[inline(never)]
    pub(crate) fn spoil(&mut self) {
        self.rest = &[];
        self.is_valid = false;
    }

    #[inline(never)]
    fn take(&mut self, count: usize) -> &'a [u8] {
        let Some((head, rest)) = self.rest.split_at_checked(count) else {
            self.spoil();
            return &[];
        };
        self.rest = rest;
        head
    }

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.rest.split_first() else {
            self.spoil();
            return 0;
        };
        self.rest = rest;
        *byte
    }

    /// A number of so many bits, seven to a byte, the lowest first.
    #[inline(never)]
    fn number(&mut self, bits: u32) -> u64 {
        // Nearly all are this small.
        if let [byte @ ..0x80, rest @ ..] = self.rest {
            self.rest = rest;
            return u64::from(*byte);
        }
        let mut number = 0;
        let mut shift = 0;
        while shift < bits {
            let byte = self.byte();
            let part = u64::from(byte & 0x7f);
            let fits = part.checked_shr(bits - shift).unwrap_or(0) == 0;
            number |= part << shift;
            if byte < 0x80 && fits {
                return number;
            }
            shift += 7;
        }
        self.spoil();
        0
    }

    /// A number with a sign, which is its lowest bit.
    fn signed(&mut self, bits: u32) -> i64 {
        let number = self.number(bits);
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    /// The number of a variant, or of the items of a list.
    #[inline(never)]
    pub(crate) fn count(&mut self) -> usize {
        usize::try_from(self.number(u32::BITS)).unwrap_or(usize::MAX)
    }

    /// Bytes behind their number.
    #[inline(never)]
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        let count = self.count();
        self.take(count)
    }
}

impl Read for bool {
    fn read(blob: &mut Blob<'_>) -> Self {
        let byte = blob.byte();
        if byte > 1 {
            blob.spoil();
        }
        byte == 1
    }
}

impl Read for u8 {
    fn read(blob: &mut Blob<'_>) -> Self {
        blob.byte()
    }
}

/// A number that [`Blob::number`] has seen to be within its type, or 0 of a spoiled blob.
macro_rules! read_numbers {
    ($($method:ident $($name:ident)+;)+) => { $($(
        impl Read for $name {
            fn read(blob: &mut Blob<'_>) -> Self {
                Self::try_from(blob.$method(Self::BITS)).unwrap_or_default()
            }
        }
    )+)+ };
}
read_numbers! {
    number u16 u32;
    signed i16 i32 i64;
}

impl Read for f64 {
    fn read(blob: &mut Blob<'_>) -> Self {
        blob.take(8).first_chunk().map_or(0.0, |bytes| Self::from_le_bytes(*bytes))
    }
}

impl Read for String {
    #[inline(never)]
    fn read(blob: &mut Blob<'_>) -> Self {
        let Ok(text) = core::str::from_utf8(blob.bytes()) else {
            blob.spoil();
            return Self::new();
        };
        Self::from(text)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(blob: &mut Blob<'_>) -> Self {
        bool::read(blob).then(|| T::read(blob))
    }
}

impl<T: Read> Read for Box<T> {
    fn read(blob: &mut Blob<'_>) -> Self {
        Self::new(T::read(blob))
    }
}

impl<T: Read> Read for Vec<T> {
    #[inline(never)]
    fn read(blob: &mut Blob<'_>) -> Self {
        let count = blob.count();
        // No item is written as nothing.
        if count > blob.rest.len() {
            blob.spoil();
            return Self::new();
        }
        let mut items = Self::with_capacity(count.min(CLAIM_BYTES_MAX / size_of::<T>().max(1)));
        while items.len() < count && blob.is_valid {
            items.push(T::read(blob));
        }
        items
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(blob: &mut Blob<'_>) -> Self {
        (A::read(blob), B::read(blob))
    }
}

impl<T: Read> Read for [T; 3] {
    fn read(blob: &mut Blob<'_>) -> Self {
        [(); 3].map(|()| T::read(blob))
    }
}
