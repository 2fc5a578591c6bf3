//! Pages of the ledger.

use super::days::DAY_S;
use crate::failure::Failure;
use crate::publishing::Ledger;
use serde::Deserialize;

/// Lines with their ends, and the cursor of the next page.
pub(super) struct Page {
    pub(super) lines: Vec<u8>,
    pub(super) rows: u64,
    pub(super) next: Option<String>,
}

/// The last line of a page.
#[derive(Deserialize)]
struct Last {
    next: Option<String>,
}

/// A page of rows.
pub(super) fn page(ledger: &Ledger, shard: u32, kind: &str, day: i64, after: &str) -> Result<Page, Failure> {
    let day = day.to_string();
    let mut lines = ledger.lines("rows", shard, &[("kind", kind), ("day", &day), ("after", after)])?;
    let text = lines.trim_ascii_end();
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let last = text.get(start..).and_then(|line| serde_json::from_slice::<Last>(line).ok());
    let Last { next } = last.ok_or_else(|| broken(ledger))?;
    lines.truncate(start);
    Ok(Page { rows: count(&lines), lines, next })
}

/// All sums of a day, or those that are kept over all days.
pub(super) fn sums(ledger: &Ledger, shard: u32, day: Option<i64>) -> Result<Page, Failure> {
    let day = day.map_or_else(|| "all".to_owned(), |day| day.to_string());
    let lines = ledger.lines("sums", shard, &[("day", &day)])?;
    Ok(Page { rows: count(&lines), lines, next: None })
}

/// The day of the first exposure.
pub(super) fn first_day(ledger: &Ledger, shards: u32) -> Result<Option<i64>, Failure> {
    #[derive(Deserialize)]
    struct Arm {
        first_minute: Option<i64>,
    }
    let mut first: Option<i64> = None;
    for shard in 0..shards {
        for line in
            ledger.lines("experiments", shard, &[])?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
        {
            let arm: Arm = serde_json::from_slice(line).map_err(|_| broken(ledger))?;
            let day = arm.first_minute.map(|minute| minute * 60 / DAY_S);
            first = [first, day].into_iter().flatten().min();
        }
    }
    Ok(first)
}

fn count(lines: &[u8]) -> u64 {
    lines.split_inclusive(|byte| *byte == b'\n').count() as u64
}

fn broken(ledger: &Ledger) -> Failure {
    Failure::new(
        format!("the answer of {} is not understood", ledger.address()),
        "take the `attune` of the version that the site's Workers are of",
    )
}
