//! Results as one file that can be sent on: no script, nothing of the network, light and dark, as narrow as a phone.

mod escape;
mod figures;

use super::number::{chance, change, count, p_value, percent};
use super::plan::HOLDOUT;
use super::report::{ClickReport, Contrast, ExperimentReport, FindingReport, GoalReport, Report};
use super::text::{BY_SOURCE, BY_STRATEGY, consent, footnotes};
use super::words;
use crate::output::describe::counted;
use attune_stats::Measure;
use escape::escaped;
use std::fmt::Write as _;

const STYLE: &str = include_str!("report.css");

/// The whole file.
pub(crate) fn report(report: &Report) -> String {
    let site = escaped(&report.site);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Results of {site}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>Results of {site}</h1>\n"
    );
    // Writing into a string has no way to fail.
    let _ = writeln!(text, "<p class=\"quiet\">{}</p>\n</header>", prose(&consent(report)));
    put_summary(&mut text, report);
    for experiment in &report.experiments {
        put_experiment(&mut text, experiment);
    }
    if report.experiments.is_empty() {
        text.push_str("<section><p>No results: nobody was exposed to an experiment yet.</p></section>\n");
    }
    put_clicks(&mut text, "strategy", BY_STRATEGY, &report.strategies);
    put_clicks(&mut text, "source", BY_SOURCE, &report.sources);
    text.push_str("<footer>\n<h2>How to read this</h2>\n<ul>\n");
    text.push_str(
        "<li>The bar is the difference between two arms with its interval. The interval holds on every day at once: looking often \
         costs nothing. Where it leaves out 0, there is a verdict.</li>\n\
         <li>A difference outside of the two short dashed marks would probably have shown by now.</li>\n\
         <li>Differences are adjusted for what was known of each visitor before, where the goal has a covariate.</li>\n\
         <li>The chance to win is descriptive: it decides nothing.</li>\n",
    );
    for line in footnotes(report) {
        let _ = writeln!(text, "<li>{}</li>", prose(&line));
    }
    text.push_str("</ul>\n</footer>\n</main>\n</body>\n</html>\n");
    text
}

/// Clicks on recommendations.
fn put_clicks(text: &mut String, by: &str, note: &str, clicks: &[ClickReport]) {
    if clicks.is_empty() {
        return;
    }
    let _ = write!(
        text,
        "<section>\n<h2>Recommendations by {by}</h2>\n<p class=\"quiet\">It is {note}.</p>\n\
         <table>\n<thead><tr><th>Recommended by</th><th>Seen</th><th>Clicked</th><th>Share</th></tr></thead>\n<tbody>",
    );
    for one in clicks {
        let _ = writeln!(
            text,
            "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&one.name),
            count(one.seen),
            count(one.clicked),
            escaped(&one.share().map_or_else(String::new, percent))
        );
    }
    text.push_str("</tbody>\n</table>\n</section>\n");
}

/// The arms that are compared, with what is known of each.
fn findings(contrast: &Contrast) -> impl Iterator<Item = (&str, &FindingReport)> {
    contrast.rows.iter().filter_map(|row| Some((row.arm.as_str(), row.finding.as_ref()?)))
}

/// What the goals say that judge, in a list.
fn put_summary(text: &mut String, report: &Report) {
    text.push_str("<ul class=\"summary\">\n");
    for experiment in &report.experiments {
        for goal in experiment.goals.iter().filter(|goal| goal.is_judge) {
            for (_, finding) in goal.contrasts.iter().flat_map(findings) {
                let verdict = verdict(experiment, goal, finding);
                let _ = writeln!(
                    text,
                    "<li><span class=\"badge {}\">{verdict}</span><span><b>{}.</b> {}</span></li>",
                    verdict.replace(' ', "-"),
                    escaped(&experiment.title),
                    prose(&finding.statement)
                );
            }
        }
    }
    text.push_str("</ul>\n");
}

