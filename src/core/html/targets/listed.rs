//! Selectors, compiled to bytes.
use super::{
    super::{
        codec::write_text,
        element::Element,
        limits::{MAX_ATTRIBUTE_NAMES, MAX_PARTS, MAX_SLOTS, MAX_TARGETS_BYTES},
        selector::{Selector, SelectorPart},
    },
    Target, TargetsError, Test,
    facts::{FACTS_BYTES, Facts, letter},
};
use alloc::vec::Vec;

/// Selectors that are being compiled.
#[derive(Debug, Default)]
pub(in crate::html) struct Listed<'b> {
    names: Vec<&'b [u8]>,
    tests: Vec<(usize, Test<'b>)>,
    slots: Vec<Target<'b>>,
}

impl<'b> Listed<'b> {
    /// Compiles selectors.
    pub(in crate::html) fn of(slots: impl Iterator<Item = (u16, &'b Selector)>) -> Result<Self, TargetsError> {
        let mut all = Self::default();
        for (index, selector) in slots {
            let mut tests = 0;
            for part in selector.parts() {
                let name = position_or_push(&mut all.names, part.attribute_name().as_bytes());
                let test = match part {
                    SelectorPart::Id(value) | SelectorPart::Equals(_, value) => Test::Equals(value.as_bytes()),
                    SelectorPart::Class(word) => Test::HasWord(word.as_bytes()),
                    SelectorPart::Has(_) => Test::Present,
                };
                let bit = position_or_push(&mut all.tests, (name, test));
                if all.names.len() > MAX_ATTRIBUTE_NAMES || bit >= MAX_PARTS {
                    return Err(TargetsError::TooLong);
                }
                tests |= 1 << bit;
            }
            all.slots.push(Target { index, tag: selector.tag().unwrap_or_default().as_bytes(), tests });
        }
        if all.slots.len() > MAX_SLOTS {
            return Err(TargetsError::TooManySlots { count: all.slots.len() });
        }
        Ok(all)
    }

    /// What [`Targets::read`] reads.
    pub(in crate::html) fn to_bytes(&self) -> Result<Vec<u8>, TargetsError> {
        let (lists, [tests_at, slots_at]) = self.lists()?;
        if lists.len() > MAX_TARGETS_BYTES {
            return Err(TargetsError::TooLong);
        }
        let place = |at: usize| u16::try_from(at).map_err(|_| TargetsError::TooLong);
        let mut out = Vec::with_capacity(FACTS_BYTES + lists.len());
        Facts { tests_at: place(tests_at)?, slots_at: place(slots_at)?, ..self.facts() }.write(&mut out);
        out.extend(lists);
        Ok(out)
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for name in &self.names {
            facts.name_lengths |= 1 << name.len().min(63);
            facts.name_letters |= name.first().map_or(0, |first| letter(*first));
        }
        for (name, test) in &self.tests {
            // An attribute without a value has the empty one.
            let bare = matches!(test, Test::Present | Test::Equals(b""));
            facts.wanted.add(self.names.get(*name).copied().unwrap_or_default(), bare);
        }
        for slot in self.slots.iter().filter(|slot| slot.tests == 0) {
            let any = if slot.tag.is_empty() { u128::MAX } else { 0 };
            facts.bare_tags |= any | Element::of(slot.tag).bit();
        }
        facts
    }

    /// Names, tests and slots, and where the last two are.
    fn lists(&self) -> Result<(Vec<u8>, [usize; 2]), TargetsError> {
        let mut out = Vec::with_capacity(256);
        let count = |len: usize| u8::try_from(len).map_err(|_| TargetsError::TooLong);
        out.push(count(self.names.len())?);
        for name in &self.names {
            write_text(&mut out, name);
        }
        let tests_at = out.len();
        out.push(count(self.tests.len())?);
        for (name, test) in &self.tests {
            out.push(count(*name)?);
            let (kind, value): (u8, &[u8]) = match test {
                Test::Present => (0, &[]),
                Test::Equals(value) => (1, value),
                Test::HasWord(word) => (2, word),
            };
            out.push(kind);
            if kind != 0 {
                write_text(&mut out, value);
            }
        }
        let slots_at = out.len();
        out.push(count(self.slots.len())?);
        for target in &self.slots {
            out.extend(target.index.to_le_bytes());
            write_text(&mut out, target.tag);
            out.push(count(target.tests.count_ones() as usize)?);
            let mut tests = target.tests;
            while tests != 0 {
                out.push(count(tests.trailing_zeros() as usize)?);
                tests &= tests - 1;
            }
        }
        Ok((out, [tests_at, slots_at]))
    }
}

fn position_or_push<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}
