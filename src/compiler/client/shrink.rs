//! The smaller bundle: what was chosen, what that refers to, and nothing else.

use super::choice::Choice;
use super::content::{sources, templates};
use super::why::Why;
use attune_core::attribute::Attribute;
use attune_core::bundle::{
    Arm, Atom, AttributeRef, Bundle, Campaign, DecisionHeader, Enrolment, LayerShare, LifecycleRule, Measurement, Op,
    Program, Requirement, Rules, Segment, Site, Slot, Test, TextList, TextTest, Trait,
};
use std::collections::BTreeSet;

/// The new number of each part that stays.
struct Numbers(Vec<Option<usize>>);

impl Numbers {
    fn of(kept: impl Iterator<Item = bool>) -> Self {
        let mut next = 0;
        let number = |is_kept: bool| {
            is_kept.then(|| {
                next += 1;
                next - 1
            })
        };
        Self(kept.map(number).collect())
    }

    /// Those of `count` parts that are in a set.
    fn among(count: usize, kept: &BTreeSet<usize>) -> Self {
        Self::of((0..count).map(|index| kept.contains(&index)))
    }

    fn has(&self, old: usize) -> bool {
        self.0.get(old).is_some_and(Option::is_some)
    }

    fn wide(&self, old: u32) -> u32 {
        let new = self.0.get(old as usize).copied().flatten();
        new.and_then(|new| u32::try_from(new).ok()).unwrap_or(u32::MAX)
    }

    fn narrow(&self, old: u16) -> u16 {
        let new = self.0.get(usize::from(old)).copied().flatten();
        new.and_then(|new| u16::try_from(new).ok()).unwrap_or(u16::MAX)
    }

    /// The parts that stay.
    fn pick<'p, T>(&'p self, parts: &'p [T]) -> impl Iterator<Item = &'p T> {
        parts.iter().zip(&self.0).filter(|(_, number)| number.is_some()).map(|(part, _)| part)
    }
}

/// Everything that the chosen campaigns need.
pub(super) fn shrink(bundle: &Bundle, choice: &Choice) -> Bundle {
    let slots = Numbers::of(choice.slots.iter().map(Option::is_none));
    let campaigns = Numbers::of(choice.campaigns.iter().map(Option::is_none));
    let kept = || campaigns.pick(&bundle.campaigns);
    let shown = kept().flat_map(|campaign| &campaign.arms).flat_map(|arm| &arm.show);
    let contents: BTreeSet<usize> =
        shown.filter(|(slot, _)| choice.has_slot(*slot)).map(|(_, content)| usize::from(*content)).collect();
    let contents = Numbers::among(bundle.contents.len(), &contents);
    let layers = kept().filter_map(|campaign| campaign.enrolment.layer).map(|share| usize::from(share.layer)).collect();
    let layers = Numbers::among(bundle.layers.len(), &layers);
    let (segments, atoms) = asked(bundle, kept().map(|campaign| &campaign.eligible));
    let large = |number: fn(&Test) -> Option<u32>, count: usize| {
        let used = atoms.pick(&bundle.atoms).filter_map(|atom| number(&atom.test)).map(|number| number as usize);
        Numbers::among(count, &used.collect())
    };
    let lists = large(list_of, bundle.lists.len());
    let patterns = large(pattern_of, bundle.patterns.len());
    let attributes = attributes(bundle, &atoms, &contents);
    let program = |program: &Program| program.iter().map(|op| renumbered(*op, &atoms, &segments)).collect();
    let campaign = |campaign: &Campaign| Campaign {
        owner: String::new(),
        eligible: program(&campaign.eligible),
        arms: campaign.arms.iter().map(|arm| shown_by(arm, &slots, &contents)).collect(),
        slots: campaign.slots.iter().filter(|slot| choice.has_slot(**slot)).map(|slot| slots.narrow(*slot)).collect(),
        enrolment: enrolment(&campaign.enrolment, &campaigns, &layers),
        ..campaign.clone()
    };
    Bundle {
        site: site(&bundle.site, &attributes),
        atoms: atoms.pick(&bundle.atoms).map(|atom| with_numbers(atom, &lists, &patterns)).collect(),
        segments: segments
            .pick(&bundle.segments)
            .map(|segment| Segment { key: segment.key.clone(), name: String::new(), when: program(&segment.when) })
            .collect(),
        slots: slots.pick(&bundle.slots).cloned().collect(),
        campaigns: kept().map(campaign).collect(),
        contents: contents.pick(&bundle.contents).cloned().collect(),
        layers: layers.pick(&bundle.layers).cloned().collect(),
        lists: lists.pick(&bundle.lists).cloned().collect(),
        patterns: patterns.pick(&bundle.patterns).cloned().collect(),
        measurement: Measurement::default(),
        elsewhere: elsewhere(bundle, choice),
    }
}

/// The segments and atoms that programs ask, through segments too.
fn asked<'p>(bundle: &'p Bundle, programs: impl Iterator<Item = &'p Program>) -> (Numbers, Numbers) {
    let (mut segments, mut atoms) = (BTreeSet::new(), BTreeSet::new());
    let mut pending: Vec<&Program> = programs.collect();
    while let Some(program) = pending.pop() {
        for op in program {
            match op {
                Op::Atom(atom) => {
                    atoms.insert(*atom as usize);
                }
                Op::Segment(index) if segments.insert(*index as usize) => {
                    pending.extend(bundle.segments.get(*index as usize).map(|segment| &segment.when));
                }
                Op::Segment(_) | Op::Const(_) | Op::Not | Op::And | Op::Or | Op::Choose => {}
            }
        }
    }
    (Numbers::among(bundle.segments.len(), &segments), Numbers::among(bundle.atoms.len(), &atoms))
}

