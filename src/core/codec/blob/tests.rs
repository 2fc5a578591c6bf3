//! The values are those of postcard.

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
