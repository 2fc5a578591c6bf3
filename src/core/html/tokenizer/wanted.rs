//! Attributes that are asked for, known by the last two bytes of their names.
use super::bytes::{NAME_END, is};

/// Which attributes a [`super::Sink`] asks for, so that most others can be passed by their last two bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::html) struct Wanted {
    /// Bit [`ending`] of each name.
    endings: u64,
    /// Also those without a value.
    pub(super) bare: bool,
}

/// A number below 64 for the last two bytes of a name, in whatever case.
#[inline]
fn ending(before_last: u8, last: u8) -> u64 {
    1 << ((last & 31) ^ ((before_last & 31) << 1))
}

impl Wanted {
    /// The endings as bits, and whether those without a value are asked for.
    pub(in crate::html) fn to_parts(self) -> (u64, bool) {
        (self.endings, self.bare)
    }

    /// What [`Wanted::to_parts`] gave.
    pub(in crate::html) fn of_parts((endings, bare): (u64, bool)) -> Self {
        Self { endings, bare }
    }

    /// Asks for attributes of this name, in lower case; `bare` if also for those without a value.
    pub(in crate::html) fn add(&mut self, name: &[u8], bare: bool) {
        self.bare |= bare;
        match name {
            [.., before_last, last] => self.endings |= ending(*before_last, *last),
            // Whatever stands before the name.
            [only] => (0..32).for_each(|before| self.endings |= ending(before, *only)),
            [] => {}
        }
    }

    #[inline]
    pub(super) fn may_be(self, before_last: u8, last: u8) -> bool {
        self.endings & ending(before_last, last) != 0
    }

    /// Whether an attribute without a value may be asked for that ends between two places.
    #[inline(never)]
    pub(super) fn may_have_bare(self, bytes: &[u8], from: usize, to: usize) -> bool {
        let mut before = [0; 2];
        bytes.get(from..to).unwrap_or_default().iter().any(|byte| {
            let [before_last, last] = before;
            before = [last, *byte];
            is(*byte, NAME_END) && self.may_be(before_last, last)
        })
    }
}
