//! Which of the origin's answers is a page that is rewritten: the table in `docs/pages.md`.

use super::request::{Destination, Request};
use crate::html::{Opening, opening};

/// Why not a byte of an answer is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Untouched {
    /// What asks for it wants no page.
    Other,
    /// It is no document.
    Fragment,
    /// AMP allows no script but its own.
    Amp,
    /// Its first bytes do not show what it is.
    Unfinished,
}

impl Untouched {
    /// As it stands in the response header.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Fragment => "fragment",
            Self::Amp => "amp",
            Self::Unfinished => "unfinished",
        }
    }
}

/// The language that a page declares, of its first bytes; empty when it declares none.
pub(super) fn page_lang<'p>(request: &Request, prelude: &'p [u8]) -> Result<&'p str, Untouched> {
    if request.destination == Destination::Other && !request.prefetch {
        return Err(Untouched::Other);
    }
    match opening(prelude) {
        // htmx swaps in what is in `<body>`, so a part of a page may begin with it.
        Opening::Document { is_bare: true, .. } if request.partial => Err(Untouched::Fragment),
        Opening::Document { lang, .. } => Ok(lang),
        Opening::Fragment => Err(Untouched::Fragment),
        Opening::Amp => Err(Untouched::Amp),
        Opening::Unfinished => Err(Untouched::Unfinished),
    }
}
