//! Plots as SVG. What is written stands beside them as HTML, so that it is as large on a phone.

use super::super::number::Form;
use super::super::report::{DayReport, FindingReport};
use super::escape::escaped;
use std::fmt::Write as _;

/// The difference and its interval on a line with 0 in the middle.
pub(super) fn interval(finding: &FindingReport, form: &Form) -> Option<String> {
    let (difference, interval) = (finding.difference?, finding.interval?);
    let smallest = finding.smallest_detectable.unwrap_or(0.0);
    let edge = 1.04 * [interval.low.abs(), interval.high.abs(), smallest].into_iter().fold(0.0, f64::max);
    if !(edge > 0.0 && edge.is_finite()) {
        return None;
    }
    let at = |value: f64| 50.0 + 50.0 * value / edge;
    let mut text = format!(
        "<svg class=\"bar\" role=\"img\" aria-label=\"{} between {} and {}\">\n",
        escaped(&form.difference(difference)),
        escaped(&form.bare(interval.low)),
        escaped(&form.bare(interval.high))
    );
    // Writing into a string has no way to fail.
    let _ = writeln!(text, "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"16\" y2=\"16\"/>");
    let _ = writeln!(text, "<line class=\"zero\" x1=\"50%\" x2=\"50%\" y1=\"2\" y2=\"30\"/>");
    if smallest > 0.0 {
        for mark in [-smallest, smallest] {
            let _ = writeln!(text, "<line class=\"mark\" x1=\"{0:.2}%\" x2=\"{0:.2}%\" y1=\"8\" y2=\"24\"/>", at(mark));
        }
    }
    let _ = writeln!(
        text,
        "<line class=\"reach\" x1=\"{:.2}%\" x2=\"{:.2}%\" y1=\"16\" y2=\"16\"/>\n<circle cx=\"{:.2}%\" cy=\"16\" r=\"5\"/>\n</svg>",
        at(interval.low),
        at(interval.high),
        at(difference)
    );
    let _ = writeln!(
        text,
        "<div class=\"ends\" aria-hidden=\"true\"><span>{}</span><span>0</span><span>{}</span></div>",
        escaped(&form.bare(-edge)),
        escaped(&form.bare(edge))
    );
    Some(text)
}

/// The difference by day with its interval; none for fewer than three days.
pub(super) fn by_day(finding: &FindingReport, form: &Form) -> Option<String> {
    let days = &finding.by_day;
    let (first, last) = (days.first()?, days.last()?);
    if days.len() < 3 {
        return None;
    }
    // The first days are uncertain beyond all measure: what is drawn is what the last one needs, and as much again.
    let width = last.interval.high - last.interval.low;
    let (low, high) = (last.interval.low.min(0.0) - width / 2.0, last.interval.high.max(0.0) + width / 2.0);
    if !(high > low && high.is_finite() && low.is_finite()) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "days of an experiment")]
    let x = |place: usize| 100.0 * place as f64 / (days.len() - 1) as f64;
    let y = |value: f64| 100.0 * (high - value.clamp(low, high)) / (high - low);
    let path = |value: &dyn Fn(&DayReport) -> f64| -> Vec<String> {
        days.iter().enumerate().map(|(place, day)| format!("{:.2},{:.2}", x(place), y(value(day)))).collect()
    };
    let mut band = path(&|day| day.interval.high);
    let mut back = path(&|day| day.interval.low);
    back.reverse();
    band.extend(back);
    let zero = y(0.0);
    let mut text =
        String::from("<figure>\n<figcaption>All that was counted up to each day</figcaption>\n<div class=\"plot\">\n");
    let _ = writeln!(
        text,
        "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"The difference by day\">\n\
         <polygon points=\"{}\"/>\n<line x1=\"0\" x2=\"100\" y1=\"{zero:.2}\" y2=\"{zero:.2}\"/>\n<polyline points=\"{}\"/>\n</svg>",
        band.join(" "),
        path(&|day| day.difference).join(" ")
    );
    let mut labels = vec![(zero, "0".to_owned())];
    for (place, value) in [(0.0, high), (100.0, low)] {
        if f64::abs(place - zero) > 15.0 {
            labels.push((place, form.bare(value)));
        }
    }
    for (place, label) in labels {
        let _ = writeln!(text, "<span style=\"top:{place:.2}%\">{}</span>", escaped(&label));
    }
    let _ = writeln!(
        text,
        "</div>\n<div class=\"ends days\"><span>{}</span><span>{}</span></div>\n</figure>",
        escaped(&first.day),
        escaped(&last.day)
    );
    Some(text)
}
