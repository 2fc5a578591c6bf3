//! Variables: what the common tests of one attribute have in common.
//!
//! All thresholds of a number cut its line into cells, and all texts that anybody compares an attribute with are one
//! dictionary. The visitor's value is looked up once and becomes a code; after that, every test is a comparison of
//! two integers. A test of any other kind is a variable of its own, whose code is its verdict.

use crate::bundle::{Atom, AttributeRef, Comparison, Literal as Default, Test};
use crate::segment::{Facts, Matchers, Truth, Value, operator};
use crate::sort;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The code of a value that is unknown, or not of the type that the tests are for.
pub(crate) const UNKNOWN: u32 = u32::MAX;
/// The code of a variable that nobody has asked for.
pub(crate) const NOT_ASKED: u32 = u32::MAX - 1;
/// Longest list that becomes codes; a longer one is searched as it is.
const LIST_MAX: usize = 256;

/// What the codes of a variable mean.
#[derive(Clone, Debug)]
enum Domain {
    /// `n` ascending thresholds make `2n + 1` cells: code `2i + 1` is threshold `i` itself, `2i` what lies before it.
    Numbers(Vec<f64>),
    /// The position in a sorted dictionary of `(atom, which of its texts)`; its length for any other text.
    Texts(Vec<(u32, u32)>),
    /// 0 no, 1 yes.
    Bool,
    /// 1 when the value is known, 0 when not: never unknown itself.
    Known,
    /// 0 or 1, the verdict of its only atom.
    Atom,
}

/// A subject with the kind of test it is asked for.
#[derive(Clone, Debug)]
struct Variable {
    /// An atom that has this subject and default.
    of: u32,
    domain: Domain,
}

/// An atom in terms of its variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Literal {
    /// Of a disabled atom: never known.
    Unknown,
    /// The code is one of `count` from `from` on.
    Between { variable: u32, from: u32, count: u32 },
    /// The code is one of `count` ascending ones in the pool, from `at` on.
    OneOf { variable: u32, at: u32, count: u32 },
}

/// The variables of a bundle, and each atom in terms of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    list: Vec<Variable>,
    literals: Vec<Literal>,
    /// Codes of the lists.
    pool: Vec<u32>,
}

