//! GPP strings of the IAB's Global Privacy Platform: a header with the ids of sections, then the sections.
//!
//! Read are the section of the European framework (2) and the opt-outs of the United States (6 to 27). Other sections, and
//! what else these say, are passed over.

use super::bits::Bits;
use super::choices::Choices;
use super::tcf::tcf_choices;

/// The largest step in a number of a header: no section has an id near it.
const STEP_MAX: u32 = 46_368;
/// The sections of the United States that are opt-outs in fixed places: the nation (7), then states.
const NATION: u32 = 7;
/// Bits of the core of each, from [`NATION`] on, in its shortest version.
const US_BITS: [u8; 21] = [60, 46, 40, 38, 42, 44, 46, 46, 52, 42, 52, 42, 42, 46, 54, 42, 42, 22, 24, 24, 24];

/// What a GPP string says; `None` where it is malformed.
///
/// An opt-out of sale, of sharing or of targeted advertising is a no to both purposes. No opt-out is silence. A TC string
/// alone is read, too: tools wrote those before there were headers.
pub fn gpp_choices(text: &[u8]) -> Option<Choices> {
    if text.first() == Some(&b'C') {
        return tcf_choices(text);
    }
    let mut parts = text.split(|byte| *byte == b'~');
    let header = Bits::of(parts.next()?)?;
    if (header.number(0, 6)?, header.number(6, 6)?) != (3, 1) {
        return None;
    }
    let mut choices = Choices::default();
    let (mut at, mut last) = (24, 0);
    // Each id needs a part of its own, so that a range cannot take longer than the text is.
    for _ in 0..header.number(12, 12)? {
        let is_range = header.bit(at)?;
        at += 1;
        let first = last + fibonacci(header, &mut at)?;
        last = if is_range { first + fibonacci(header, &mut at)? } else { first };
        for id in first..=last {
            choices = choices.and(section(id, parts.next()?)?);
        }
    }
    parts.next().is_none().then_some(choices)
}

/// A number in Fibonacci coding, from 1: sums of 1, 2, 3, 5, 8 and so on, and two ones in a row at its end.
fn fibonacci(bits: Bits<'_>, at: &mut usize) -> Option<u32> {
    let (mut number, mut step, mut next, mut before) = (0, 1, 2, false);
    while step <= STEP_MAX {
        let bit = bits.bit(*at)?;
        *at += 1;
        if bit && before {
            return Some(number);
        }
        if bit {
            number += step;
        }
        (step, next, before) = (next, step + next, bit);
    }
    None
}

fn section(id: u32, text: &[u8]) -> Option<Choices> {
    let opted_out = match id {
        _ if text.is_empty() => return None,
        2 => return tcf_choices(text),
        6 => us_privacy(text)?,
        NATION.. => us(id, text)?,
        _ => false,
    };
    Some(if opted_out { Choices::of(false, false) } else { Choices::default() })
}

/// The string before there were sections: `1YNN`, the third letter being the opt-out of sale.
fn us_privacy(text: &[u8]) -> Option<bool> {
    let [b'1', letters @ ..] = text else { return None };
    let [_, sale, _] = letters else { return None };
    letters.iter().all(|letter| matches!(letter, b'Y' | b'N' | b'-')).then_some(*sale == b'Y')
}

/// Whether any opt-out stands in a section of the United States: of sale, of sharing, of targeted advertising, which follow
/// each other. What the browser's own signal was stands behind a point; `Sec-GPC` says it itself.
fn us(id: u32, text: &[u8]) -> Option<bool> {
    let Some(whole) = US_BITS.get(usize::try_from(id - NATION).ok()?) else { return Some(false) };
    let core = Bits::of(text.split(|byte| *byte == b'.').next()?)?;
    let is_known = match core.number(0, 6)? {
        1 => true,
        2 => id == NATION,
        _ => false,
    };
    if !is_known || core.count() < usize::from(*whole) {
        return None;
    }
    let (from, fields) = match id {
        NATION => (18, 3),
        // Utah and Iowa have a notice more.
        11 | 18 => (14, 2),
        // From Maryland on, what is agreed among companies stands first.
        24.. => (16, 2),
        _ => (12, 2),
    };
    let mut opted_out = false;
    for field in 0..fields {
        match core.number(from + 2 * field, 2)? {
            1 => opted_out = true,
            3 => return None,
            _ => {}
        }
    }
    Some(opted_out)
}