fn verdict(experiment: &ExperimentReport, goal: &GoalReport, finding: &FindingReport) -> &'static str {
    let is_mismatch = experiment.sample_ratio.is_some_and(|ratio| ratio.is_mismatch);
    words::verdict(finding.verdict, goal.is_judge, is_mismatch)
}

fn put_experiment(text: &mut String, experiment: &ExperimentReport) {
    let days = counted(usize::try_from(experiment.days).unwrap_or(0), "day");
    let _ = writeln!(
        text,
        "<section>\n<h2>{}</h2>\n<p class=\"quiet\">{}, {} to {}, {days}</p>",
        escaped(&experiment.title),
        escaped(&experiment.name),
        experiment.since,
        experiment.until
    );
    for warning in &experiment.warnings {
        let _ = writeln!(text, "<p class=\"warning\">{}</p>", prose(&warning.text));
    }
    put_arms(text, experiment);
    for goal in &experiment.goals {
        put_goal(text, experiment, goal);
    }
    if experiment.goals.is_empty() {
        text.push_str("<p>The configuration has no goals.</p>\n");
    }
    text.push_str("</section>\n");
}

/// The shares of the arms, drawn, and whether they are as planned.
fn put_arms(text: &mut String, experiment: &ExperimentReport) {
    text.push_str("<div class=\"arms\">\n<div class=\"stack\" aria-hidden=\"true\">");
    let colour = |place: usize| match experiment.arms.get(place) {
        Some(arm) if arm.key == HOLDOUT => "held".to_owned(),
        // What is compared with a holdout alone is no control.
        _ if experiment.arms.len() == 2 && experiment.arms.iter().any(|arm| arm.key == HOLDOUT) => "a1".to_owned(),
        _ => format!("a{}", place % 6),
    };
    for (place, arm) in experiment.arms.iter().enumerate() {
        let _ = write!(text, "<i class=\"{}\" style=\"width:{:.2}%\"></i>", colour(place), arm.share * 100.0);
    }
    text.push_str("</div>\n<ul>\n");
    for (place, arm) in experiment.arms.iter().enumerate() {
        let planned =
            arm.planned.map_or_else(String::new, |planned| format!(", planned {}", escaped(&percent(planned))));
        let _ = writeln!(
            text,
            "<li><i class=\"{}\"></i><b>{}</b> {} {} <span class=\"quiet\">{}{planned}</span></li>",
            colour(place),
            escaped(&arm.key),
            count(arm.units),
            experiment.unit,
            escaped(&percent(arm.share))
        );
    }
    text.push_str("</ul>\n");
    if let Some(ratio) = experiment.sample_ratio {
        let word = if ratio.is_mismatch { "not as planned" } else { "as planned" };
        let _ = writeln!(text, "<p class=\"quiet\">The shares are {word} (p {}).</p>", p_value(ratio.p_value));
    }
    text.push_str("</div>\n");
}

fn put_goal(text: &mut String, experiment: &ExperimentReport, goal: &GoalReport) {
    let role = if goal.is_judge { "" } else { " <span class=\"badge\">watched</span>" };
    let _ = writeln!(
        text,
        "<div class=\"goal\">\n<h3>{}{role}</h3>\n<p class=\"quiet\">{}</p>",
        escaped(&goal.key),
        prose(&goal.meaning)
    );
    for contrast in &goal.contrasts {
        text.push_str("<div class=\"contrast\">\n<div>\n");
        put_table(text, experiment, goal, contrast);
        for (_, finding) in findings(contrast) {
            let _ = writeln!(text, "<p class=\"statement\">{}</p>", prose(&finding.statement));
        }
        text.push_str("</div>\n<div>\n");
        for (arm, finding) in findings(contrast) {
            put_finding(text, experiment, goal, &contrast.against, arm, finding);
        }
        text.push_str("</div>\n</div>\n");
        put_slices(text, goal, contrast);
    }
    text.push_str("</div>\n");
}

