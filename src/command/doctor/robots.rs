//! What robots get, and who is taken for one.

use super::code::Code;
use super::document::Document;
use super::mark::Mark;
use super::page::is_html;
use super::reach::html_pages;
use super::report::{Report, places};
use super::seen::Seen;

/// Judges who is a robot to the Worker.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    people(seen, report);
    let mut looked = false;
    let mut paths = Vec::new();
    for page in html_pages(seen).filter(|page| page.mark.is_some()) {
        let Some(robot) = page.robot.as_ref().filter(|robot| is_html(robot)) else { continue };
        looked = true;
        let document = Document::parse(&robot.http.body);
        let is_decided = Mark::of(&robot.header("attune")).is_some_and(|mark| mark.is_for_person());
        if is_decided || document.plan().is_some() || document.marks > 0 {
            paths.push(page.path.as_str());
        }
    }
    if !looked {
        return report.skip(&[Code::RobotsPersonalized], "no page of the Worker could be had as a robot");
    }
    report.look(&[Code::RobotsPersonalized]);
    if !paths.is_empty() {
        report.find(
            Code::RobotsPersonalized,
            format!("a robot got what a person gets: {}", places(&paths)),
            "let User-Agent reach the Worker as it was sent, and let no cache answer in front of it",
        );
    }
}

fn people(seen: &Seen, report: &mut Report) {
    let robots = seen.pages.iter().filter_map(|page| Some((page, page.mark.as_ref()?.robot()?)));
    let robots: Vec<_> = robots.collect();
    match robots.first() {
        None if seen.pages.iter().all(|page| page.mark.is_none()) => {
            report.skip(&[Code::TakenForRobot], "no page has the header Attune");
        }
        None => report.look(&[Code::TakenForRobot]),
        Some((page, "user-agent")) => report.find(
            Code::TakenForRobot,
            format!("{} was asked for with a browser's user agent, and the Worker saw one of a robot", page.path),
            "let User-Agent reach the Worker as it was sent: look for a proxy in front that sets its own",
        ),
        // What the platform thinks of this machine it need not think of visitors.
        Some((_, why)) => report.skip(
            &[Code::TakenForRobot],
            &format!(
                "Cloudflare takes this machine for a robot ({why}), so that nothing of a person's page can be looked at"
            ),
        ),
    }
}
