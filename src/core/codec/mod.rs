//! Bytes and texts of every format: one reader, and what formats share.

pub(crate) mod base64;
pub(crate) mod blob;
mod checksum;
pub(crate) mod fnv1a;
mod hash;
mod hex;
mod pae;
mod percent;
mod reader;

pub(crate) use checksum::Checksum;
pub use checksum::checksum;
pub use fnv1a::fnv1a;
pub use hash::hash32;
pub(crate) use hash::hash64;
pub use hash::hash128;
pub use hex::{from_hex, to_hex};
pub(crate) use pae::pae;
pub(crate) use percent::percent_decoded;
pub use percent::percent_encode;
pub(crate) use reader::{Reader, put_text, put_varint, u16_at, u32_at};
