//! Percentages.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::syntax::Node;

/// A percentage in basis points; problems are reported.
pub(super) fn percent_bp(node: Option<&Node>, sink: &mut Sink<'_>) -> u16 {
    let Some((node, percent)) = node.and_then(|node| Some((node, node.number()?))) else {
        return 0;
    };
    let bp = (percent * 100.0).round();
    if !(0.0..=100.0).contains(&percent) || (percent * 100.0 - bp).abs() > 1e-6 {
        sink.report(
            Code::BadPercent,
            node.place,
            format!("{percent} is not a percentage"),
            "write a number from 0 to 100 with at most two decimals",
        );
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: 0 to 10,000")]
    let bp = bp as u16;
    bp
}
