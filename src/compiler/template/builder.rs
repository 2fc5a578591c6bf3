//! Templates while they are built.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use attune_core::bundle::{Hole, Part, Template};
use attune_core::limits;

/// Joins neighbouring literals.
#[derive(Default)]
pub(super) struct Builder {
    parts: Vec<Part>,
}

impl Builder {
    pub(super) fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Literal(last)) = self.parts.last_mut() {
            last.push_str(text);
        } else {
            self.parts.push(Part::Literal(text.to_owned()));
        }
    }

    pub(super) fn hole(&mut self, hole: Hole) {
        self.parts.push(Part::Hole(hole));
    }

    pub(super) fn finish(self) -> Template {
        Template { parts: self.parts }
    }
}

/// Whether a template is within the limits; if not, that is reported.
pub(super) fn within_limits(template: &Template, text: Text<'_>, sink: &mut Sink<'_>) -> bool {
    let bytes: usize = template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(literal) => literal.len(),
            Part::Hole(_) => 0,
        })
        .sum();
    let parts = template.parts.len();
    let good = bytes <= limits::CONTENT_BYTES_MAX && parts <= limits::TEMPLATE_PARTS_MAX;
    if !good {
        sink.report(
            Code::TooLarge,
            text.place,
            format!("the content has {bytes} bytes in {parts} parts"),
            format!("at most {} bytes in {} parts are possible", limits::CONTENT_BYTES_MAX, limits::TEMPLATE_PARTS_MAX),
        );
    }
    good
}
