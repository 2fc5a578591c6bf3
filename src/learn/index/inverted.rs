//! Sessions as sets of products, and the sessions of each product: what counting reads.

use crate::sessions::Sessions;

/// Sessions as sets of products, with the inverse: for each product its sessions.
#[derive(Debug)]
pub(crate) struct InvertedSessions {
    offsets: Vec<u32>,
    /// Distinct products of each session, in the order of their last clicks, with the place of that click.
    entries: Vec<(u32, u8)>,
    /// For each product, where its sessions begin in `inverse`.
    inverse_offsets: Vec<u32>,
    /// Sessions of each product, with the place of its last click.
    inverse: Vec<(u32, u8)>,
    /// Whether these are baskets, in which order means nothing.
    pub(super) baskets: bool,
}

impl InvertedSessions {
    /// Sets of products, each at its last place.
    pub(crate) fn new(sessions: &Sessions, items: usize) -> Self {
        let mut offsets = vec![0];
        let mut entries = Vec::with_capacity(sessions.items.len());
        let mut inverse_offsets = vec![0u32; items + 1];
        for clicks in sessions.iter() {
            let from = entries.len();
            for (place, item) in (0u8..).zip(clicks) {
                let later = clicks.get(usize::from(place) + 1..).unwrap_or_default();
                if !later.contains(item) {
                    entries.push((*item, place));
                }
            }
            for (item, _) in entries.get(from..).unwrap_or_default() {
                if let Some(count) = inverse_offsets.get_mut(*item as usize + 1) {
                    *count += 1;
                }
            }
            offsets.push(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        }
        let mut sum = 0;
        for offset in &mut inverse_offsets {
            sum += *offset;
            *offset = sum;
        }
        let mut free = inverse_offsets.clone();
        let mut inverse = vec![(0, 0); entries.len()];
        for (session, ends) in (0u32..).zip(offsets.windows(2)) {
            let [from, to] = ends else { continue };
            for (item, place) in entries.get(*from as usize..*to as usize).unwrap_or_default() {
                let Some(at) = free.get_mut(*item as usize) else { continue };
                if let Some(occurrence) = inverse.get_mut(*at as usize) {
                    *occurrence = (session, *place);
                }
                *at += 1;
            }
        }
        Self { offsets, entries, inverse_offsets, inverse, baskets: sessions.baskets }
    }

    /// The sessions of a product, with the place of its last click in each.
    pub(super) fn occurrences(&self, item: usize) -> &[(u32, u8)] {
        match (self.inverse_offsets.get(item), self.inverse_offsets.get(item + 1)) {
            (Some(from), Some(to)) => self.inverse.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The distinct products of a session, with the places of their last clicks.
    pub(super) fn set(&self, session: u32) -> &[(u32, u8)] {
        match (self.offsets.get(session as usize), self.offsets.get(session as usize + 1)) {
            (Some(from), Some(to)) => self.entries.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}