impl Variables {
    /// Finds the variables of a bundle whose references were checked.
    #[inline(never)]
    pub(super) fn of(atoms: &[Option<Atom>]) -> Self {
        let mut all = Self { literals: alloc::vec![Literal::Unknown; atoms.len()], ..Self::default() };
        let at = |index: u32| atoms.get(index as usize).and_then(Option::as_ref);
        let mut order: Vec<u32> = (0_u32..).zip(atoms).filter(|(_, a)| a.is_some()).map(|(index, _)| index).collect();
        sort::indices(&mut order, &|a, b| match (at(a), at(b)) {
            (Some(x), Some(y)) => compare(x, y).then(compare_numbers(x, y)).then(a.cmp(&b)),
            _ => a.cmp(&b),
        });
        let mut rest = order.as_slice();
        while let Some(first) = rest.first().copied() {
            let same = |other: &u32| matches!((at(first), at(*other)), (Some(x), Some(y)) if compare(x, y).is_eq());
            let is_general = at(first).is_some_and(|atom| kind(&atom.test) == Kind::General);
            let count = if is_general { 1 } else { rest.iter().take_while(|other| same(other)).count().max(1) };
            let (group, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            all.add(atoms, first, group);
            rest = others;
        }
        all
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// One variable, from all atoms that share it.
    fn add(&mut self, atoms: &[Option<Atom>], of: u32, group: &[u32]) {
        let at = |index: u32| atoms.get(index as usize).and_then(Option::as_ref);
        let variable = length(&self.list);
        let yes = Literal::Between { variable, from: 1, count: 1 };
        let domain = match at(of).map_or(Kind::General, |atom| kind(&atom.test)) {
            Kind::Number => Domain::Numbers(self.numbers(&at, variable, group)),
            Kind::Text => Domain::Texts(self.texts(&at, variable, group)),
            simple => {
                for index in group {
                    self.set(*index, yes);
                }
                match simple {
                    Kind::Bool => Domain::Bool,
                    Kind::Known => Domain::Known,
                    _ => Domain::Atom,
                }
            }
        };
        self.list.push(Variable { of, domain });
    }

    fn set(&mut self, atom: u32, literal: Literal) {
        if let Some(place) = self.literals.get_mut(atom as usize) {
            *place = literal;
        }
    }

    /// The thresholds of a group that is sorted by them.
    #[inline(never)]
    fn numbers<'a>(&mut self, at: &impl Fn(u32) -> Option<&'a Atom>, variable: u32, group: &[u32]) -> Vec<f64> {
        let threshold = |index: &u32| match at(*index).map(|atom| &atom.test) {
            Some(Test::Number(comparison, than)) => Some((*comparison, *than)),
            _ => None,
        };
        let mut cuts: Vec<f64> = group.iter().filter_map(threshold).map(|(_, than)| than).collect();
        #[expect(clippy::float_cmp, reason = "two authors' thresholds are one cut when they are the same number")]
        cuts.dedup_by(|a, b| a == b);
        let end = length(&cuts) * 2 + 1;
        for index in group {
            let Some((comparison, than)) = threshold(index) else { continue };
            let cell = cell(&cuts, than);
            let (from, to) = match comparison {
                Comparison::Less => (0, cell),
                Comparison::LessOrEqual => (0, cell + 1),
                Comparison::Greater => (cell + 1, end),
                Comparison::GreaterOrEqual => (cell, end),
                Comparison::Equal => (cell, cell + 1),
            };
            self.set(*index, Literal::Between { variable, from, count: to.saturating_sub(from) });
        }
        cuts
    }

    /// The dictionary of a group.
    #[inline(never)]
    fn texts<'a>(&mut self, at: &impl Fn(u32) -> Option<&'a Atom>, variable: u32, group: &[u32]) -> Vec<(u32, u32)> {
        let places = |index: u32| {
            let count = at(index).map_or(0, |atom| texts_of(atom).len());
            (0_u32..).take(count).map(move |which| (index, which))
        };
        let all: Vec<(u32, u32)> = group.iter().copied().flat_map(places).collect();
        let text = |place: &(u32, u32)| at(place.0).and_then(|atom| texts_of(atom).get(place.1 as usize));
        let texts: Vec<&str> = all.iter().map(|place| text(place).map_or("", String::as_str)).collect();
        let text = |index: u32| texts.get(index as usize).copied().unwrap_or_default();
        let mut order: Vec<u32> = (0..length(&all)).collect();
        sort::indices(&mut order, &|a, b| text(a).cmp(text(b)));
        let mut words: Vec<(u32, u32)> = Vec::new();
        let mut codes = alloc::vec![0; all.len()];
        let mut last = None;
        for index in order {
            if last != Some(text(index)) {
                last = Some(text(index));
                words.extend(all.get(index as usize));
            }
            if let Some(code) = codes.get_mut(index as usize) {
                *code = length(&words) - 1;
            }
        }
        let mut rest = codes.as_slice();
        for index in group {
            let count = at(*index).map_or(0, |atom| texts_of(atom).len());
            let (own, others) = rest.split_at_checked(count).unwrap_or_default();
            rest = others;
            let literal = if let [code] = own {
                Literal::Between { variable, from: *code, count: 1 }
            } else {
                let pooled = length(&self.pool);
                self.pool.extend_from_slice(own);
                Literal::OneOf { variable, at: pooled, count: length(own) }
            };
            self.set(*index, literal);
        }
        words
    }

    /// The code of a variable for one visitor.
    pub(crate) fn code(&self, atoms: &[Option<Atom>], matchers: &Matchers, facts: &Facts, variable: u32) -> u32 {
        let Some(variable) = self.list.get(variable as usize) else { return UNKNOWN };
        let atom = |index: u32| atoms.get(index as usize).and_then(Option::as_ref);
        let Some(of) = atom(variable.of) else { return UNKNOWN };
        if let Domain::Atom = variable.domain {
            return match operator::verdict(matchers, facts, of) {
                Truth::True => 1,
                Truth::False => 0,
                Truth::Unknown => UNKNOWN,
            };
        }
        let value = facts.value(&of.subject);
        if let Domain::Known = variable.domain {
            return u32::from(!matches!(value, Value::Unknown(_)));
        }
        match (&variable.domain, operator::or_default(value, of.default.as_ref())) {
            (Domain::Numbers(cuts), Value::Number(number)) if !number.is_nan() => cell(cuts, number),
            (Domain::Texts(words), Value::Text(text)) => {
                let word = |place: &(u32, u32)| Some(texts_of(atom(place.0)?).get(place.1 as usize)?.as_str());
                let found = words.binary_search_by(|place| word(place).cmp(&Some(&*text)));
                found.map_or(length(words), |at| u32::try_from(at).unwrap_or(UNKNOWN))
            }
            (Domain::Bool, Value::Bool(holds)) => u32::from(holds),
            _ => UNKNOWN,
        }
    }

