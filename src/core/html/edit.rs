//! Edits of single elements inside a slot: their content, their attributes, and no other byte.
use super::{
    element::{Element, OPTIONAL},
    limits::{MAX_EDIT_ATTRIBUTES, MAX_EDITS, MAX_HELD_BYTES, MAX_NAME_BYTES},
    open::{ClosedMark, Effect, OpenElements, Outside, Space},
    selector::Selector,
    targets::{Match, Targets},
    tokenizer::{Interest, Sink, Tag, Text, Tokenizer},
};
use serde::{Deserialize, Serialize};

/// What to change in the first element of a slot that matches a selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementEdit {
    /// Which element; the first one in the slot.
    pub selector: Selector,
    /// HTML to put in place of the element's content; `None` leaves it.
    pub inner: Option<Vec<u8>>,
    /// Attributes to set: lower-case name, value escaped for double quotes.
    pub attributes: Vec<(String, Vec<u8>)>,
}

/// A slot's content after edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The content.
    pub html: Vec<u8>,
    /// Edits that could not be made in full, by position; all others were.
    pub unmet: Vec<(usize, Unmet)>,
}

/// Why an edit could not be made in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmet {
    /// Nothing in the slot matches.
    #[error("no element in the slot matches")]
    NotFound,
    /// The element is void or raw text, so that only its attributes were set.
    #[error("the element cannot have content")]
    NoContent,
    /// The element's end tag is missing, so that only its attributes were set.
    #[error("the element is not closed in the slot")]
    Unclosed,
    /// Another edit replaces this, or the element that this is in.
    #[error("another edit replaces the same place")]
    Replaced,
}

/// Why edits cannot be applied at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// More than [`MAX_EDITS`] edits, or more than [`MAX_EDIT_ATTRIBUTES`] attributes in one.
    #[error(
        "more than {MAX_EDITS} element edits, or more than {MAX_EDIT_ATTRIBUTES} attributes in one"
    )]
    TooMany,
    /// The slot's content is longer than [`MAX_HELD_BYTES`], or the selectors do not fit together.
    #[error(
        "the slot's content is longer than {MAX_HELD_BYTES} bytes, or the selectors are too long"
    )]
    TooLong,
    /// An attribute's name is empty, longer than [`MAX_NAME_BYTES`], or not lower-case ASCII.
    #[error(
        "edit {edit} sets an attribute whose name is not lower-case letters, digits, `-`, `_`, `:` or `.`"
    )]
    Name {
        /// Position of the edit.
        edit: usize,
    },
    /// An attribute's value contains `"`.
    #[error("edit {edit} sets an attribute to a value with an unescaped double quote")]
    Value {
        /// Position of the edit.
        edit: usize,
    },
    /// The bytes are not edits of this version.
    #[error("the element edits are damaged or of another version")]
    Format,
}

const FORMAT: u8 = 1;

/// The edits as bytes, for a caller outside Rust to keep and hand back.
///
/// # Errors
/// As [`edit_elements`], for edits that it would refuse.
pub fn encode_edits(edits: &[ElementEdit]) -> Result<Vec<u8>, EditError> {
    check(edits)?;
    let mut out = vec![FORMAT];
    out.extend(postcard::to_allocvec(edits).map_err(|_| EditError::Format)?);
    Ok(out)
}

/// Reads what [`encode_edits`] wrote.
///
/// # Errors
/// When the bytes are something else, or hold edits that [`edit_elements`] refuses.
pub fn decode_edits(bytes: &[u8]) -> Result<Vec<ElementEdit>, EditError> {
    let Some((&FORMAT, rest)) = bytes.split_first() else {
        return Err(EditError::Format);
    };
    let (edits, rest) =
        postcard::take_from_bytes::<Vec<ElementEdit>>(rest).map_err(|_| EditError::Format)?;
    if !rest.is_empty() {
        return Err(EditError::Format);
    }
    check(&edits)?;
    Ok(edits)
}

/// Applies edits to the content of a slot, as held. Each edit is made on the first element that its
/// selector matches; elements in templates, SVG and MathML do not count. An existing attribute gets
/// the new value in place, later duplicates of it are dropped, a new one comes right after the tag's name.
///
/// # Errors
/// When the edits or the content exceed a limit, or an attribute would not be well-formed.
pub fn edit_elements(held: &[u8], edits: &[ElementEdit]) -> Result<Edited, EditError> {
    check(edits)?;
    if held.len() > MAX_HELD_BYTES {
        return Err(EditError::TooLong);
    }
    let selectors = (0..).zip(edits.iter().map(|edit| &edit.selector));
    let targets = Targets::of(selectors).map_err(|_| EditError::TooLong)?;
    let mut finder = Finder::new(targets, edits);
    finder.open.begin(Element::ROOT, None, Space::Html);
    Tokenizer::new().run(held, 0, &mut finder);
    finder.end(held.len());
    Ok(apply(held, edits, &finder))
}

