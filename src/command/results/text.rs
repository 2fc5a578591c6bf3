//! Results for a terminal.

use super::bars;
use super::number::{chance, count, p_value, percent};
use super::report::{ClickReport, Contrast, ExperimentReport, GoalReport, Report, Row};
use super::words;
use crate::output::describe::counted;
use attune_stats::Measure;
use std::fmt::Write as _;

const LEGEND: &str = "├──●──┤ is the difference with its interval, which holds on every day at once; it is adjusted for what was known \
                      before the exposure, where the goal has a covariate. │ is no difference; a \
                      difference outside of both ╎ would probably have shown by now. The chance to win is descriptive: it \
                      decides nothing.";

/// The whole report.
pub(crate) fn report(report: &Report) -> String {
    let mut text = String::new();
    for experiment in &report.experiments {
        put_experiment(&mut text, experiment);
    }
    if report.experiments.is_empty() {
        text.push_str("No results: nobody was exposed to an experiment yet.\n\n");
    } else {
        text.push_str(&wrapped(LEGEND, "", ""));
    }
    put_clicks(&mut text, "strategy", BY_STRATEGY, &report.strategies);
    put_clicks(&mut text, "source", BY_SOURCE, &report.sources);
    text.push_str(&wrapped(&consent(report), "", ""));
    for line in footnotes(report) {
        text.push_str(&wrapped(&line, "", ""));
    }
    text
}

/// What is said of recommendations by strategy.
pub(crate) const BY_STRATEGY: &str = "descriptive: no visitor was assigned to one";
/// What is said of recommendations by source.
pub(crate) const BY_SOURCE: &str = "descriptive: each product counts, and sources that fill up have the last places";

/// Clicks on recommendations.
fn put_clicks(text: &mut String, by: &str, note: &str, clicks: &[ClickReport]) {
    if clicks.is_empty() {
        return;
    }
    let _ = writeln!(text, "Recommendations by {by} ({note})");
    let mut table = vec![[by, "seen", "clicked", "click-through"].map(str::to_owned).to_vec()];
    for one in clicks {
        let share = one.share().map_or_else(String::new, percent);
        table.push(vec![one.name.clone(), count(one.seen), count(one.clicked), share]);
    }
    put_table(text, &table);
    text.push('\n');
}

/// Of whom results hold.
pub(crate) fn consent(report: &Report) -> String {
    let mut text =
        "Results hold for visitors who agreed to personalization and to measurement. Others are not counted."
            .to_owned();
    if !report.consent.is_empty() {
        let shares = report.consent.iter().map(|one| format!("{} {}", one.answer, percent(one.share)));
        let _ = write!(text, " Answers: {}.", shares.collect::<Vec<_>>().join(", "));
    }
    text
}

/// Experiments that are not shown.
pub(crate) fn footnotes(report: &Report) -> Vec<String> {
    let waiting =
        (!report.waiting.is_empty()).then(|| format!("Nobody was exposed yet: {}.", report.waiting.join(", ")));
    let elsewhere = report.elsewhere.iter().map(|one| {
        let units = count(one.units);
        format!("Not in this configuration: {0} ({units} units). `attune results {0}` shows it.", one.name)
    });
    waiting.into_iter().chain(elsewhere).collect()
}

fn put_experiment(text: &mut String, experiment: &ExperimentReport) {
    // Writing into a string has no way to fail.
    let days = counted(usize::try_from(experiment.days).unwrap_or(0), "day");
    let name = if experiment.name.starts_with(&format!("{}/", experiment.title)) {
        experiment.name.clone()
    } else {
        format!("{} ({})", experiment.title, experiment.name)
    };
    let _ = writeln!(text, "{name}, {} to {}, {days}", experiment.since, experiment.until);
    let wide = experiment.arms.iter().map(|arm| arm.key.chars().count()).max().unwrap_or(0);
    for arm in &experiment.arms {
        let planned = arm.planned.map_or_else(String::new, |planned| format!(", planned {}", percent(planned)));
        let _ = writeln!(
            text,
            "  {:wide$}  {:>10} {}  {}{planned}",
            arm.key,
            count(arm.units),
            experiment.unit,
            percent(arm.share)
        );
    }
    if let Some(ratio) = experiment.sample_ratio {
        let word = if ratio.is_mismatch { "not as planned" } else { "as planned" };
        let _ = writeln!(text, "  The shares are {word} (p {}).", p_value(ratio.p_value));
    }
    for warning in &experiment.warnings {
        text.push_str(&wrapped(&warning.text, "  ! ", "    "));
    }
    text.push('\n');
    for goal in &experiment.goals {
        put_goal(text, experiment, goal);
    }
    if experiment.goals.is_empty() {
        text.push_str("  The configuration has no goals: write one under [goals].\n\n");
    }
}

