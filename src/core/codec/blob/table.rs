//! One table for reading and writing.

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