    /// What a code means for an atom.
    pub(crate) fn holds(&self, atom: u32, code: impl FnOnce(u32) -> u32) -> Truth {
        match self.literals.get(atom as usize) {
            Some(Literal::Between { variable, from, count }) => match code(*variable) {
                UNKNOWN => Truth::Unknown,
                code => Truth::from(code.wrapping_sub(*from) < *count),
            },
            Some(Literal::OneOf { variable, at, count }) => match code(*variable) {
                UNKNOWN => Truth::Unknown,
                code => Truth::from(self.codes(*at, *count).binary_search(&code).is_ok()),
            },
            Some(Literal::Unknown) | None => Truth::Unknown,
        }
    }

    /// The variable that an atom asks; `None` for a disabled one.
    pub(crate) fn variable_of(&self, atom: u32) -> Option<u32> {
        match self.literals.get(atom as usize)? {
            Literal::Between { variable, .. } | Literal::OneOf { variable, .. } => Some(*variable),
            Literal::Unknown => None,
        }
    }

    /// How many codes a variable can have when it is known; `None` where finding the code is the whole test.
    pub(crate) fn code_count(&self, variable: u32) -> Option<u32> {
        match &self.list.get(variable as usize)?.domain {
            Domain::Numbers(cuts) => Some(length(cuts) * 2 + 1),
            Domain::Texts(words) => Some(length(words) + 1),
            Domain::Bool | Domain::Known => Some(2),
            Domain::Atom => None,
        }
    }

    fn codes(&self, at: u32, count: u32) -> &[u32] {
        let rest = self.pool.get(at as usize..).unwrap_or_default();
        rest.get(..count as usize).unwrap_or_default()
    }
}

/// The cell of a number between ascending cuts.
fn cell(cuts: &[f64], number: f64) -> u32 {
    let below = cuts.partition_point(|cut| *cut < number);
    let is_cut = cuts.get(below).is_some_and(|cut| *cut <= number);
    u32::try_from(below * 2 + usize::from(is_cut)).unwrap_or(UNKNOWN)
}

/// Lists are within limits far below 2^32.
fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Number,
    Text,
    Bool,
    Known,
    General,
}

fn kind(test: &Test) -> Kind {
    match test {
        Test::Number(..) => Kind::Number,
        Test::TextEquals(_) => Kind::Text,
        // An empty list is no text's, and has no code.
        Test::TextIn(list) if (1..=LIST_MAX).contains(&list.len()) => Kind::Text,
        Test::IsTrue => Kind::Bool,
        Test::Known => Kind::Known,
        _ => Kind::General,
    }
}

fn texts_of(atom: &Atom) -> &[String] {
    match &atom.test {
        Test::TextEquals(text) => core::slice::from_ref(text),
        Test::TextIn(list) => list,
        _ => &[],
    }
}

/// Equal when two atoms can be one variable.
fn compare(a: &Atom, b: &Atom) -> Ordering {
    let AttributeRef { attribute, argument } = &a.subject;
    let subject = attribute.cmp(&b.subject.attribute).then_with(|| argument.cmp(&b.subject.argument));
    subject.then_with(|| compare_defaults(a, b)).then_with(|| kind(&a.test).cmp(&kind(&b.test)))
}

fn compare_defaults(a: &Atom, b: &Atom) -> Ordering {
    let rank = |default: &Option<Default>| match default {
        None => 0,
        Some(Default::Bool(false)) => 1,
        Some(Default::Bool(true)) => 2,
        Some(Default::Number(_)) => 3,
        Some(Default::Text(_)) => 4,
    };
    let values = || match (&a.default, &b.default) {
        (Some(Default::Number(x)), Some(Default::Number(y))) => x.total_cmp(y),
        (Some(Default::Text(x)), Some(Default::Text(y))) => x.cmp(y),
        _ => Ordering::Equal,
    };
    rank(&a.default).cmp(&rank(&b.default)).then_with(values)
}

fn compare_numbers(a: &Atom, b: &Atom) -> Ordering {
    match (&a.test, &b.test) {
        (Test::Number(_, x), Test::Number(_, y)) => x.total_cmp(y),
        _ => Ordering::Equal,
    }
}
