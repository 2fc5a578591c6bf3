//! Checks every reference of a bundle once, so that evaluation needs no checks.

use super::{
    Atom, Body, BundleError, Campaign, Content, Disabled, Layer, Literal, Op, Pattern, Program, Rules, Segment, Site,
    Slot, Template, Test, TextList, TextTest, codec, sound,
};
use crate::codec::hash32;
use crate::limits;
use crate::picks::Shelf;
use crate::segment::{Index, Version};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A bundle that is ready to decide with. What could not be used is `None` and named in `disabled`.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// First 12 hexadecimal digits of the SHA-256 of the bundle.
    pub version: String,
    /// The site.
    pub site: Site,
    /// Atoms.
    pub atoms: Vec<Option<Atom>>,
    /// Segments; a disabled one is unknown.
    pub segments: Vec<Option<Segment>>,
    /// Slots.
    pub slots: Vec<Option<Slot>>,
    /// Campaigns, highest priority first; a disabled one is passed over.
    pub campaigns: Vec<Option<Campaign>>,
    /// Contents.
    pub contents: Vec<Option<Content>>,
    /// Catalogue, indexes and overlay; empty until they are put in.
    pub shelf: Shelf,
    /// Mutual exclusion layers; the campaigns of a disabled one are disabled.
    pub layers: Vec<Option<Layer>>,
    /// Long lists of texts; what asks a disabled one is disabled.
    pub lists: Vec<Option<TextList>>,
    /// Regular expressions; what asks a disabled one is disabled.
    pub patterns: Vec<Option<Pattern>>,
    /// What was disabled, and why.
    pub disabled: Vec<Disabled>,
    /// How deep each segment refers to others.
    pub(super) depths: Vec<usize>,
    /// What the control plane reads for itself.
    pub(super) outline: super::outline::Blobs,
    /// What is prepared for the evaluation of conditions.
    pub(crate) index: Index,
}

impl Loaded {
    /// Reads and checks a bundle.
    ///
    /// # Errors
    /// [`BundleError`] when nothing of it can be used. A single bad part is disabled instead.
    pub fn load(bytes: &[u8]) -> Result<Self, BundleError> {
        let mut loaded = codec::decode(bytes)?;
        check_site(&loaded.site)?;
        loaded.shelf = Shelf::of(hash32(&[&loaded.site.name]));
        if let Err(reason) = check_rules(&loaded.site.rules) {
            loaded.site.rules = loaded.outline.without_rules();
            loaded.disabled.push(Disabled { what: "rules", index: 0, key: String::new(), reason });
        }
        loaded.disable("atom", |l| &mut l.atoms, |l, _, atom| check_atom(l, atom), |_| "");
        loaded.depths = loaded.segment_depths();
        loaded.disable("segment", |l| &mut l.segments, check_segment, |s| &s.key);
        loaded.disable("content", |l| &mut l.contents, |l, _, c| check_content(l, c), |c| &c.key);
        loaded.disable("layer", |l| &mut l.layers, |_, _, layer| sound::layer(layer), |layer| &layer.key);
        let depths = sound::requirement_depths(&loaded.campaigns);
        let check = |l: &Self, index: usize, c: &Campaign| {
            check_program(l, l.segments.len(), &c.eligible)?;
            sound::campaign(l, c)?;
            sound::requirements(l, c, depths.get(index).copied().flatten())
        };
        loaded.disable("campaign", |l| &mut l.campaigns, check, |c| &c.key);
        loaded.index = Index::of(&loaded.atoms, &loaded.segments, &loaded.campaigns);
        Ok(loaded)
    }

    /// What a content puts into a slot in one of the site's locales.
    pub fn body(&self, content: usize, locale: usize) -> Option<&Body> {
        let content = self.contents.get(content)?.as_ref()?;
        content.bodies.get(usize::from(*content.by_locale.get(locale)?))
    }

    /// 1 for a segment that uses no other, else one more than the deepest that it uses.
    fn segment_depths(&self) -> Vec<usize> {
        let mut depths: Vec<usize> = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let used = segment.iter().flat_map(|segment| &segment.when).filter_map(|op| match op {
                Op::Segment(index) => depths.get(*index as usize).copied(),
                _ => None,
            });
            let depth = used.max().unwrap_or(0) + 1;
            depths.push(depth);
        }
        depths
    }

    /// Runs a check over one list and removes what fails it. Segments may refer to earlier ones, so each
    /// verdict takes effect before the next check.
    fn disable<T>(
        &mut self,
        what: &'static str,
        list: impl Fn(&mut Self) -> &mut Vec<Option<T>>,
        check: impl Fn(&Self, usize, &T) -> Result<(), &'static str>,
        key: impl Fn(&T) -> &str,
    ) {
        for index in 0..list(self).len() {
            let Some(item) = list(self).get_mut(index).and_then(Option::take) else { continue };
            let named = match key(&item) {
                long if long.len() > limits::KEY_BYTES_MAX => Err("its key is too long"),
                _ => Ok(()),
            };
            match named.and_then(|()| check(self, index, &item)) {
                Ok(()) => {
                    if let Some(place) = list(self).get_mut(index) {
                        *place = Some(item);
                    }
                }
                Err(reason) => self.disabled.push(Disabled { what, index, key: key(&item).to_string(), reason }),
            }
        }
    }
}

