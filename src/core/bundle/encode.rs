//! Writes a bundle.

use super::codec::{
    ALIASES, ATOMS, BANDITS, BundleError, CAMPAIGNS, CONSENT_TOOL, CONTENTS, DECISION_HEADER, ELSEWHERE, ENROLMENTS,
    FORMAT, GPC_FINAL, HEADER_BYTES, LAYERS, LISTS, MAGIC, MEASUREMENT, PATTERNS, RULES, SEGMENTS, SITE, SLOT_PAGES,
    SLOTS,
};
use super::{Bundle, Campaign, ConsentTool, DecisionHeader, Enrolment, Gpc, Measurement, Rules, TextList};
use crate::codec::blob::{Write, bytes_of};
use crate::limits;
use alloc::vec::Vec;

/// Writes a bundle. The same bundle gives the same bytes.
///
/// # Errors
/// [`BundleError::TooLarge`] or [`BundleError::Limit`] where the configuration is beyond a limit.
pub fn encode(bundle: &Bundle) -> Result<Vec<u8>, BundleError> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(&[0; 6]);
    section(&mut out, SITE, core::slice::from_ref(&bundle.site));
    section(&mut out, ATOMS, limited("atoms", &bundle.atoms, limits::ATOMS_MAX)?);
    section(&mut out, SEGMENTS, limited("segments", &bundle.segments, limits::SEGMENTS_MAX)?);
    section(&mut out, SLOTS, limited("slots", &bundle.slots, limits::SLOTS_MAX)?);
    section(&mut out, CAMPAIGNS, limited("campaigns", &bundle.campaigns, limits::CAMPAIGNS_MAX)?);
    section(&mut out, CONTENTS, limited("contents", &bundle.contents, limits::CONTENTS_MAX)?);
    // What a site does not use costs nothing, not even its section.
    if bundle.site.rules != Rules::default() {
        section(&mut out, RULES, core::slice::from_ref(&bundle.site.rules));
    }
    let lists = limited("lists", &bundle.lists, limits::LISTS_MAX)?;
    raw_section(&mut out, LISTS, lists.iter().map(TextList::bytes));
    let patterns = limited("regular expressions", &bundle.patterns, limits::PATTERNS_COMPILED_MAX)?;
    raw_section(&mut out, PATTERNS, patterns.iter().map(Vec::as_slice));
    limited("goals", &bundle.measurement.goals, limits::GOALS_MAX)?;
    if bundle.measurement != Measurement::default() {
        let (measurement, events) = (bytes_of(&bundle.measurement), bundle.measurement.own_events());
        raw_section(&mut out, MEASUREMENT, [measurement.as_slice(), events.as_bytes()].into_iter());
    }
    enrolments(&mut out, &bundle.campaigns);
    let bandits: Vec<u8> = (0_u16..)
        .zip(&bundle.campaigns)
        .filter(|(_, campaign)| campaign.enrolment.is_bandit)
        .flat_map(|(index, _)| index.to_le_bytes())
        .collect();
    if !bandits.is_empty() {
        raw_section(&mut out, BANDITS, [bandits.as_slice()].into_iter());
    }
    if !bundle.layers.is_empty() {
        section(&mut out, LAYERS, limited("layers", &bundle.layers, limits::LAYERS_MAX)?);
    }
    let decision_headers = limited("decision headers", &bundle.site.decision_headers, limits::DECISION_HEADERS_MAX)?;
    raw_section(&mut out, DECISION_HEADER, decision_headers.iter().map(DecisionHeader::bytes));
    if bundle.slots.iter().any(|slot| !slot.pages.is_empty()) {
        raw_section(&mut out, SLOT_PAGES, bundle.slots.iter().map(|slot| slot.pages.bytes()));
    }
    if !bundle.site.aliases.is_empty() {
        raw_section(&mut out, ALIASES, [bundle.site.aliases.bytes()].into_iter());
    }
    if bundle.site.consent.gpc == Gpc::Final {
        raw_section(&mut out, GPC_FINAL, [&[][..]].into_iter());
    }
    if bundle.site.consent.tool != ConsentTool::default() {
        raw_section(&mut out, CONSENT_TOOL, bundle.site.consent.tool.texts().map(str::as_bytes).into_iter());
    }
    if !bundle.elsewhere.is_empty() {
        raw_section(&mut out, ELSEWHERE, [bundle.elsewhere.bytes()].into_iter());
    }
    if out.len() > limits::BUNDLE_BYTES_MAX {
        return Err(BundleError::TooLarge(out.len()));
    }
    let body = u32::try_from(out.len() - HEADER_BYTES).unwrap_or(u32::MAX);
    for (to, from) in out.iter_mut().skip(8).zip(body.to_le_bytes()) {
        *to = from;
    }
    Ok(out)
}

fn limited<'a, T>(what: &'static str, list: &'a [T], max: usize) -> Result<&'a [T], BundleError> {
    if list.len() > max {
        return Err(BundleError::Limit { what, count: list.len(), max });
    }
    Ok(list)
}

fn section<T: Write>(out: &mut Vec<u8>, tag: u8, items: &[T]) {
    out.push(tag);
    out.extend_from_slice(&u32::try_from(items.len()).unwrap_or(u32::MAX).to_le_bytes());
    for item in items {
        let blob = bytes_of(item);
        out.extend_from_slice(&u32::try_from(blob.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(&blob);
    }
}

/// The enrolments, where any campaign has one.
fn enrolments(out: &mut Vec<u8>, campaigns: &[Campaign]) {
    let nothing = Enrolment::default();
    if campaigns.iter().all(|campaign| campaign.enrolment == nothing) {
        return;
    }
    out.push(ENROLMENTS);
    out.extend_from_slice(&u32::try_from(campaigns.len()).unwrap_or(u32::MAX).to_le_bytes());
    for Campaign { enrolment, .. } in campaigns {
        let blob = if *enrolment == nothing { Vec::new() } else { bytes_of(enrolment) };
        out.extend_from_slice(&u32::try_from(blob.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(&blob);
    }
}

/// A section of blobs that are bytes already; none when there are none.
fn raw_section<'a>(out: &mut Vec<u8>, tag: u8, blobs: impl ExactSizeIterator<Item = &'a [u8]>) {
    if blobs.len() == 0 {
        return;
    }
    out.push(tag);
    out.extend_from_slice(&u32::try_from(blobs.len()).unwrap_or(u32::MAX).to_le_bytes());
    for blob in blobs {
        out.extend_from_slice(&u32::try_from(blob.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(blob);
    }
}
