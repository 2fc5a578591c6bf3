//! Runs the scanner over a page in chunks of one size.
use attune_core::html::{Outcome, Selector, SlotContent, Splicer, limits};

/// The sizes at which every page is read.
pub(crate) const CHUNK_SIZES: [usize; 5] = [1, 7, 64, 16 * 1024, usize::MAX];

/// Of a large page, so much at both ends is read in small chunks, what is between in chunks of 16 KB:
/// a megabyte byte by byte takes long and passes through the same states.
const EDGE_BYTES: usize = 16 * 1024;

/// A page after splicing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spliced {
    pub(crate) html: Vec<u8>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Splices a page read in chunks of `chunk_size` bytes, checking the bounds on the way.
pub(crate) fn splice(
    page: &[u8],
    slots: &[(Selector, SlotContent)],
    insertion: Option<&str>,
    chunk_size: usize,
) -> Spliced {
    let size = chunk_size.min(page.len().max(1));
    if size >= 64 || page.len() <= 2 * EDGE_BYTES {
        return splice_pieces(page.chunks(size), slots, insertion);
    }
    let (begin, rest) = page.split_at(EDGE_BYTES);
    let (middle, end) = rest.split_at(rest.len() - EDGE_BYTES);
    let pieces = begin.chunks(size).chain(middle.chunks(16 * 1024)).chain(end.chunks(size));
    splice_pieces(pieces, slots, insertion)
}

pub(crate) fn splice_pieces<'p>(
    pieces: impl Iterator<Item = &'p [u8]>,
    slots: &[(Selector, SlotContent)],
    insertion: Option<&str>,
) -> Spliced {
    let mut html = Vec::new();
    let slots = slots.to_vec();
    let mut splicer = match insertion {
        None => Splicer::new(slots),
        Some(text) => Splicer::with_insertion(slots, text.into()),
    }
    .unwrap();
    for piece in pieces {
        splicer.push(piece, |bytes| html.extend_from_slice(bytes)).unwrap();
        assert!(splicer.state().len() <= limits::MAX_STATE_BYTES);
        assert!(splicer.held_bytes() <= limits::MAX_HELD_BYTES);
    }
    let outcomes = splicer.finish(|bytes| html.extend_from_slice(bytes)).unwrap();
    Spliced { html, outcomes }
}

/// Splices at every chunk size, which must make no difference.
pub(crate) fn splice_all_sizes(page: &[u8], slots: &[(Selector, SlotContent)], insertion: Option<&str>) -> Spliced {
    let whole = splice(page, slots, insertion, usize::MAX);
    for size in CHUNK_SIZES {
        let spliced = splice(page, slots, insertion, size);
        assert!(
            spliced == whole,
            "chunks of {size} bytes differ from the whole page\nwhole: {}\nchunks: {}",
            String::from_utf8_lossy(&whole.html),
            String::from_utf8_lossy(&spliced.html),
        );
    }
    whole
}

/// A slot that gets this HTML.
pub(crate) fn html_slot(selector: &str, html: &str) -> (Selector, SlotContent) {
    (selector.parse().unwrap(), SlotContent::Html(html.into()))
}
