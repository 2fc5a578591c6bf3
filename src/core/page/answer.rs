//! The answer to a page request, as the shim reads it.

use crate::decide::Fill;
use crate::html;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What the shim does with a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Value of the `Set-Cookie` header; empty for none.
    pub set_cookie: String,
    /// ASCII text for the response header.
    pub summary: String,
    /// State of the scanner at the start of the body; empty when there is nothing to do.
    pub scanner: Vec<u8>,
    /// What goes before `</body>`.
    pub tail: String,
    /// Content of each filled slot, in the order of the scanner's targets.
    pub fills: Vec<Fill>,
}

impl Answer {
    /// The answer as bytes: each part behind its length in four bytes, little endian. A fill begins with its kind:
    /// 0 is HTML, 1 is element edits. Where the origin's header does not say UTF-8, what is outside ASCII becomes
    /// numeric references.
    pub fn encode(&self, utf8: bool) -> Vec<u8> {
        let parts = [self.set_cookie.as_bytes(), self.summary.as_bytes(), &self.scanner, self.tail.as_bytes()];
        let fills = self.fills.iter().map(|fill| match fill {
            Fill::Html(html) => html.len() + 5,
            Fill::Edits(edits) => edits.len() + 5,
        });
        let bytes = parts.iter().map(|part| part.len() + 4).sum::<usize>() + fills.sum::<usize>();
        let mut out = Vec::with_capacity(bytes);
        for part in parts {
            push(&mut out, &[part]);
        }
        for fill in &self.fills {
            match fill {
                Fill::Html(html) if utf8 => push(&mut out, &[&[0], html.as_bytes()]),
                Fill::Html(html) => push(&mut out, &[&[0], html::ascii_references(html).as_bytes()]),
                Fill::Edits(edits) if utf8 => push(&mut out, &[&[1], edits]),
                Fill::Edits(edits) => push(&mut out, &[&[1], &edits_in_ascii(edits)]),
            }
        }
        out
    }
}

fn push(out: &mut Vec<u8>, pieces: &[&[u8]]) {
    let bytes: usize = pieces.iter().map(|piece| piece.len()).sum();
    out.extend_from_slice(&u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes());
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}

/// Edits that cannot be read back, or grow beyond their limit, become no edits: the slot keeps its content.
fn edits_in_ascii(edits: &[u8]) -> Vec<u8> {
    let mut edits = html::decode_edits(edits).unwrap_or_default();
    for edit in &mut edits {
        let values = edit.attributes.iter_mut().map(|(_, value)| value);
        for text in edit.inner.iter_mut().chain(values) {
            if let Ok(Cow::Owned(ascii)) = core::str::from_utf8(text).map(html::ascii_references) {
                *text = ascii.into_bytes();
            }
        }
    }
    html::encode_edits(&edits).unwrap_or_default()
}
