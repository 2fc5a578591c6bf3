//! Laws of the recommendation index.

use attune_core::artifacts::index::{Index, Query, Scored, Scratch};
use attune_core::codec::checksum;

/// Any bytes as an index, as they are and under a right checksum: refused, or every query ends with products of it, in order.
pub fn recommend_index(data: &[u8]) {
    ask(data);
    let mut sealed = data.to_vec();
    if let Some((head, body)) = sealed.split_at_mut_checked(16) {
        head[8..].copy_from_slice(&checksum(body).to_le_bytes());
        ask(&sealed);
    }
}

fn ask(data: &[u8]) {
    let Ok(index) = Index::load(data) else { return };
    let mut scratch = Scratch::default();
    let mut out = [Scored::default(); 20];
    let recent: Vec<u32> = (0..12).map(|step| step * 7 % (index.items() + 1)).collect();
    for excluded in [0, 1] {
        let query = Query { recent: &recent, exclude: &recent[..excluded] };
        let len = index.recommend(&query, &mut scratch, &mut out);
        assert!(out[..len].iter().all(|scored| scored.item < index.items()));
        assert!(out[..len].iter().all(|scored| !recent[..excluded].contains(&scored.item)));
        assert!(out[..len].is_sorted_by(|a, b| a.score >= b.score));
        let mut items: Vec<u32> = out[..len].iter().map(|scored| scored.item).collect();
        items.sort_unstable();
        items.dedup();
        assert_eq!(items.len(), len, "no product twice");
    }
}
