//! The way to a value, written out only where an error names it.

use core::fmt;

/// Steps that are kept; what is below is named by its ancestors. `profile.cart.items[2].quantity` has five.
const STEPS_MAX: usize = 6;

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Entry(usize),
}

/// The way to a value from the root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    steps: [Step<'a>; STEPS_MAX],
    length: usize,
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Self = Self { steps: [Step::Entry(0); STEPS_MAX], length: 0 };

    pub(super) fn field(self, key: &'a str) -> Self {
        self.step(Step::Field(key))
    }

    pub(super) fn entry(self, index: usize) -> Self {
        self.step(Step::Entry(index))
    }

    fn step(mut self, step: Step<'a>) -> Self {
        if let Some(place) = self.steps.get_mut(self.length) {
            *place = step;
            self.length += 1;
        }
        self
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().take(self.length).enumerate() {
            match step {
                Step::Field(key) if index == 0 => f.write_str(key)?,
                Step::Field(key) => write!(f, ".{key}")?,
                Step::Entry(entry) => write!(f, "[{entry}]")?,
            }
        }
        Ok(())
    }
}
