//! Reads a bundle.

use super::codec::{
    ALIASES, ATOMS, BANDITS, BundleError, CAMPAIGNS, CONSENT_TOOL, CONTENTS, DECISION_HEADER, Disabled, ELSEWHERE,
    ENROLMENTS, FORMAT, FORMAT_MIN, GPC_FINAL, LAYERS, LISTS, MAGIC, MEASUREMENT, PATTERNS, RULES, SEGMENTS, SITE,
    SLOT_PAGES, SLOTS, version, version_of,
};
use super::{
    Aliases, Atom, Campaign, ConsentTool, Content, DecisionHeader, Enrolment, Gpc, Layer, Pattern, Rules, Segment,
    Site, Slot, TextList,
};
use crate::codec::Reader;
use crate::codec::blob::{Read, whole};
use crate::limits;
use alloc::string::String;
use alloc::vec::Vec;

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
    pub(crate) elsewhere: TextList,
    pub(crate) disabled: Vec<Disabled>,
    /// The blob of the site.
    pub(crate) site_bytes: Vec<u8>,
    /// The blob of the rules; empty where there is none.
    pub(crate) rules_bytes: Vec<u8>,
    /// The blob of the measurement; empty where there is none.
    pub(crate) measurement_bytes: Vec<u8>,
    /// Events that only goals know, with commas between.
    pub(crate) own_events: String,
}

/// Reads the sections. References between them are not checked here.
pub(crate) fn decode(bytes: &[u8], sha256: Option<&str>) -> Result<Decoded, BundleError> {
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
    let mut decoded =
        Decoded { version: sha256.and_then(version_of).unwrap_or_else(|| version(bytes)), ..Decoded::default() };
    let mut apart = Apart::default();
    while !reader.0.is_empty() {
        let tag = reader.0.byte().ok_or(BundleError::Length)?;
        let count = reader.count()?;
        read_section(tag, count, &mut reader, &mut decoded, &mut apart)?;
    }
    put_together(&mut decoded, apart)?;
    Ok(decoded)
}

/// What belongs to other parts and has a section of its own, because readers of the first bundles expect those parts to
/// end before it.
#[derive(Default)]
struct Apart {
    site: Option<Site>,
    rules: Option<Rules>,
    decision_headers: Vec<Option<TextList>>,
    enrolments: Option<Vec<Option<Enrolment>>>,
    bandits: Vec<u8>,
    slot_pages: Option<Vec<Option<TextList>>>,
    aliases: Option<TextList>,
    gpc: Gpc,
    consent_tool: ConsentTool,
}

#[inline(never)]
fn read_section(
    tag: u8,
    count: usize,
    reader: &mut Sections,
    decoded: &mut Decoded,
    apart: &mut Apart,
) -> Result<(), BundleError> {
    let disabled = &mut decoded.disabled;
    match tag {
        SITE => {
            decoded.site_bytes = reader.first_blob();
            apart.site = reader.blobs::<Site>("sites", count, 1, disabled)?.pop().flatten();
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
            apart.enrolments = Some(reader.raw_blobs("enrolment", count, max, disabled, read)?);
        }
        LAYERS => decoded.layers = reader.blobs::<Layer>("layer", count, limits::LAYERS_MAX, disabled)?,
        DECISION_HEADER => {
            apart.decision_headers = reader.lists("decision header", count, limits::DECISION_HEADERS_MAX, disabled)?;
        }
        ALIASES => apart.aliases = reader.lists("category aliases", count, 1, disabled)?.pop().flatten(),
        SLOT_PAGES => apart.slot_pages = Some(reader.lists("slot's pages", count, limits::SLOTS_MAX, disabled)?),
        GPC_FINAL => {
            apart.gpc = Gpc::Final;
            reader.each_blob("", count, 1, &mut |_, _| {})?;
        }
        CONSENT_TOOL => {
            let mut texts = [const { String::new() }; 4];
            let mut is_text = count == texts.len();
            reader.each_blob("", count, usize::MAX, &mut |index, blob| match (
                texts.get_mut(index),
                core::str::from_utf8(blob),
            ) {
                (Some(text), Ok(of_blob)) => text.push_str(of_blob),
                _ => is_text = false,
            })?;
            let tool = ConsentTool::from_texts(texts).filter(|_| is_text);
            apart.consent_tool = tool.ok_or(BundleError::ConsentTool)?;
        }
        ELSEWHERE => {
            decoded.elsewhere = reader.lists("elsewhere", count, 1, disabled)?.pop().flatten().unwrap_or_default();
        }
        RULES => {
            decoded.rules_bytes = reader.first_blob();
            apart.rules = reader.blobs::<Rules>("rules", count, 1, disabled)?.pop().flatten();
        }
        LISTS => {
            decoded.lists = reader.lists("list", count, limits::LISTS_MAX, disabled)?;
        }
        PATTERNS => {
            let read = |blob: &[u8]| Pattern::from_bytes(blob.to_vec());
            let max = limits::PATTERNS_COMPILED_MAX;
            decoded.patterns = reader.raw_blobs("regular expression", count, max, disabled, read)?;
        }
        MEASUREMENT => {
            reader.each_blob("", count, 2, &mut |index, blob| match index {
                0 => decoded.measurement_bytes = blob.to_vec(),
                _ => decoded.own_events = String::from_utf8(blob.to_vec()).unwrap_or_default(),
            })?;
        }
        BANDITS => reader.each_blob("", count, 1, &mut |_, blob| apart.bandits = blob.to_vec())?,
        // A section that a later compiler added for later readers.
        _ => reader.each_blob("", count, usize::MAX, &mut |_, _| {})?,
    }
    Ok(())
}

/// Puts what came in sections of its own where it belongs.
fn put_together(decoded: &mut Decoded, apart: Apart) -> Result<(), BundleError> {
    decoded.site = apart.site.ok_or(BundleError::Site)?;
    decoded.site.consent.gpc = apart.gpc;
    decoded.site.consent.tool = apart.consent_tool;
    decoded.site.rules = apart.rules.unwrap_or_default();
    decoded.site.decision_headers =
        apart.decision_headers.into_iter().flatten().filter_map(DecisionHeader::from_list).collect();
    decoded.site.aliases = apart.aliases.and_then(Aliases::from_list).unwrap_or_default();
    if let Some(enrolments) = apart.enrolments {
        enrol(decoded, enrolments);
    }
    for index in apart.bandits.as_chunks().0.iter().map(|index| u16::from_le_bytes(*index)) {
        if let Some(Some(campaign)) = decoded.campaigns.get_mut(usize::from(index)) {
            campaign.enrolment.is_bandit = true;
        }
    }
    if let Some(pages) = apart.slot_pages {
        put_on_pages(&mut decoded.slots, pages);
    }
    Ok(())
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
    ///
    /// Kept apart, as the loops of [`Loaded::load`](crate::loaded::Loaded::load) are: an engine compiles a function anew that has
    /// looped for long, and with everything inlined that was 24 KB of code, for a call that happens once.
    #[inline(never)]
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
    #[inline(never)]
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