fn check(edits: &[ElementEdit]) -> Result<(), EditError> {
    if edits.len() > MAX_EDITS
        || edits
            .iter()
            .any(|edit| edit.attributes.len() > MAX_EDIT_ATTRIBUTES)
    {
        return Err(EditError::TooMany);
    }
    for (position, edit) in edits.iter().enumerate() {
        for (name, value) in &edit.attributes {
            let is_char = |byte: u8| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_:.".contains(&byte)
            };
            if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(is_char) {
                return Err(EditError::Name { edit: position });
            }
            if value.contains(&b'"') {
                return Err(EditError::Value { edit: position });
            }
        }
    }
    Ok(())
}

/// An attribute of a tag that some edit sets.
#[derive(Debug, Clone)]
struct Attribute {
    name: Vec<u8>,
    start: usize,
    name_end: usize,
    end: usize,
}

/// An element that some edit matches.
#[derive(Debug)]
struct Site {
    start: usize,
    name_end: usize,
    content_start: usize,
    content_end: Result<usize, Unmet>,
    attributes: Vec<Attribute>,
}

/// Finds the sites of edits.
struct Finder<'e> {
    targets: Targets<'e>,
    edits: &'e [ElementEdit],
    start: Match,
    open: OpenElements,
    sites: Vec<Site>,
    /// For each edit, a position in `sites`.
    found: Vec<Option<usize>>,
    tag_start: usize,
    name_end: usize,
    attributes: Vec<Attribute>,
    /// The attribute being read is the last in `attributes`.
    reads_attribute: bool,
    /// Too much is open: nothing more is found.
    is_lost: bool,
}

impl<'e> Finder<'e> {
    fn new(targets: Targets<'e>, edits: &'e [ElementEdit]) -> Self {
        Self {
            targets,
            edits,
            start: Match::default(),
            open: OpenElements::default(),
            sites: Vec::new(),
            found: vec![None; edits.len()],
            tag_start: 0,
            name_end: 0,
            attributes: Vec::new(),
            reads_attribute: false,
            is_lost: false,
        }
    }

    /// Takes note of where the elements end that the last tag closed.
    fn close(&mut self) {
        for closed in self.open.closed.drain(..) {
            let ClosedMark {
                mark,
                is_own,
                element,
            } = closed;
            if let Some(site) = usize::from(mark)
                .checked_sub(1)
                .and_then(|index| self.sites.get_mut(index))
                && (is_own || element.is(OPTIONAL))
            {
                site.content_end = Ok(self.tag_start);
            }
        }
    }

    fn end(&mut self, len: usize) {
        for entry in self
            .open
            .entries
            .iter()
            .filter(|entry| entry.element.is(OPTIONAL))
        {
            if let Some(site) = usize::from(entry.mark)
                .checked_sub(1)
                .and_then(|index| self.sites.get_mut(index))
            {
                site.content_end = Ok(len);
            }
        }
    }

    fn begin_site(&mut self, tag: &Tag<'_>, at: usize) {
        let mut is_site = false;
        for (position, found) in self.found.iter_mut().enumerate() {
            if found.is_none() && self.targets.fits(position, &self.start, tag) {
                *found = Some(self.sites.len());
                is_site = true;
            }
        }
        if !is_site {
            return;
        }
        let mut content_end = Err(Unmet::NoContent);
        if self.open.has_pushed && tag.element != Element::TEMPLATE {
            content_end = Err(Unmet::Unclosed);
            if let Some(last) = self.open.entries.last_mut() {
                last.mark = u8::try_from(self.sites.len() + 1).unwrap_or(0);
            }
        }
        self.sites.push(Site {
            start: self.tag_start,
            name_end: self.name_end,
            content_start: at,
            content_end,
            attributes: std::mem::take(&mut self.attributes),
        });
    }
}

