//! The `Cookie` request header, split byte by byte.
//!
//! Only space and tab are trimmed: a parser that trims all Unicode white space takes a cookie whose name
//! begins with U+2000 for one that has the `__Host-` prefix.

use memchr::memchr2;

/// The pieces of a header between its semicolons and commas, untrimmed.
struct Pieces<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let cut = memchr2(b';', b',', rest).and_then(|at| rest.split_at_checked(at));
        let Some((piece, [_, tail @ ..])) = cut else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = Some(tail);
        Some(piece)
    }
}

/// The value, if a piece is a cookie of that name.
fn value<'a>(piece: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let after_name = trim(piece).strip_prefix(name)?;
    Some(trim(trim(after_name).strip_prefix(b"=")?))
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The values of every cookie of a name, however the header's pieces are joined: proxies join headers with commas, and
/// the value of somebody else's cookie may hold one. Which of them is the visitor's own, a signature tells. Allocates
/// nothing.
pub fn values<'a>(header: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    Pieces { rest: Some(header) }.filter_map(|piece| value(piece, name.as_bytes()))
}

/// The values of a cookie that is not ours. Its value may have commas in it, so that only semicolons end it.
pub(in crate::profile) fn values_of_site<'a>(header: &'a [u8], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    header.split(|byte| *byte == b';').filter_map(|piece| value(piece, name.as_bytes()))
}
