//! Makes the edits on the elements found.
use super::{
    Edited, ElementEdit, Unmet,
    find::{Site, Sites},
};
use crate::sort;
use alloc::vec::Vec;

/// Bytes to put in place of `from..to`.
struct Patch<'e> {
    from: usize,
    to: usize,
    with: [&'e [u8]; 4],
}

/// The content with the edits made.
pub(super) fn apply(held: &[u8], edits: &[ElementEdit], sites: &Sites) -> Edited {
    let mut unmet = Vec::new();
    let mut patches: Vec<Patch<'_>> = Vec::new();
    let mut placed: Vec<(usize, &ElementEdit, &Site)> = Vec::new();
    for (position, (edit, found)) in edits.iter().zip(sites.of_edits()).enumerate() {
        match found {
            Some(site) => placed.push((position, edit, site)),
            None => unmet.push((position, Unmet::NotFound)),
        }
    }
    // Outermost first, and those of one element in the order given.
    sort::by_key(&mut placed, |(position, _, site)| (site.start, *position));
    let mut replaced_to = 0;
    let mut replaced_at = None;
    let mut set: Vec<(usize, &str)> = Vec::new();
    for (position, edit, site) in placed {
        let is_same_site = replaced_at == Some(site.start);
        if site.start < replaced_to && !is_same_site {
            unmet.push((position, Unmet::Replaced));
            continue;
        }
        for (name, value) in &edit.attributes {
            if set.contains(&(site.start, name)) {
                unmet.push((position, Unmet::Replaced));
            } else {
                set.push((site.start, name));
                set_attribute(&mut patches, held, site, name, value);
            }
        }
        let Some(inner) = &edit.inner else { continue };
        match site.content_end {
            Ok(_) if is_same_site => unmet.push((position, Unmet::Replaced)),
            Ok(end) => {
                patches.push(Patch { from: site.content_start, to: end, with: [inner, b"", b"", b""] });
                (replaced_at, replaced_to) = (Some(site.start), end);
            }
            Err(reason) => unmet.push((position, reason)),
        }
    }
    sort::by_key(&mut unmet, |(position, _)| *position);
    unmet.dedup();
    Edited { html: patched(held, patches), unmet }
}

fn set_attribute<'e>(patches: &mut Vec<Patch<'e>>, held: &[u8], site: &Site, name: &'e str, value: &'e [u8]) {
    let mut existing = site.attributes.iter().filter(|attribute| attribute.name == name.as_bytes());
    if let Some(first) = existing.next() {
        patches.push(Patch { from: first.name_end, to: first.end, with: [b"=\"", value, b"\"", b""] });
    } else {
        let with = [b" ", name.as_bytes(), b"=\"", value];
        patches.push(Patch { from: site.name_end, to: site.name_end, with });
        patches.push(Patch { from: site.name_end, to: site.name_end, with: [b"\"", b"", b"", b""] });
    }
    // The space before a duplicate stays: it may be what keeps its neighbours apart. With a `=` behind it, after spaces or
    // none, it stays itself: the `=` would give the neighbour before it a value, and every parser skips a duplicate anyway.
    let behind = |end| held.get(end..).unwrap_or_default().trim_ascii_start().first();
    let removed = existing.filter(|duplicate| behind(duplicate.end) != Some(&b'='));
    patches.extend(removed.map(|duplicate| Patch {
        from: duplicate.start,
        to: duplicate.end,
        with: [b"", b"", b"", b""],
    }));
}

fn patched(held: &[u8], mut patches: Vec<Patch<'_>>) -> Vec<u8> {
    sort::by_key(&mut patches, |patch| patch.from);
    let mut html = Vec::with_capacity(held.len());
    let mut at = 0;
    for patch in patches {
        html.extend(held.get(at..patch.from).unwrap_or_default());
        html.extend(patch.with.iter().copied().flatten());
        at = patch.to;
    }
    html.extend(held.get(at..).unwrap_or_default());
    html
}
