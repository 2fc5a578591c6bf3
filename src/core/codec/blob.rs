//! Values as [postcard] writes them, of which the bundle's parts and the edits of elements are made.
//!
//! Readers that serde derives check for an error after each field, in code of its own for each type: 38 KB more in the page
//! core. Here an error spoils the rest of the blob, everything after it reads as empty, and the caller asks about it once.
//! Writers come from the same tables, so that a type needs no second description of its format.
//!
//! [postcard]: https://postcard.jamesmunns.com/wire-format

use super::{put_text, put_varint};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// The most that a list claims of memory before its items are there, in bytes.
const CLAIM_BYTES_MAX: usize = 1 << 20;

/// What is left of some bytes.
pub(crate) struct Blob<'a> {
    rest: &'a [u8],
    sound: bool,
}

/// What can be read from a [`Blob`]. Of a spoiled one it is some value of the type.
pub(crate) trait Read: Sized {
    fn read(blob: &mut Blob<'_>) -> Self;
}

/// What can be written into a blob.
pub(crate) trait Write {
    fn write(&self, out: &mut Vec<u8>);
}

/// The bytes of one value.
pub(crate) fn bytes_of(value: &impl Write) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// Bytes that are one value and nothing else.
pub(crate) fn whole<T: Read>(bytes: &[u8]) -> Option<T> {
    let mut blob = Blob { rest: bytes, sound: true };
    let value = T::read(&mut blob);
    (blob.sound && blob.rest.is_empty()).then_some(value)
}

impl<'a> Blob<'a> {
    /// Something is not as it is written.
    #[cold]
    #[inline(never)]
    pub(crate) fn spoil(&mut self) {
        self.rest = &[];
        self.sound = false;
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

/// Reads and writes types field by field and variant by variant, in the order in which they stand here: that is the format.
/// Fields after a `;` are no part of it: they come from sections of their own.
macro_rules! wire {
    ($(struct $name:ident { $($field:ident),+ $(; $($skipped:ident),+)? })+) => { $(
        impl $crate::codec::blob::Read for $name {
            #[inline(never)]
            fn read(blob: &mut $crate::codec::blob::Blob<'_>) -> Self {
                Self { $($field: $crate::codec::blob::Read::read(blob),)+ $($($skipped: Default::default(),)+)? }
            }
        }

        impl $crate::codec::blob::Write for $name {
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $($field,)+ $($($skipped: _,)+)? } = self;
                $($crate::codec::blob::Write::write($field, out);)+
            }
        }
    )+ };
    ($(enum $name:ident {
        $first:ident $(($($first_field:ident),+))? $(, $variant:ident $(($($field:ident),+))?)* $(,)?
    })+) => { $(
        impl $crate::codec::blob::Read for $name {
            #[inline(never)]
            fn read(blob: &mut $crate::codec::blob::Blob<'_>) -> Self {
                // Does not compile when a variant is missing here.
                const _: fn(&$name) = |value| match value { $name::$first { .. } $(| $name::$variant { .. })* => {} };
                let number_read = blob.count();
                let mut number = 0;
                $(
                    number += 1;
                    if number_read == number {
                        return Self::$variant $(($({ let $field = $crate::codec::blob::Read::read(blob); $field }),+))?;
                    }
                )*
                if number_read != 0 {
                    blob.spoil();
                }
                Self::$first $(($({ let $first_field = $crate::codec::blob::Read::read(blob); $first_field }),+))?
            }
        }

        impl $crate::codec::blob::Write for $name {
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let number = 0_u64;
                if let Self::$first $(($($first_field),+))? = self {
                    $crate::codec::put_varint(out, number);
                    $($($crate::codec::blob::Write::write($first_field, out);)+)?
                }
                $(
                    let number = number + 1;
                    if let Self::$variant $(($($field),+))? = self {
                        $crate::codec::put_varint(out, number);
                        $($($crate::codec::blob::Write::write($field, out);)+)?
                    }
                )*
                let _ = number;
            }
        }
    )+ };
}
pub(crate) use wire;

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
        while items.len() < count && blob.sound {
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

impl Write for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Write for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }
}

/// Numbers without a sign, seven bits to a byte.
macro_rules! write_numbers {
    ($($name:ident)+) => { $(
        impl Write for $name {
            fn write(&self, out: &mut Vec<u8>) {
                put_varint(out, u64::from(*self));
            }
        }
    )+ };
}
write_numbers! { u16 u32 }

/// Numbers with a sign, which becomes the lowest bit.
macro_rules! write_signed {
    ($($name:ident)+) => { $(
        impl Write for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let number = i64::from(*self);
                put_varint(out, (number << 1 ^ number >> 63).cast_unsigned());
            }
        }
    )+ };
}
write_signed! { i16 i32 i64 }

impl Write for f64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
}

impl Write for str {
    fn write(&self, out: &mut Vec<u8>) {
        put_text(out, self);
    }
}

impl Write for String {
    fn write(&self, out: &mut Vec<u8>) {
        put_text(out, self);
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(out);
        }
    }
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Write> Write for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, out: &mut Vec<u8>) {
        put_varint(out, self.len() as u64);
        for item in self {
            item.write(out);
        }
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl<A: Write, B: Write> Write for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
}

impl<T: Write> Write for [T; 3] {
    fn write(&self, out: &mut Vec<u8>) {
        for item in self {
            item.write(out);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use alloc::format;
    use proptest::prelude::*;
    use serde::{Serialize, de::DeserializeOwned};

    /// A value is written and read as postcard itself does.
    fn agrees<T: Read + Write + Serialize + PartialEq + core::fmt::Debug>(value: &T) {
        let bytes = postcard::to_allocvec(value).unwrap();
        assert_eq!(bytes_of(value), bytes);
        assert_eq!(whole::<T>(&bytes).as_ref(), Some(value));
    }

    /// Any bytes are read as postcard reads them.
    fn agrees_on<T: Read + DeserializeOwned + core::fmt::Debug>(bytes: &[u8]) {
        let expected = match postcard::take_from_bytes::<T>(bytes) {
            Ok((value, [])) => Some(value),
            _ => None,
        };
        // As texts, in which a number that is none equals itself.
        assert_eq!(format!("{:?}", whole::<T>(bytes)), format!("{expected:?}"), "{bytes:?}");
    }

    proptest! {
        #[test]
        fn values_are_those_of_postcard(
            small in any::<(bool, u8)>(), unsigned in any::<(u16, u32)>(), signed in any::<(i32, i64)>(), short in any::<i16>(),
            number in -1e9..1e9_f64, texts in prop::collection::vec(any::<Option<String>>(), 0..4), place in any::<[i32; 3]>(),
        ) {
            agrees(&small);
            agrees(&unsigned);
            agrees(&signed);
            agrees(&short);
            agrees(&number);
            agrees(&texts);
            agrees(&place);
            agrees(&Box::new(unsigned));
        }

        #[test]
        fn any_bytes_are_read_as_postcard_reads_them(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0_u8..20], 0..48),
        ) {
            agrees_on::<(bool, u8)>(&bytes);
            agrees_on::<(u16, i16)>(&bytes);
            agrees_on::<(u32, i32)>(&bytes);
            agrees_on::<Option<i64>>(&bytes);
            agrees_on::<Vec<String>>(&bytes);
            agrees_on::<Vec<(f64, Option<u16>)>>(&bytes);
            agrees_on::<[f64; 3]>(&bytes);
        }
    }
}
