//! The bundle's bytes: a header, then sections of length-prefixed blobs.
//!
//! Each segment, slot, campaign and content is a blob of its own, so that one that cannot be read disables
//! itself and nothing else. SPEC.md has the layout.

use super::{
    Aliases, Atom, Bundle, Campaign, Content, DecisionHeader, Enrolment, Gpc, Layer, Pattern, Rules, Segment, Site,
    Slot, TextList,
};
use crate::codec::blob::{Read, Write, bytes_of, whole};
use crate::codec::{Reader, to_hex};
use crate::limits;
use alloc::string::String;
use alloc::vec::Vec;
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 4] = b"ATBN";
/// The format this version writes.
pub const FORMAT: u16 = 2;
/// The oldest format this version reads: it had neither enrolments nor layers.
pub const FORMAT_MIN: u16 = 1;
const HEADER_BYTES: usize = 12;

const SITE: u8 = 1;
const ATOMS: u8 = 2;
const SEGMENTS: u8 = 3;
const SLOTS: u8 = 4;
const CAMPAIGNS: u8 = 5;
const CONTENTS: u8 = 6;
const RULES: u8 = 7;
/// Bytes as [`TextList`] has them.
const LISTS: u8 = 8;
/// Bytes as [`Pattern`] has them.
const PATTERNS: u8 = 9;
/// For the results only: the page core skips it.
const GOALS: u8 = 10;
/// One for each campaign; empty where it says nothing.
const ENROLMENTS: u8 = 11;
const LAYERS: u8 = 12;
/// Bytes as [`TextList`] has them.
const DECISION_HEADER: u8 = 13;
/// One for each slot, bytes as [`TextList`] has them.
const SLOT_PAGES: u8 = 14;
/// What other names of categories stand for, bytes as [`TextList`] has them.
const ALIASES: u8 = 15;
/// One empty blob, where `Sec-GPC: 1` is final.
const GPC_FINAL: u8 = 16;

/// Why a bundle cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Not a bundle.
    #[error("not a bundle: it does not begin with ATBN")]
    Foreign,
    /// Too large.
    #[error("the bundle has {0} bytes; the most is {max}", max = limits::BUNDLE_BYTES_MAX)]
    TooLarge(usize),
    /// A format this version does not read.
    #[error(
        "the bundle has format {0}; this version reads {FORMAT_MIN} to {FORMAT}: deploy the Worker before the bundle"
    )]
    Format(u16),
    /// Ends early, or goes on after its end.
    #[error("the bundle is truncated or has bytes after its end")]
    Length,
    /// The site table cannot be read.
    #[error("the site table is unreadable")]
    Site,
    /// A list is longer than its limit.
    #[error("the bundle has {count} {what}; the most is {max}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
}

/// One part of a bundle that was disabled when it was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// `atom`, `segment`, `slot`, `campaign` or `content`.
    pub what: &'static str,
    /// Its index.
    pub index: usize,
    /// Its key, where that could be read.
    pub key: String,
    /// Why.
    pub reason: &'static str,
}

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
    if !bundle.goals.is_empty() {
        section(&mut out, GOALS, limited("goals", &bundle.goals, limits::GOALS_MAX)?);
    }
    enrolments(&mut out, &bundle.campaigns);
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

/// Version of a bundle: the first 12 hexadecimal digits of the SHA-256 of its bytes.
pub fn version(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.first_chunk::<6>().map_or_else(String::new, |first| to_hex(first))
}

/// The parts of a bundle as they were read; what could not be read is `None` and named in `disabled`.
#[derive(Default)]
pub(crate) struct Decoded {
    pub(crate) version: String,
    pub(crate) site: Site,
    pub(crate) atoms: Vec<Option<Atom>>,
    pub(crate) segments: Vec<Option<Segment>>,
    pub(crate) slots: Vec<Option<Slot>>,
    pub(crate) campaigns: Vec<Option<Campaign>>,
    pub(crate) contents: Vec<Option<Content>>,
    pub(crate) layers: Vec<Option<Layer>>,
    pub(crate) lists: Vec<Option<TextList>>,
    pub(crate) patterns: Vec<Option<Pattern>>,
    pub(crate) disabled: Vec<Disabled>,
    /// The blob of the site.
    pub(crate) site_bytes: Vec<u8>,
    /// The blob of the rules; empty where there is none.
    pub(crate) rules_bytes: Vec<u8>,
}

