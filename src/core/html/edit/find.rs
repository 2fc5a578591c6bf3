//! Finds the elements that edits are for.
use super::{
    super::{
        element::{Element, OPTIONAL, RAW},
        open::{ClosedMark, Effect, OpenElements, Outside, Space},
        targets::{Match, Targets},
        tokenizer::{Interest, Shortcuts, Sink, Tag, Text, Tokenizer},
    },
    ElementEdit, Unmet,
};
use alloc::vec;
use alloc::vec::Vec;

/// An attribute of a tag that some edit sets.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: Vec<u8>,
    pub(super) start: usize,
    pub(super) name_end: usize,
    /// After its value, or its name if it has none.
    pub(super) end: usize,
}

/// An element that some edit matches.
#[derive(Debug)]
pub(super) struct Site {
    /// Where its start tag begins.
    pub(super) start: usize,
    /// Where its tag's name ends.
    pub(super) name_end: usize,
    pub(super) content_start: usize,
    /// Where its content ends, or why it cannot be replaced.
    pub(super) content_end: Result<usize, Unmet>,
    /// Its attributes that some edit sets.
    pub(super) attributes: Vec<Attribute>,
}

/// The elements that edits are for.
#[derive(Debug)]
pub(super) struct Sites {
    sites: Vec<Site>,
    /// For each edit, a position in `sites`.
    found: Vec<Option<usize>>,
}

impl Sites {
    /// The element that each edit is for, in the order of the edits.
    pub(super) fn of_edits(&self) -> impl Iterator<Item = Option<&Site>> {
        self.found.iter().map(|found| found.and_then(|index| self.sites.get(index)))
    }
}

/// Finds the first element for each edit; the targets are the edits' selectors, in order.
pub(super) fn sites(held: &[u8], edits: &[ElementEdit], targets: Targets<'_>) -> Sites {
    let mut finder = Finder::new(targets, edits);
    finder.open.begin(Element::ROOT, None, Space::Html);
    Tokenizer::new().run(held, 0, &mut finder);
    finder.end(held.len());
    Sites { sites: finder.sites, found: finder.found }
}

/// Finds the sites of edits.
struct Finder<'e> {
    targets: Targets<'e>,
    edits: &'e [ElementEdit],
    start: Match,
    open: OpenElements,
    /// Nothing is around the content of a slot.
    outside: Outside,
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
            outside: Outside::default(),
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
            let ClosedMark { mark, is_own, element } = closed;
            if let Some(site) = usize::from(mark).checked_sub(1).and_then(|index| self.sites.get_mut(index))
                && (is_own || element.is(OPTIONAL))
            {
                site.content_end = Ok(self.tag_start);
            }
        }
    }

    fn end(&mut self, len: usize) {
        for entry in self.open.entries.iter().filter(|entry| entry.element.is(OPTIONAL)) {
            if let Some(site) = usize::from(entry.mark).checked_sub(1).and_then(|index| self.sites.get_mut(index)) {
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
            attributes: core::mem::take(&mut self.attributes),
        });
    }
}

impl Shortcuts for Finder<'_> {}

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
            self.attributes.push(Attribute { name: name.to_vec(), start, name_end: end, end });
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
        if tag.is_end {
            if !tag.ends_raw {
                self.open.end(tag, &self.outside);
                self.close();
            }
            return Text::Data;
        }
        let is_inert = self.open.has_template();
        let effect = self.open.start(tag, false, &self.outside);
        self.close();
        match effect {
            Effect::Foreign => return Text::Data,
            Effect::Left(_) | Effect::Unsure => self.is_lost = true,
            Effect::Inside | Effect::Closed => {
                if !is_inert && !self.is_lost && !matches!(tag.element, Element::SVG | Element::MATH) {
                    self.begin_site(tag, at);
                }
            }
        }
        if tag.element.is(RAW) { Text::Raw(tag.element) } else { Text::Data }
    }

    fn allows_cdata(&mut self) -> bool {
        self.open.is_foreign()
    }
}
