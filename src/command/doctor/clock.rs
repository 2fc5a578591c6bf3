//! Whether the site and this machine agree about the time.

use super::code::Code;
use super::report::Report;
use super::seen::Seen;
use super::visit::Answer;
use jiff::fmt::rfc2822::DateTimeParser;

/// By how much the clock of who signs may be ahead.
const SKEW_S_MAX: i64 = 30;

/// Compares the clocks: the publisher's answer has the site's, and the header Date that of whoever answered.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    let told =
        seen.publisher.as_ref().and_then(|answer| Some((answer, answer.json()?.get("error")?.get("now_s")?.as_i64()?)));
    let dated = || seen.first().and_then(|page| Some((&page.person, date(&page.person.header("date"))?)));
    let Some((answer, site_s)) = told.or_else(dated) else {
        return report.skip(&[Code::ClockSkew], "no answer says what time it is at the site");
    };
    report.look(&[Code::ClockSkew]);
    let skew_s = skew_s(answer, site_s);
    if skew_s.abs() > SKEW_S_MAX {
        let word = if skew_s > 0 { "ahead of" } else { "behind" };
        report.find(
            Code::ClockSkew,
            format!("the site's clock is {} seconds {word} the clock of this machine", skew_s.abs()),
            "set the clock of this machine (NTP); if it is right, ask whoever runs the servers: `attune push` is refused until both agree",
        );
    }
}

/// How far the site's clock is ahead: what no length of the exchange explains.
fn skew_s(answer: &Answer, site_s: i64) -> i64 {
    if site_s < answer.asked_s { site_s - answer.asked_s } else { (site_s - answer.answered_s).max(0) }
}

/// The header `Date`, which ends in `GMT`.
fn date(text: &str) -> Option<i64> {
    Some(DateTimeParser::new().parse_timestamp(text.trim()).ok()?.as_second())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::http::HttpAnswer;

    #[test]
    fn the_time_of_an_exchange_is_no_skew() {
        let http = HttpAnswer { status: 200, headers: Vec::new(), body: Vec::new() };
        let answer = Answer { url: "https://shop.example/".parse().unwrap(), http, asked_s: 100, answered_s: 110 };
        for (site_s, expected) in [(40, -60), (99, -1), (100, 0), (105, 0), (110, 0), (150, 40)] {
            assert_eq!(skew_s(&answer, site_s), expected, "{site_s}");
        }
    }

    #[test]
    fn dates_of_http_are_read() {
        assert_eq!(date("Sun, 29 Nov 2026 09:58:27 GMT"), Some(1_795_946_307));
        assert_eq!(date("yesterday"), None);
    }
}
