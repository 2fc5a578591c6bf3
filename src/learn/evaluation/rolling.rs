//! The last spans of a log, each with everything before it: what would have been learned on that day, and what came then.

use crate::LearnError;
use crate::sessions::{SessionLog, Sessions};

/// Spans of one length, of which the last ends with the last session of the log.
#[derive(Debug, Clone, Copy)]
pub struct Rolling {
    until_ms: i64,
    span_ms: i64,
}

/// A span of a log.
#[derive(Debug)]
pub struct Span {
    /// When it begins.
    pub from_ms: i64,
    /// Sessions that end before it.
    pub train: SessionLog,
    /// Sessions that end in it.
    pub test: Sessions,
}

impl Rolling {
    /// Spans of `span_ms` at the end of a log; `None` if its sessions have no times, or there are none.
    ///
    /// # Errors
    /// When a chunk cannot be read back.
    pub fn of(log: &SessionLog, span_ms: i64) -> Result<Option<Self>, LearnError> {
        let mut ends: Option<(i64, i64)> = None;
        for chunk in log.chunks() {
            for end_ms in &chunk?.ends_ms {
                let (oldest, newest) = ends.unwrap_or((*end_ms, *end_ms));
                ends = Some((oldest.min(*end_ms), newest.max(*end_ms)));
            }
        }
        Ok(ends.filter(|(oldest, newest)| oldest < newest).map(|(_, newest)| Self { until_ms: newest + 1, span_ms }))
    }

    /// The span that ends this many spans before the end of the log.
    ///
    /// # Errors
    /// When a chunk cannot be read back, or written.
    pub fn span(&self, log: &SessionLog, before_end: u32) -> Result<Span, LearnError> {
        let until_ms = self.until_ms.saturating_sub(self.span_ms.saturating_mul(before_end.into()));
        let from_ms = until_ms.saturating_sub(self.span_ms);
        let mut test = Sessions::default();
        for chunk in log.chunks() {
            let part = chunk?.between(from_ms, until_ms);
            part.iter().zip(&part.ends_ms).for_each(|(items, end_ms)| test.push(items, *end_ms));
        }
        Ok(Span { from_ms, train: log.before(from_ms)?, test })
    }
}