fn check_site(site: &Site) -> Result<(), BundleError> {
    let patterns = site.pages.iter().map(|page| page.patterns.len()).sum::<usize>() + site.never_profile.len();
    let pages = site.pages.iter().map(|page| &page.key);
    let longest = pages.chain(&site.query_keys).chain([&site.name]).map(String::len).max();
    for (what, count, max) in [
        ("bytes in a name", longest.unwrap_or(0), limits::KEY_BYTES_MAX),
        ("hosts", site.hosts.len(), limits::HOSTS_MAX),
        ("query parameters", site.query_keys.len(), limits::QUERY_KEYS_MAX),
        ("locales", site.locales.len(), limits::LOCALES_MAX),
        ("path patterns", patterns, limits::PATTERNS_MAX),
        ("page types", site.pages.len(), limits::PATTERNS_MAX),
    ] {
        if count > max {
            return Err(BundleError::Limit { what, count, max });
        }
    }
    if site.name.is_empty() || site.hosts.is_empty() || site.locales.is_empty() || site.holdout_bp > 10_000 {
        return Err(BundleError::Site);
    }
    Ok(())
}

fn check_atom(loaded: &Loaded, atom: &Atom) -> Result<(), &'static str> {
    let long = |text: &String| text.len() > limits::TEXT_BYTES_MAX;
    if atom.subject.argument.as_ref().is_some_and(|argument| argument.len() > limits::KEY_BYTES_MAX) {
        return Err("its argument is too long");
    }
    if texts(&atom.test).iter().any(long) {
        return Err("its text is too long");
    }
    match &atom.default {
        Some(Literal::Number(number)) if !number.is_finite() => return Err("its default is not a finite number"),
        Some(Literal::Text(text)) if long(text) => return Err("its text is too long"),
        _ => {}
    }
    match &atom.test {
        Test::Number(_, number) if !number.is_finite() => Err("its number is not finite"),
        Test::Versus(_, _, factor, offset) if !factor.is_finite() || !offset.is_finite() => {
            Err("its number is not finite")
        }
        Test::Remainder(_, _, number) | Test::Length(_, number) if !number.is_finite() => {
            Err("its number is not finite")
        }
        Test::Remainder(0, ..) => Err("it divides by 0"),
        Test::Near(near) if !near.is_sound() => Err("its circle is not on the globe"),
        Test::Version(_, version) if Version::parse(version).is_none() => Err("its version cannot be read"),
        Test::TextIn(list) | Test::Lowered(TextTest::In(list)) => check_list(list),
        Test::TextInList(list) | Test::Lowered(TextTest::InList(list)) => {
            exists(&loaded.lists, *list, "it asks a list that is missing or disabled")
        }
        Test::Matches(pattern) | Test::Lowered(TextTest::Matches(pattern)) => {
            exists(&loaded.patterns, *pattern, "it asks a regular expression that is missing or disabled")
        }
        _ => Ok(()),
    }
}

/// The texts that a test has in itself.
fn texts(asked: &Test) -> &[String] {
    match asked {
        Test::TextEquals(one)
        | Test::StartsWith(one)
        | Test::EndsWith(one)
        | Test::Contains(one)
        | Test::Version(_, one)
        | Test::Lowered(
            TextTest::Equals(one) | TextTest::StartsWith(one) | TextTest::EndsWith(one) | TextTest::Contains(one),
        ) => core::slice::from_ref(one),
        Test::TextIn(list) | Test::Lowered(TextTest::In(list)) => list,
        _ => &[],
    }
}

fn check_list(list: &[String]) -> Result<(), &'static str> {
    if list.len() > limits::LIST_MAX {
        return Err("its list is too long");
    }
    if list.is_sorted() { Ok(()) } else { Err("its list is not sorted") }
}

