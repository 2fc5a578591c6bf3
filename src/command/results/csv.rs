//! Results as a table for spreadsheets: a line for each arm of each goal.

use super::report::{ClickReport, Contrast, ExperimentReport, GoalReport, Report};
use super::words;
use std::fmt::Write as _;

const HEAD: &str = "experiment,since,until,goal,judges,against,slice,arm,units,planned_share,converters,mean,difference,low,high,\
                    alpha,lift,chance_to_win,smallest_detectable,p_value,adjusted_p,verdict,sample_ratio_p,statement\n";

/// The whole report.
pub(crate) fn report(report: &Report) -> String {
    let mut text = HEAD.to_owned();
    for experiment in &report.experiments {
        for goal in &experiment.goals {
            for contrast in &goal.contrasts {
                put_contrast(&mut text, experiment, goal, contrast);
            }
        }
    }
    text
}

fn put_contrast(text: &mut String, experiment: &ExperimentReport, goal: &GoalReport, contrast: &Contrast) {
    let ratio = experiment.sample_ratio;
    let is_mismatch = ratio.is_some_and(|ratio| ratio.is_mismatch);
    let start = |slice: &str, arm: &str| {
        let judges = if goal.is_judge { "yes" } else { "no" };
        let own = [&*experiment.name, &*experiment.since, &*experiment.until, &*goal.key, judges];
        own.into_iter().chain([&*contrast.against, slice, arm]).map(cell).collect::<Vec<_>>()
    };
    for row in &contrast.rows {
        let planned = experiment.arms.iter().find(|arm| arm.key == row.arm).and_then(|arm| arm.planned);
        let finding = row.finding.as_ref();
        let interval = finding.and_then(|finding| finding.interval);
        let mut line = start("", &row.arm);
        line.extend([Some(row.units), planned, Some(row.converters), row.mean].map(number));
        let difference = finding.and_then(|finding| finding.difference);
        line.extend([difference, interval.map(|it| it.low), interval.map(|it| it.high)].map(number));
        let alpha = finding.map(|finding| finding.alpha);
        line.extend([alpha, finding.and_then(|finding| finding.lift)].map(number));
        line.push(number(finding.and_then(|finding| finding.chance_to_win)));
        line.push(number(finding.and_then(|finding| finding.smallest_detectable)));
        line.extend([finding.map(|it| it.p_value), finding.map(|it| it.adjusted_p)].map(number));
        let verdict = finding.map_or("", |finding| words::verdict(finding.verdict, goal.is_judge, is_mismatch));
        line.push(cell(verdict));
        line.push(number(ratio.map(|ratio| ratio.p_value)));
        line.push(cell(finding.map_or("", |finding| &finding.statement)));
        put(text, &line);
    }
    for slice in &contrast.slices {
        let mut line = start(&slice.slice, &slice.arm);
        line.extend([Some(slice.units[1]), None, None, slice.means.map(|means| means[1])].map(number));
        let interval = slice.interval;
        line.extend([slice.difference, interval.map(|it| it.low), interval.map(|it| it.high)].map(number));
        line.extend(std::iter::repeat_n(String::new(), 6));
        line.push("descriptive".to_owned());
        line.extend([String::new(), String::new()]);
        put(text, &line);
    }
}

pub(crate) fn put(text: &mut String, line: &[String]) {
    text.push_str(&line.join(","));
    text.push('\n');
}

/// A number in full; empty for none.
pub(crate) fn number(number: Option<f64>) -> String {
    number.filter(|number| number.is_finite()).map_or_else(String::new, |number| number.to_string())
}

/// A text. What a spreadsheet would take for a formula begins with an apostrophe.
pub(crate) fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Clicks by strategy, in the form that `attune posteriors --counts` reads.
pub(crate) fn strategies(strategies: &[ClickReport]) -> String {
    let mut text = String::from("campaign,slot,strategy,impressions,clicks\n");
    for ClickReport { name, seen, clicked } in strategies {
        // A click whose impression was not reported: the page was left within a second.
        let _ = writeln!(text, "{},{seen},{}", name.replace('/', ","), clicked.min(*seen));
    }
    text
}