fn put_goal(text: &mut String, experiment: &ExperimentReport, goal: &GoalReport) {
    let role = if goal.is_judge { "" } else { " (watched, not judged)" };
    text.push_str(&wrapped(&format!("{}: {}{role}", goal.key, goal.meaning), "  ", "    "));
    for contrast in &goal.contrasts {
        put_contrast(text, experiment, goal, contrast);
    }
}

fn put_contrast(text: &mut String, experiment: &ExperimentReport, goal: &GoalReport, contrast: &Contrast) {
    let mean = match goal.measure {
        Measure::Proportion => "share",
        Measure::Mean => "mean",
        Measure::Ratio => "ratio",
    };
    let head = ["arm", experiment.unit, "converters", mean, "difference", "between", "chance to win"];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    table.extend(contrast.rows.iter().map(|row| cells(goal, row)));
    put_table(text, &table);
    let findings = || contrast.rows.iter().filter_map(|row| Some((row, row.finding.as_ref()?)));
    let wide = contrast.rows.iter().map(|row| row.arm.chars().count()).max().unwrap_or(0);
    for (row, finding) in findings() {
        if let Some(bar) = bars::bar(finding, &goal.form) {
            let _ = writeln!(text, "    {:wide$}  {bar}", row.arm);
        }
    }
    for (_, finding) in findings() {
        text.push_str(&wrapped(&finding.statement, "    ", "    "));
    }
    if !contrast.slices.is_empty() {
        text.push('\n');
        put_slices(text, goal, contrast);
    }
    text.push('\n');
}

fn cells(goal: &GoalReport, row: &Row) -> Vec<String> {
    let form = &goal.form;
    let finding = row.finding.as_ref();
    let difference = finding.and_then(|finding| finding.difference).map(|difference| form.difference(difference));
    let interval = finding.and_then(|finding| finding.interval).map(|interval| words::ends(form, interval));
    let chance = finding.and_then(|finding| finding.chance_to_win).map(chance);
    vec![
        row.arm.clone(),
        count(row.units),
        count(row.converters),
        row.mean.map_or_else(String::new, |mean| form.value(mean)),
        difference.unwrap_or_default(),
        interval.unwrap_or_default(),
        chance.unwrap_or_default(),
    ]
}

fn put_slices(text: &mut String, goal: &GoalReport, contrast: &Contrast) {
    let form = &goal.form;
    let head = ["slice", "arm", &*contrast.against, "arm's units", "difference", "between"].map(str::to_owned);
    let mut table = vec![head.to_vec()];
    for slice in &contrast.slices {
        let between = slice.interval.map_or_else(|| "too early".to_owned(), |interval| words::ends(form, interval));
        table.push(vec![
            slice.slice.clone(),
            slice.arm.clone(),
            count(slice.units[0]),
            count(slice.units[1]),
            slice.difference.map_or_else(String::new, |difference| form.difference(difference)),
            between,
        ]);
    }
    put_table(text, &table);
    text.push_str("    Slices are descriptive: of many some differ by chance, so there is no verdict on them.\n");
}

/// Columns under each other: the first to the left, the others to the right.
pub(crate) fn put_table(text: &mut String, rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::from("    ");
        for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if place == 0 { write!(line, "{cell:width$}") } else { write!(line, "  {cell:>width$}") };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// A paragraph in lines of 100 characters.
pub(crate) fn wrapped(words: &str, first: &str, next: &str) -> String {
    const CHARS_MAX: usize = 100;
    let (mut text, mut line) = (String::new(), first.to_owned());
    let mut is_empty = true;
    for word in words.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > CHARS_MAX {
            text.push_str(&line);
            text.push('\n');
            next.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    text + &line + "\n"
}
