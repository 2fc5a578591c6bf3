//! Writes values.

use crate::codec::{put_text, put_varint};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

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
