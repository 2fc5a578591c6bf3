//! What the compiler says about the authored files.

use crate::codes::Code;
use crate::severity::Severity;
use crate::source::{Around, File, Place};
use crate::span::Span;
use serde::Serialize;

/// One problem, the characters it is about, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code, such as `A0302`; [`crate::DIAGNOSTICS`] has the table.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is; `None` when it is about something that is not there at all.
    pub span: Option<Span>,
    /// What is wrong: a sentence without full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Another place that the problem is about, with its label.
    pub related: Option<(Span, String)>,
}

/// Nothing is known beside the files.
const NOTHING: &Around = &Around { now_s: None, assets: None };

/// Collects every problem of one run.
pub(crate) struct Sink<'a> {
    files: &'a [File],
    around: &'a Around,
    found: Vec<Diagnostic>,
    /// A file breaks off at an unclosed quote or a mistake in JSON, so the rest of it could not be read.
    pub(crate) cut_off: bool,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(files: &'a [File]) -> Self {
        Self::beside(files, NOTHING)
    }

    /// The same with what is known beside the files.
    pub(crate) fn beside(files: &'a [File], around: &'a Around) -> Self {
        Self { files, around, found: Vec::new(), cut_off: false }
    }

    /// What is known beside the files.
    pub(crate) fn around(&self) -> &'a Around {
        self.around
    }

    pub(crate) fn files(&self) -> &'a [File] {
        self.files
    }

    /// Adds a problem at a place.
    pub(crate) fn report(&mut self, code: Code, place: Place, message: impl Into<String>, help: impl Into<String>) {
        let span = place.span(self.files);
        self.push(code, span, message.into(), help.into(), None);
    }

    /// Adds a problem that is about two places.
    pub(crate) fn report_with(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
        related: (Place, &str),
    ) {
        let span = place.span(self.files);
        let other = related.0.span(self.files).map(|span| (span, related.1.to_owned()));
        self.push(code, span, message.into(), help.into(), other);
    }

    /// Adds a problem about something that is in no file.
    pub(crate) fn report_absent(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.push(code, None, message.into(), help.into(), None);
    }

    fn push(&mut self, code: Code, span: Option<Span>, message: String, help: String, related: Option<(Span, String)>) {
        let diagnostic = Diagnostic { code, severity: code.severity(), span, message, help, related };
        // One template compiled for several locales says the same thing several times.
        if !self.found.contains(&diagnostic) {
            self.found.push(diagnostic);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// The line that a syntax error is on.
    fn unread_line(&self, found: &Diagnostic) -> Option<Span> {
        let span = found.span.as_ref().filter(|_| found.code == Code::Syntax)?;
        let text = &self.files.iter().find(|file| file.path == span.file)?.text;
        let start = text.get(..span.start)?.rfind('\n').map_or(0, |end| end + 1);
        let end = text.get(span.start..)?.find('\n').map_or(text.len(), |length| span.start + length);
        Some(Span { file: span.file.clone(), start, end })
    }

    /// How many problems there are so far: compare before and after to see whether a step found any.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Everything found, in the order of files and characters. What only follows from an unreadable line, or from a file
    /// that breaks off, is left out.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        if self.cut_off {
            // References into the unread rest of the file find nothing.
            self.found.retain(|found| found.code == Code::Syntax);
        }
        let unread: Vec<Span> = self.found.iter().filter_map(|found| self.unread_line(found)).collect();
        self.found.retain(|found| {
            let line = |span: &Span| {
                unread.iter().any(|line| line.file == span.file && line.start <= span.start && span.start <= line.end)
            };
            found.code == Code::Syntax || !found.span.as_ref().is_some_and(line)
        });
        self.found.sort_by(|a, b| (&a.span, a.code).cmp(&(&b.span, b.code)));
        self.found
    }
}
