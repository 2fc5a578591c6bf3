//! What is believed of strategies, as a table.

use crate::output::describe::{grouped, percent};
use attune_learn::posteriors::Posterior;
use std::fmt::Write;

/// Characters of a full bar.
const BAR: usize = 30;

/// One table for each slot.
pub(super) fn table(slots: &[Vec<Posterior>]) -> String {
    let mut text = String::new();
    // Writing into a string has no way to fail.
    for slot in slots {
        let Some(first) = slot.first() else { continue };
        let _ = writeln!(text, "{} in {}", first.key.0, first.key.1);
        let _ = writeln!(
            text,
            "  {:<20}{:>12}{:>10}{:>9}  {:<20}best",
            "", "impressions", "clicks", "rate", "95 % between"
        );
        for posterior in slot {
            let Posterior { key, impressions, clicks, interval: (low, high), best, .. } = posterior;
            let between = format!("{:.2} % and {:.2} %", low * 100.0, high * 100.0);
            let _ = writeln!(
                text,
                "  {:<20}{:>12}{:>10}{:>9}  {between:<20}{:>5.1} % {}",
                key.2,
                grouped(*impressions),
                grouped(*clicks),
                percent(*clicks, *impressions),
                best * 100.0,
                bar(*best)
            );
        }
    }
    text
}

fn bar(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "0 to 30")]
    let full = (share * BAR as f64).round() as usize;
    "█".repeat(full)
}