fn renumbered(op: Op, atoms: &Numbers, segments: &Numbers) -> Op {
    match op {
        Op::Atom(atom) => Op::Atom(atoms.wide(atom)),
        Op::Segment(segment) => Op::Segment(segments.wide(segment)),
        Op::Const(_) | Op::Not | Op::And | Op::Or | Op::Choose => op,
    }
}

/// The long list that a test asks.
fn list_of(test: &Test) -> Option<u32> {
    match test {
        Test::TextInList(list) | Test::Lowered(TextTest::InList(list)) => Some(*list),
        _ => None,
    }
}

/// The regular expression that a test asks.
fn pattern_of(test: &Test) -> Option<u32> {
    match test {
        Test::Matches(pattern) | Test::Lowered(TextTest::Matches(pattern)) => Some(*pattern),
        _ => None,
    }
}

fn with_numbers(atom: &Atom, lists: &Numbers, patterns: &Numbers) -> Atom {
    let test = match &atom.test {
        Test::TextInList(list) => Test::TextInList(lists.wide(*list)),
        Test::Lowered(TextTest::InList(list)) => Test::Lowered(TextTest::InList(lists.wide(*list))),
        Test::Matches(pattern) => Test::Matches(patterns.wide(*pattern)),
        Test::Lowered(TextTest::Matches(pattern)) => Test::Lowered(TextTest::Matches(patterns.wide(*pattern))),
        other => other.clone(),
    };
    Atom { test, ..atom.clone() }
}

fn shown_by(arm: &Arm, slots: &Numbers, contents: &Numbers) -> Arm {
    let show = arm.show.iter().filter(|(slot, _)| slots.has(usize::from(*slot)));
    let show = show.map(|(slot, content)| (slots.narrow(*slot), contents.narrow(*content)));
    Arm { key: arm.key.clone(), show: show.collect() }
}

fn enrolment(of: &Enrolment, campaigns: &Numbers, layers: &Numbers) -> Enrolment {
    let requires = of
        .requires
        .iter()
        .map(|required| Requirement { campaign: campaigns.narrow(required.campaign), arms: required.arms.clone() });
    Enrolment {
        layer: of.layer.map(|share| LayerShare { layer: layers.narrow(share.layer), ..share }),
        requires: requires.collect(),
        ..of.clone()
    }
}

/// The attributes that atoms and placeholders name.
fn attributes<'b>(bundle: &'b Bundle, atoms: &'b Numbers, contents: &'b Numbers) -> Vec<&'b AttributeRef> {
    let of_atoms = atoms.pick(&bundle.atoms).flat_map(|atom| {
        let other = match &atom.test {
            Test::Versus(_, other, ..) | Test::SameText(other) => Some(other),
            _ => None,
        };
        std::iter::once(&atom.subject).chain(other)
    });
    let bodies = contents.pick(&bundle.contents).flat_map(|content| &content.bodies);
    of_atoms.chain(bodies.flat_map(templates).flat_map(sources)).collect()
}

/// The site without what only the server needs.
fn site(site: &Site, attributes: &[&AttributeRef]) -> Site {
    let is_asked = |of: &[Attribute], key: &String| {
        attributes.iter().any(|asked| of.contains(&asked.attribute) && asked.argument.as_ref() == Some(key))
    };
    let traits = site.rules.traits.iter().filter(|rule| is_asked(&[Attribute::Trait], &rule.key));
    let signals =
        site.rules.signals.iter().filter(|rule| is_asked(&[Attribute::Signal, Attribute::SignalTop], &rule.key));
    let rules = Rules {
        zone: site.rules.zone.clone(),
        // No condition that a browser may ask is about it.
        lifecycle: LifecycleRule::default(),
        traits: traits.map(|rule| Trait { source: String::new(), ..rule.clone() }).collect(),
        signals: signals.cloned().collect(),
        intensity: site.rules.intensity.clone(),
    };
    // In a site of several locales they decide in which one a page is decided.
    let headers = if site.locales.len() > 1 { &site.decision_headers[..] } else { &[] };
    Site {
        query_keys: site.query_keys.iter().filter(|key| is_asked(&[Attribute::PageQuery], key)).cloned().collect(),
        rules,
        decision_headers: headers.iter().map(|header| DecisionHeader::of(header.paths(), [])).collect(),
        ..site.clone()
    }
}

/// The types of the pages that have a slot which stays on the server.
fn elsewhere(bundle: &Bundle, choice: &Choice) -> TextList {
    let is_decided = |why: &Option<Why>| matches!(why, Some(why) if *why != Why::Empty);
    let slots = bundle.slots.iter().zip(&choice.slots).filter(|(_, why)| is_decided(why)).map(|(slot, _)| slot);
    let everywhere = || bundle.site.pages.iter().map(|page| page.key.as_str()).chain([""]);
    let pages = |slot: &Slot| -> Vec<String> {
        if slot.pages.is_empty() {
            everywhere().map(str::to_owned).collect()
        } else {
            slot.pages.texts().map(str::to_owned).collect()
        }
    };
    TextList::of(slots.flat_map(pages))
}