fn put_table(text: &mut String, experiment: &ExperimentReport, goal: &GoalReport, contrast: &Contrast) {
    let mean = match goal.measure {
        Measure::Proportion => "Share",
        Measure::Mean => "Mean",
        Measure::Ratio => "Ratio",
    };
    let _ = writeln!(
        text,
        "<table>\n<thead><tr><th>Arm</th><th>{}</th><th>Converters</th><th>{mean}</th></tr></thead>\n<tbody>",
        if experiment.unit == "customers" { "Customers" } else { "Visitors" }
    );
    for row in &contrast.rows {
        let _ = writeln!(
            text,
            "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&row.arm),
            count(row.units),
            count(row.converters),
            row.mean.map_or_else(String::new, |mean| escaped(&goal.form.value(mean)))
        );
    }
    text.push_str("</tbody>\n</table>\n");
}

fn put_finding(
    text: &mut String,
    experiment: &ExperimentReport,
    goal: &GoalReport,
    against: &str,
    arm: &str,
    finding: &FindingReport,
) {
    let verdict = verdict(experiment, goal, finding);
    let _ = writeln!(
        text,
        "<div class=\"finding\">\n<p><b>{}</b> against {} <span class=\"badge {}\">{verdict}</span></p>",
        escaped(arm),
        escaped(against),
        verdict.replace(' ', "-")
    );
    if let (Some(difference), Some(interval)) = (finding.difference, finding.interval) {
        let _ = writeln!(
            text,
            "<p class=\"figure {}\">{} <small>between {}</small></p>",
            verdict.replace(' ', "-"),
            escaped(&goal.form.difference(difference)),
            escaped(&words::ends(&goal.form, interval))
        );
    }
    text.push_str(&figures::interval(finding, &goal.form).unwrap_or_default());
    let chance = finding.chance_to_win.map(|part| format!("Chance to win {} (descriptive)", chance(part)));
    let lift = finding.lift.map(|lift| format!("relative change {}", change(lift)));
    let facts: Vec<String> = chance.into_iter().chain(lift).collect();
    if !facts.is_empty() {
        let _ = writeln!(text, "<p class=\"quiet\">{}.</p>", escaped(&facts.join(", ")));
    }
    text.push_str(&figures::by_day(finding, &goal.form).unwrap_or_default());
    text.push_str("</div>\n");
}

fn put_slices(text: &mut String, goal: &GoalReport, contrast: &Contrast) {
    if contrast.slices.is_empty() {
        return;
    }
    let form = &goal.form;
    let _ = writeln!(
        text,
        "<details>\n<summary>Slices</summary>\n<p class=\"quiet\">Descriptive: of many slices some differ by chance, so there is no \
         verdict on them.</p>\n<div class=\"wide\"><table>\n<thead><tr><th>Slice</th><th>Arm</th><th>{}</th><th>Arm</th>\
         <th>Difference</th><th>Between</th></tr></thead>\n<tbody>",
        escaped(&contrast.against)
    );
    for slice in &contrast.slices {
        let between = slice.interval.map_or_else(|| "too early".to_owned(), |interval| words::ends(form, interval));
        let _ = writeln!(
            text,
            "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&slice.slice),
            escaped(&slice.arm),
            count(slice.units[0]),
            count(slice.units[1]),
            slice.difference.map_or_else(String::new, |difference| escaped(&form.difference(difference))),
            escaped(&between)
        );
    }
    text.push_str("</tbody>\n</table></div>\n</details>\n");
}

/// A sentence, with what stands between backticks as code.
fn prose(text: &str) -> String {
    let parts = escaped(text);
    let parts: Vec<&str> = parts.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let part = |(place, part): (usize, &&str)| {
        if is_paired && place % 2 == 1 { format!("<code>{part}</code>") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(part).collect()
}