fn exists<T>(list: &[Option<T>], index: u32, otherwise: &'static str) -> Result<(), &'static str> {
    if matches!(list.get(index as usize), Some(Some(_))) { Ok(()) } else { Err(otherwise) }
}

/// Rules that break a limit are not used at all: the site then has the defaults.
fn check_rules(rules: &Rules) -> Result<(), &'static str> {
    let ascends = rules.zone.changes.iter().map(|(at_s, _)| at_s).is_sorted();
    if rules.zone.changes.len() > limits::ZONE_CHANGES_MAX || !ascends {
        return Err("the zone has too many changes, or out of order");
    }
    let entries = rules.signals.iter().map(super::Signal::entries_max).sum::<usize>();
    if rules.traits.len() > limits::TRAITS_MAX || entries.max(rules.signals.len()) > limits::SIGNALS_MAX {
        return Err("there are too many traits or signals");
    }
    let values = |t: &super::Trait| t.values.len() > limits::TRAIT_VALUES_MAX;
    let much = |s: &super::Signal| {
        let values = s.measure.top().map_or(&[][..], |(_, values)| values);
        s.tests.len() > limits::SIGNAL_TESTS_MAX
            || values.len() > limits::TOP_VALUES_MAX
            || values.iter().any(|value| value.len() > limits::ITEM_TEXT_BYTES_MAX)
    };
    if rules.traits.iter().any(values) || rules.signals.iter().any(much) {
        return Err("a trait or a signal has too many or too long values, or a signal too many tests");
    }
    if rules.intensity.len() > limits::PATTERNS_MAX {
        return Err("there are too many page types");
    }
    let names = rules.traits.iter().map(|t| &t.key).chain(rules.signals.iter().map(|s| &s.key));
    let mut values = rules.traits.iter().flat_map(|t| &t.values);
    if names.chain(rules.intensity.iter().map(|(page, _)| page)).any(|name| name.len() > limits::KEY_BYTES_MAX)
        || values.any(|value| value.len() > limits::TRAIT_BYTES_MAX)
    {
        return Err("a name or a value of a trait is too long");
    }
    Ok(())
}

/// A program is sound when every reference exists and the stack ends with exactly one value.
fn check_program(loaded: &Loaded, segments: usize, program: &Program) -> Result<(), &'static str> {
    if program.len() > limits::PROGRAM_OPS_MAX {
        return Err("its condition is too long");
    }
    let mut depth = 0_usize;
    for op in program {
        let (needs, leaves) = match op {
            Op::Atom(index) => match loaded.atoms.get(*index as usize) {
                Some(Some(_)) => (0, 1),
                _ => return Err("it uses an atom that is missing or disabled"),
            },
            Op::Segment(index) => match loaded.segments.get(*index as usize) {
                Some(Some(_)) if (*index as usize) < segments => (0, 1),
                _ => return Err("it uses a segment that is missing, disabled or later"),
            },
            Op::Const(_) => (0, 1),
            Op::Not => (1, 1),
            Op::And | Op::Or => (2, 1),
            Op::Choose => (3, 1),
        };
        depth = depth.checked_sub(needs).ok_or("its condition takes more values than it has")? + leaves;
        if depth > limits::PROGRAM_DEPTH_MAX {
            return Err("its condition is too deep");
        }
    }
    if depth != usize::from(!program.is_empty()) {
        return Err("its condition does not end with one value");
    }
    Ok(())
}

fn check_segment(loaded: &Loaded, index: usize, segment: &Segment) -> Result<(), &'static str> {
    if loaded.depths.get(index).is_none_or(|depth| *depth > limits::SEGMENT_DEPTH_MAX) {
        return Err("its segments refer to each other too deeply");
    }
    check_program(loaded, index, &segment.when)
}

fn check_content(loaded: &Loaded, content: &Content) -> Result<(), &'static str> {
    if content.by_locale.len() != loaded.site.locales.len() {
        return Err("it does not have one body for each locale");
    }
    if content.by_locale.iter().any(|body| usize::from(*body) >= content.bodies.len()) {
        return Err("a locale refers to a body that is missing");
    }
    content.bodies.iter().try_for_each(|body| match body {
        Body::Html(template) => check_template(template),
        Body::Fields(fields) => fields.iter().try_for_each(|field| {
            let attributes = field.attributes.iter().map(|(_, template)| template);
            field.inner.iter().chain(attributes).try_for_each(check_template)
        }),
        Body::Cards(cards) if !cards.is_sound() => Err("its recommendation is over a limit"),
        Body::Cards(cards) => [&cards.before, &cards.card, &cards.after].into_iter().try_for_each(check_template),
    })
}

fn check_template(template: &Template) -> Result<(), &'static str> {
    if template.parts.len() > limits::TEMPLATE_PARTS_MAX { Err("its template has too many parts") } else { Ok(()) }
}