/// The sections of a bundle, read from the front.
struct Sections<'a>(Reader<'a>);

impl<'a> Sections<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], BundleError> {
        self.0.take(count).ok_or(BundleError::Length)
    }

    fn count(&mut self) -> Result<usize, BundleError> {
        self.0.u32().and_then(|count| usize::try_from(count).ok()).ok_or(BundleError::Length)
    }

    /// A copy of the first blob of a section whose count was read; nothing is taken.
    fn first_blob(&self) -> Vec<u8> {
        let mut section = Self(self.0);
        section.count().and_then(|bytes| section.take(bytes)).map(<[u8]>::to_vec).unwrap_or_default()
    }

    /// The blobs of one section; unreadable ones are `None`.
    fn blobs<T: Read>(
        &mut self,
        what: &'static str,
        count: usize,
        max: usize,
        disabled: &mut Vec<Disabled>,
    ) -> Result<Vec<Option<T>>, BundleError> {
        self.raw_blobs(what, count, max, disabled, whole)
    }

    /// The lists of one section; unreadable ones are `None`.
    fn lists(
        &mut self,
        what: &'static str,
        count: usize,
        max: usize,
        disabled: &mut Vec<Disabled>,
    ) -> Result<Vec<Option<TextList>>, BundleError> {
        self.raw_blobs(what, count, max, disabled, |blob| TextList::from_bytes(blob.to_vec()))
    }

    /// The blobs of one section, each read by a function; unreadable ones are `None`.
    fn raw_blobs<T>(
        &mut self,
        what: &'static str,
        count: usize,
        max: usize,
        disabled: &mut Vec<Disabled>,
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<Option<T>>, BundleError> {
        // A blob has at least its length: a short input cannot ask for much memory.
        let mut items = Vec::with_capacity(count.min(max).min(self.0.left() / 4));
        self.each_blob(what, count, max, &mut |index, blob| {
            let item = read(blob);
            if item.is_none() {
                disabled.push(Disabled { what, index, key: String::new(), reason: "unreadable" });
            }
            items.push(item);
        })?;
        Ok(items)
    }

    /// Takes the blobs of one section.
    fn each_blob(
        &mut self,
        what: &'static str,
        count: usize,
        max: usize,
        take: &mut dyn FnMut(usize, &[u8]),
    ) -> Result<(), BundleError> {
        if count > max {
            return Err(BundleError::Limit { what, count, max });
        }
        for index in 0..count {
            let bytes = self.count()?;
            take(index, self.take(bytes)?);
        }
        Ok(())
    }
}

/// Gives each campaign its enrolment. One whose enrolment cannot be read is not run without it: that would show
/// to everybody what is meant for some.
fn enrol(decoded: &mut Decoded, enrolments: Vec<Option<Enrolment>>) {
    let mut enrolments = enrolments.into_iter();
    for place in &mut decoded.campaigns {
        *place = match (place.take(), enrolments.next().flatten()) {
            (Some(campaign), Some(enrolment)) => Some(Campaign { enrolment, ..campaign }),
            _ => None,
        };
    }
}

/// Says on which pages each slot is. One of which that cannot be read is not used: it would be filled, and take
/// products, where it is not meant to be.
fn put_on_pages(slots: &mut [Option<Slot>], pages: Vec<Option<TextList>>) {
    let mut pages = pages.into_iter();
    for place in slots {
        let own = pages.next().flatten();
        match (place.as_mut(), own) {
            (Some(slot), Some(own)) => slot.pages = own,
            _ => *place = None,
        }
    }
}

