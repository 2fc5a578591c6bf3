//! The way to a value, written out only where an error names it.

use core::fmt;

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Entry(usize),
}

/// The way to a value from the root: the way to what it is in, and one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

impl<'a> Path<'a> {
    pub(super) const ROOT: Self = Self { parent: None, step: Step::Root };

    pub(super) fn field(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Field(key) }
    }

    pub(super) fn entry(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Entry(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_first = self.parent.is_none_or(|parent| matches!(parent.step, Step::Root));
        // As deep as the code that reads, not as the text.
        self.parent.map_or(Ok(()), |parent| parent.fmt(f))?;
        match self.step {
            Step::Root => Ok(()),
            Step::Field(key) if is_first => f.write_str(key),
            Step::Field(key) => write!(f, ".{key}"),
            Step::Entry(entry) => write!(f, "[{entry}]"),
        }
    }
}