impl Sink for Finder<'_> {
    fn tag_opened(&mut self, at: usize) {
        self.tag_start = at;
    }

    fn tag_named(&mut self, tag: &Tag<'_>, at: usize) -> bool {
        self.start = Match::default();
        self.name_end = at;
        self.attributes.clear();
        !tag.is_end && !self.is_lost
    }

    fn attribute_named(&mut self, name: Option<&[u8]>, (start, end): (usize, usize)) -> Interest {
        let Some(name) = name else {
            return Interest::default();
        };
        let mut set = self.edits.iter().flat_map(|edit| &edit.attributes);
        self.reads_attribute = set.any(|(wanted, _)| wanted.as_bytes() == name);
        if self.reads_attribute {
            self.attributes.push(Attribute {
                name: name.to_vec(),
                start,
                name_end: end,
                end,
            });
        }
        self.targets.attribute(&mut self.start, name)
    }

    fn word(&mut self, word: &[u8]) {
        self.targets.word(&mut self.start, word);
    }

    fn value(&mut self, value: &[u8]) {
        self.targets.value(&mut self.start, value);
    }

    fn attribute_ended(&mut self, at: Option<usize>) {
        if self.reads_attribute
            && let (Some(attribute), Some(at)) = (self.attributes.last_mut(), at)
        {
            attribute.end = at;
        }
        self.reads_attribute = false;
    }

    fn tag_ended(&mut self, tag: &Tag<'_>, at: usize) -> Text {
        let outside = Outside::default();
        if tag.is_end {
            if !tag.ends_raw {
                self.open.end(tag, &outside);
                self.close();
            }
            return Text::Data;
        }
        let is_inert = self.open.has_template();
        let effect = self.open.start(tag, false, &outside);
        self.close();
        match effect {
            Effect::Foreign => return Text::Data,
            Effect::Left(_) => self.is_lost = true,
            Effect::Inside | Effect::Closed => {
                if !is_inert
                    && !self.is_lost
                    && !matches!(tag.element, Element::SVG | Element::MATH)
                {
                    self.begin_site(tag, at);
                }
            }
        }
        if tag.element.is(super::element::RAW) {
            Text::Raw(tag.element)
        } else {
            Text::Data
        }
    }

    fn allows_cdata(&self) -> bool {
        self.open.is_foreign()
    }
}

/// Bytes to put in place of `from..to`.
struct Patch<'e> {
    from: usize,
    to: usize,
    with: [&'e [u8]; 4],
}

fn apply(held: &[u8], edits: &[ElementEdit], finder: &Finder<'_>) -> Edited {
    let mut unmet = Vec::new();
    let mut patches: Vec<Patch<'_>> = Vec::new();
    let mut placed: Vec<(usize, &ElementEdit, &Site)> = Vec::new();
    for (position, (edit, found)) in edits.iter().zip(&finder.found).enumerate() {
        match found.and_then(|index| finder.sites.get(index)) {
            Some(site) => placed.push((position, edit, site)),
            None => unmet.push((position, Unmet::NotFound)),
        }
    }
    // Outermost first, and those of one element in the order given.
    placed.sort_by_key(|(position, _, site)| (site.start, *position));
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
                set_attribute(&mut patches, site, name, value);
            }
        }
        let Some(inner) = &edit.inner else { continue };
        match site.content_end {
            Ok(_) if is_same_site => unmet.push((position, Unmet::Replaced)),
            Ok(end) => {
                patches.push(Patch {
                    from: site.content_start,
                    to: end,
                    with: [inner, b"", b"", b""],
                });
                (replaced_at, replaced_to) = (Some(site.start), end);
            }
            Err(reason) => unmet.push((position, reason)),
        }
    }
    unmet.sort_by_key(|(position, _)| *position);
    unmet.dedup();
    Edited {
        html: patched(held, patches),
        unmet,
    }
}

fn set_attribute<'e>(patches: &mut Vec<Patch<'e>>, site: &Site, name: &'e str, value: &'e [u8]) {
    let mut existing = site
        .attributes
        .iter()
        .filter(|attribute| attribute.name == name.as_bytes());
    if let Some(first) = existing.next() {
        patches.push(Patch {
            from: first.name_end,
            to: first.end,
            with: [b"=\"", value, b"\"", b""],
        });
    } else {
        let with = [b" ", name.as_bytes(), b"=\"", value];
        patches.push(Patch {
            from: site.name_end,
            to: site.name_end,
            with,
        });
        patches.push(Patch {
            from: site.name_end,
            to: site.name_end,
            with: [b"\"", b"", b"", b""],
        });
    }
    // The space before a duplicate stays: it may be what keeps its neighbours apart.
    patches.extend(existing.map(|duplicate| Patch {
        from: duplicate.start,
        to: duplicate.end,
        with: [b"", b"", b"", b""],
    }));
}

fn patched(held: &[u8], mut patches: Vec<Patch<'_>>) -> Vec<u8> {
    patches.sort_by_key(|patch| patch.from);
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
