//! What to do with the bytes of a stream, in order.

/// One step over the pending bytes: what was held back before, followed by the chunk just scanned.
///
/// Every step takes bytes from the front of the pending bytes. What is left when a chunk's steps
/// are done is held back by the caller, unchanged, and comes before the next chunk; after the last
/// chunk nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Send the next `len` bytes.
    Send {
        /// Number of bytes.
        len: u32,
    },
    /// Take the next `len` bytes, the origin's content of a slot, and send that slot's content instead.
    Fill {
        /// Index given with the slot's selector.
        slot: u16,
        /// Number of bytes.
        len: u32,
    },
    /// Send the insertion; takes no bytes.
    Insert,
    /// An element matched the slot, but keeps the origin's content; takes no bytes.
    GiveUp {
        /// Index given with the slot's selector.
        slot: u16,
        /// Why it keeps the origin's content.
        reason: GiveUpReason,
    },
}

/// Why an element that matched a slot is not filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUpReason {
    /// Its bytes up to and including its end tag are more than can be held.
    Overflow,
    /// The page ends before its end tag.
    EndOfFile,
    /// An end tag comes that the slot did not open.
    StrayEndTag,
    /// A start tag comes that implies the slot's end, such as `<li>` in a slot inside `<li>`.
    ImpliedEnd,
    /// More elements are open in it than can be remembered.
    TooDeep,
    /// The element is void, raw text, foreign, a template, or has an optional end tag; or a browser makes none of it,
    /// as of a `<select>` in a `<select>`.
    NotFillable,
    /// It is in a template.
    InTemplate,
    /// It is in SVG or `MathML`.
    InForeign,
    /// It is in a table outside any cell, from where a browser moves it before the table.
    InTable,
    /// It is a table, and a browser moves something out of it that is in none of its cells.
    MovedOut,
    /// An end tag in SVG or `MathML` before it may have ended them or nothing, so that what is a tag is not certain.
    Unsure,
}

impl Op {
    /// The step as two words for the Wasm boundary: kind in the low byte of the first, slot in its
    /// high half; length or reason in the second.
    pub fn to_words(self) -> [u32; 2] {
        match self {
            Self::Send { len } => [0, len],
            Self::Fill { slot, len } => [1 | u32::from(slot) << 16, len],
            Self::Insert => [2, 0],
            Self::GiveUp { slot, reason } => [3 | u32::from(slot) << 16, reason.code()],
        }
    }

    /// The step that two words stand for, if they stand for one.
    pub fn from_words([head, tail]: [u32; 2]) -> Option<Self> {
        let slot = u16::try_from(head >> 16).ok()?;
        match (head & 0xFFFF, slot) {
            (0, 0) => Some(Self::Send { len: tail }),
            (1, _) => Some(Self::Fill { slot, len: tail }),
            (2, 0) if tail == 0 => Some(Self::Insert),
            (3, _) => Some(Self::GiveUp { slot, reason: GiveUpReason::from_code(tail)? }),
            _ => None,
        }
    }
}

impl GiveUpReason {
    const ALL: [Self; 11] = [
        Self::Overflow,
        Self::EndOfFile,
        Self::StrayEndTag,
        Self::ImpliedEnd,
        Self::TooDeep,
        Self::NotFillable,
        Self::InTemplate,
        Self::InForeign,
        Self::InTable,
        Self::MovedOut,
        Self::Unsure,
    ];

    /// Stable name for logs and explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overflow => "overflow",
            Self::EndOfFile => "end-of-file",
            Self::StrayEndTag => "stray-end-tag",
            Self::ImpliedEnd => "implied-end",
            Self::TooDeep => "too-deep",
            Self::NotFillable => "not-fillable",
            Self::InTemplate => "in-template",
            Self::InForeign => "in-foreign",
            Self::InTable => "in-table",
            Self::MovedOut => "moved-out",
            Self::Unsure => "unsure",
        }
    }

    fn code(self) -> u32 {
        Self::ALL.iter().zip(0..).find(|(reason, _)| **reason == self).map_or(0, |(_, code)| code)
    }

    fn from_code(code: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }
}
