//! The answer to a page request, as the shim reads it.

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
    pub fills: Vec<Insert>,
}

/// What goes into one slot.
#[derive(Clone, Debug, PartialEq)]
pub enum Insert {
    /// Everything inside the slot is replaced.
    Html(String),
    /// Elements inside the slot are edited: [`crate::html::decode_edits`] reads this.
    Edits(Vec<u8>),
}

impl Insert {
    fn bytes(&self) -> (u8, &[u8]) {
        match self {
            Self::Html(html) => (0, html.as_bytes()),
            Self::Edits(edits) => (1, edits),
        }
    }
}

impl Answer {
    /// The answer as bytes: each part behind its length in four bytes, little endian. A fill begins with its kind:
    /// 0 is HTML, 1 is element edits.
    pub fn encode(&self) -> Vec<u8> {
        let parts = [self.set_cookie.as_bytes(), self.summary.as_bytes(), &self.scanner, self.tail.as_bytes()];
        let fills = self.fills.iter().map(|fill| fill.bytes().1.len() + 5);
        let bytes = parts.iter().map(|part| part.len() + 4).sum::<usize>() + fills.sum::<usize>();
        let mut out = Vec::with_capacity(bytes);
        for part in parts {
            push(&mut out, &[part]);
        }
        for fill in &self.fills {
            let (kind, bytes) = fill.bytes();
            push(&mut out, &[&[kind], bytes]);
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
