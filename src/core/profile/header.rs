//! The `Cookie` request header, split byte by byte.
//!
//! Only space and tab are trimmed: a parser that trims all Unicode white space takes a cookie whose name
//! begins with U+2000 for one that has the `__Host-` prefix.

use crate::limits::{COOKIE_CHARS_MAX, COOKIE_HEADER_BYTES_MAX};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use memchr::memchr2;

/// What a `Cookie` header says about one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// No such cookie.
    Absent,
    /// Exactly one: its value, as sent.
    One(&'a [u8]),
    /// Not to be trusted.
    Refused(HeaderRefusal),
}

/// Why a cookie was refused before its value was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderRefusal {
    /// The header is longer than [`COOKIE_HEADER_BYTES_MAX`].
    #[error("the Cookie header is longer than {COOKIE_HEADER_BYTES_MAX} bytes")]
    HeaderTooLong,
    /// The name appears more than once.
    #[error("the cookie appears twice, so that one of them was planted")]
    Duplicate,
    /// Headers were joined with a comma, beside or inside the cookie.
    #[error("the cookie is joined to another with a comma, by a proxy or on purpose")]
    Joined,
    /// The value is longer than any that is written.
    #[error("the cookie is longer than {COOKIE_CHARS_MAX} characters")]
    ValueTooLong,
}

/// One piece of a header: the delimiter before it (0 for the first) and its bytes, untrimmed.
struct Piece<'a> {
    delimiter: u8,
    bytes: &'a [u8],
    /// The delimiter after it; 0 at the end.
    next: u8,
}

/// Splits a header at every semicolon and comma.
struct Pieces<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
}

impl<'a> Pieces<'a> {
    fn new(header: &'a [u8]) -> Self {
        Self { rest: Some(header), delimiter: 0 }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest?;
        let delimiter = self.delimiter;
        let cut = memchr2(b';', b',', rest).and_then(|at| rest.split_at_checked(at));
        let Some((bytes, [next, tail @ ..])) = cut else {
            self.rest = None;
            return Some(Piece { delimiter, bytes: rest, next: 0 });
        };
        (self.rest, self.delimiter) = (Some(tail), *next);
        Some(Piece { delimiter, bytes, next: *next })
    }
}

impl<'a> Piece<'a> {
    /// The value, if this piece is a cookie of that name.
    fn value(&self, name: &[u8]) -> Option<&'a [u8]> {
        let after_name = trim(self.bytes).strip_prefix(name)?;
        Some(trim(trim(after_name).strip_prefix(b"=")?))
    }
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The single value of a cookie in a `Cookie` header. Allocates nothing.
pub fn find<'a>(header: &'a [u8], name: &str) -> Lookup<'a> {
    if header.len() > COOKIE_HEADER_BYTES_MAX {
        return Lookup::Refused(HeaderRefusal::HeaderTooLong);
    }
    let mut found = Lookup::Absent;
    for piece in Pieces::new(header) {
        let Some(value) = piece.value(name.as_bytes()) else {
            continue;
        };
        if piece.delimiter == b',' || piece.next == b',' {
            return Lookup::Refused(HeaderRefusal::Joined);
        }
        if found != Lookup::Absent {
            return Lookup::Refused(HeaderRefusal::Duplicate);
        }
        found = Lookup::One(value);
    }
    match found {
        Lookup::One(value) if value.len() > COOKIE_CHARS_MAX => Lookup::Refused(HeaderRefusal::ValueTooLong),
        found => found,
    }
}

/// The header without these cookies, for the request to the origin; every other byte stays as it is. Empty
/// when nothing is left: then the header is to be removed.
pub fn strip<'a>(header: &'a [u8], names: &[&str]) -> Cow<'a, [u8]> {
    let is_named = |piece: &Piece<'_>| names.iter().any(|name| piece.value(name.as_bytes()).is_some());
    if !Pieces::new(header).any(|piece| is_named(&piece)) {
        return Cow::Borrowed(header);
    }
    let mut kept = Vec::with_capacity(header.len());
    let mut removed = None;
    for piece in Pieces::new(header) {
        if is_named(&piece) {
            removed = Some(successor(removed, &piece));
            continue;
        }
        let delimiter = removed.take().map_or(piece.delimiter, |removed| successor(Some(removed), &piece));
        if !kept.is_empty() {
            kept.push(delimiter);
            kept.extend_from_slice(piece.bytes);
        } else if !trim(piece.bytes).is_empty() {
            // The space that stood after the delimiter of a removed cookie goes with it.
            let leading = piece.bytes.iter().take_while(|b| matches!(b, b' ' | b'\t'));
            let blank = if piece.delimiter == 0 { 0 } else { leading.count() };
            kept.extend(piece.bytes.iter().skip(blank));
        }
    }
    Cow::Owned(kept)
}

/// The delimiter to write before a piece. What a comma joined to a removed cookie must not be joined to the
/// cookie before that one, so it takes over the removed cookie's semicolon.
fn successor(removed: Option<u8>, piece: &Piece<'_>) -> u8 {
    match (removed, piece.delimiter) {
        (Some(b';'), b',') => b';',
        (_, delimiter) => delimiter,
    }
}