/// Reads the sections. References between them are not checked here.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, BundleError> {
    if bytes.len() > limits::BUNDLE_BYTES_MAX {
        return Err(BundleError::TooLarge(bytes.len()));
    }
    let mut reader = Sections(Reader::new(bytes));
    if reader.take(4).map_err(|_| BundleError::Foreign)? != MAGIC {
        return Err(BundleError::Foreign);
    }
    let format = reader.0.u16().ok_or(BundleError::Length)?;
    if !(FORMAT_MIN..=FORMAT).contains(&format) {
        return Err(BundleError::Format(format));
    }
    reader.take(2)?;
    if reader.count()? != reader.0.left() {
        return Err(BundleError::Length);
    }
    let mut decoded = Decoded { version: version(bytes), ..Decoded::default() };
    let (mut site, mut rules, mut decision_headers) = (None, None, Vec::new());
    let mut enrolments: Option<Vec<Option<Enrolment>>> = None;
    let (mut slot_pages, mut aliases, mut gpc) = (None, None, Gpc::default());
    let disabled = &mut decoded.disabled;
    while !reader.0.is_empty() {
        let tag = reader.0.byte().ok_or(BundleError::Length)?;
        let count = reader.count()?;
        match tag {
            SITE => {
                decoded.site_bytes = reader.first_blob();
                site = reader.blobs::<Site>("sites", count, 1, disabled)?.pop().flatten();
            }
            ATOMS => decoded.atoms = reader.blobs::<Atom>("atom", count, limits::ATOMS_MAX, disabled)?,
            SEGMENTS => decoded.segments = reader.blobs::<Segment>("segment", count, limits::SEGMENTS_MAX, disabled)?,
            SLOTS => decoded.slots = reader.blobs::<Slot>("slot", count, limits::SLOTS_MAX, disabled)?,
            CAMPAIGNS => {
                decoded.campaigns = reader.blobs::<Campaign>("campaign", count, limits::CAMPAIGNS_MAX, disabled)?;
            }
            CONTENTS => decoded.contents = reader.blobs::<Content>("content", count, limits::CONTENTS_MAX, disabled)?,
            ENROLMENTS => {
                let read = |blob: &[u8]| if blob.is_empty() { Some(Enrolment::default()) } else { whole(blob) };
                let max = limits::CAMPAIGNS_MAX;
                enrolments = Some(reader.raw_blobs("enrolment", count, max, disabled, read)?);
            }
            LAYERS => decoded.layers = reader.blobs::<Layer>("layer", count, limits::LAYERS_MAX, disabled)?,
            DECISION_HEADER => {
                decision_headers = reader.lists("decision header", count, limits::DECISION_HEADERS_MAX, disabled)?;
            }
            ALIASES => aliases = reader.lists("category aliases", count, 1, disabled)?.pop().flatten(),
            SLOT_PAGES => slot_pages = Some(reader.lists("slot's pages", count, limits::SLOTS_MAX, disabled)?),
            GPC_FINAL => {
                gpc = Gpc::Final;
                reader.each_blob("", count, 1, &mut |_, _| {})?;
            }
            RULES => {
                decoded.rules_bytes = reader.first_blob();
                rules = reader.blobs::<Rules>("rules", count, 1, disabled)?.pop().flatten();
            }
            LISTS => {
                decoded.lists = reader.lists("list", count, limits::LISTS_MAX, disabled)?;
            }
            PATTERNS => {
                let read = |blob: &[u8]| Pattern::from_bytes(blob.to_vec());
                let max = limits::PATTERNS_COMPILED_MAX;
                decoded.patterns = reader.raw_blobs("regular expression", count, max, disabled, read)?;
            }
            // A section for the results only, or that a later compiler added for later readers.
            _ => reader.each_blob("", count, usize::MAX, &mut |_, _| {})?,
        }
    }
    decoded.site = site.ok_or(BundleError::Site)?;
    decoded.site.consent.gpc = gpc;
    decoded.site.rules = rules.unwrap_or_default();
    decoded.site.decision_headers =
        decision_headers.into_iter().flatten().filter_map(DecisionHeader::from_list).collect();
    decoded.site.aliases = aliases.and_then(Aliases::from_list).unwrap_or_default();
    if let Some(enrolments) = enrolments {
        enrol(&mut decoded, enrolments);
    }
    if let Some(pages) = slot_pages {
        put_on_pages(&mut decoded.slots, pages);
    }
    Ok(decoded)
}
