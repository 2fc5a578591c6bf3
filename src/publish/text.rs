//! Base64, as headers and JSON of the API have it.

use base64ct::{Base64, Encoding as _};

/// Padded base64.
pub fn to_base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// The bytes of a padded base64 text.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}
