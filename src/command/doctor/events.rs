//! Whether events arrive and are kept.

use super::code::Code;
use super::consent::text_at;
use super::report::Report;
use super::seen::Seen;
use super::visit::Answer;

const OF_EVENTS: [Code; 2] = [Code::EventsRefused, Code::EventLost];

/// Judges the beacon of the returning visitor.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    let Some(events) = seen.returning.as_ref().and_then(|visit| visit.events.as_ref()) else {
        return report.skip(&OF_EVENTS, "only a visitor who agreed and has the cookie sends events");
    };
    report.look(&[Code::EventsRefused]);
    let answer = match events {
        Ok(answer) => answer,
        Err(error) => {
            refused(&format!("is not answered: {error}"), report);
            return report.skip(&[Code::EventLost], "events are not taken (D0607)");
        }
    };
    if answer.error_code().as_deref() == Some("unknown_visitor") {
        return report.skip(&[Code::EventLost], "the site cannot read the visitor's cookie (D0506)");
    }
    let applied = answer.json().and_then(|json| json.get("applied")?.as_u64());
    match applied.filter(|_| answer.http.status == 200) {
        None => {
            refused(&format!("is answered with {}", answer.kind()), report);
            report.skip(&[Code::EventLost], "events are not taken (D0607)");
        }
        Some(0) => lost(answer, report),
        Some(_) => report.look(&[Code::EventLost]),
    }
}

fn refused(how: &str, report: &mut Report) {
    report.find(
        Code::EventsRefused,
        format!("POST /_attune/events {how}"),
        "let POST requests with JSON reach the Worker: look at firewalls and proxies in front of it",
    );
}

/// An event that was answered and not kept.
fn lost(answer: &Answer, report: &mut Report) {
    let json = answer.json().unwrap_or_default();
    let rejected = json.get("rejected").and_then(|list| list.get(0));
    let code = rejected.map(|one| text_at(one, "code")).unwrap_or_default();
    if code == "never_profile" {
        return report
            .skip(&[Code::EventLost], "the page is one of [privacy] never_profile: give the address of another");
    }
    let why = match rejected {
        Some(one) => format!("{code}: {}", text_at(one, "message")),
        None => format!("last={}, no reason was given", text_at(&json, "last")),
    };
    report.find(
        Code::EventLost,
        format!("a page_view of a visitor who agreed was answered, and is not kept ({why})"),
        "without a reason, the Worker took the visitor for a robot or did not see the cookie: let User-Agent and Cookie of POST requests reach it",
    );
}
