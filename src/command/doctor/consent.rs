//! Whether a visitor can agree, and the cookies that follow.

use super::code::Code;
use super::report::{Report, places};
use super::returning::{Returning, has_agreed};
use super::seen::Seen;
use super::set_cookie::SetCookie;
use super::visit::Answer;
use serde_json::Value;

const OF_COOKIES: [Code; 5] = [
    Code::SetCookieLost,
    Code::CookieAttributes,
    Code::CookieRejected,
    Code::CookieNotReturned,
    Code::CookieUnreadable,
];
/// Name and value of a cookie, in characters, that browsers keep at most.
const COOKIE_CHARS_MAX: usize = 4_096;
/// All headers of a request, in bytes, that many servers take at most; more than a half of it for cookies leaves little.
const COOKIES_CHARS_MAX: usize = 8_192;
/// What a page must mention to ask for consent.
const CONSENT_CALL: &[u8] = b"/_attune/consent";

/// Judges the returning visitor's calls up to the cookie on the second page.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    sizes(seen, report);
    asks(seen, report);
    let Some(visit) = &seen.returning else {
        report.skip(&[Code::ConsentRefused], "nobody can agree now; the errors of D02 say why");
        return report.skip(&OF_COOKIES, "nobody can agree now; the errors of D02 say why");
    };
    report.look(&[Code::ConsentRefused]);
    match &visit.consent {
        Ok(answer) if has_agreed(answer) => cookies(seen, visit, answer, report),
        Ok(answer) => report.find(
            Code::ConsentRefused,
            format!("POST /_attune/consent is answered with {}{}", answer.kind(), refused_by_signal(answer)),
            "let POST requests with JSON, and the headers Origin and Sec-Fetch-Site, reach the Worker as the browser sends them",
        ),
        Err(error) => report.find(
            Code::ConsentRefused,
            format!("POST /_attune/consent is not answered: {error}"),
            "let POST requests reach the Worker: look at firewalls and proxies in front of it",
        ),
    }
    report.skip(&OF_COOKIES, "consent is not taken (D0501)");
}

/// Consent that a signal overrules, in words.
fn refused_by_signal(answer: &Answer) -> &'static str {
    let is_signal = answer.json().is_some_and(|json| json.get("gpc").is_some());
    if is_signal { ": something in front adds Sec-GPC: 1, which is final on this site" } else { "" }
}

fn cookies(seen: &Seen, visit: &Returning, consent: &Answer, report: &mut Report) {
    report.look(&[Code::SetCookieLost, Code::CookieAttributes, Code::CookieRejected]);
    let (mut lost, mut set) = (Vec::new(), Vec::new());
    for (path, answer) in [
        ("/_attune/consent", Some(consent)),
        ("/_attune/events", kept_event(visit)),
        ("/_attune/forget", visit.forget.as_ref()),
    ] {
        let Some(answer) = answer.filter(|answer| answer.http.status == 200) else { continue };
        let before = set.len();
        set.extend(answer.set_cookies().filter_map(SetCookie::parse).filter(SetCookie::is_own).map(|one| (path, one)));
        if set.len() == before {
            lost.push(path);
        }
    }
    attributes(seen, &set, report);
    if !lost.is_empty() {
        report.find(
            Code::SetCookieLost,
            format!("no cookie came with the answer of {}", places(&lost)),
            "take /_attune/ out of every cache, and let nothing remove Set-Cookie",
        );
    }
    if lost.contains(&"/_attune/consent") {
        return report.skip(&OF_COOKIES, "there is no cookie to come back with (D0502)");
    }
    comes_back(seen, visit, report);
}

/// The answer to an event that is in the profile, which the cookie then must bring.
fn kept_event(visit: &Returning) -> Option<&Answer> {
    let answer = visit.events.as_ref()?.as_ref().ok()?;
    (answer.json()?.get("applied")?.as_u64()? > 0).then_some(answer)
}

/// The attributes of each cookie, where they are wrong for the first time.
fn attributes(seen: &Seen, set: &[(&str, SetCookie)], report: &mut Report) {
    let mut reported: Vec<&str> = Vec::new();
    for (path, cookie) in set {
        let lost = cookie.lost_attributes();
        let refusal = cookie.refusal(&seen.public);
        if reported.contains(&cookie.name.as_str()) || (refusal.is_none() && lost.is_empty()) {
            continue;
        }
        reported.push(&cookie.name);
        match refusal {
            Some(why) => report.find(
                Code::CookieRejected,
                format!("browsers refuse {} of {path}: {why}", cookie.name),
                "list in [site] hosts the hosts that visitors use, and let nothing in front rewrite Set-Cookie",
            ),
            None => report.find(
                Code::CookieAttributes,
                format!("{} of {path} came without {}", cookie.name, lost.join(", ")),
                "let nothing in front of the Worker rewrite Set-Cookie",
            ),
        }
    }
}

/// Whether the Worker sees the cookie on the next page, and knows it.
fn comes_back(seen: &Seen, visit: &Returning, report: &mut Report) {
    let Some(mark) = visit.mark() else {
        return report.skip(&[Code::CookieNotReturned, Code::CookieUnreadable], "the second page has no header Attune");
    };
    if mark.robot().is_some() || mark.untouched().is_some() {
        return report
            .skip(&[Code::CookieNotReturned, Code::CookieUnreadable], "the second page was not decided for a person");
    }
    report.look(&[Code::CookieNotReturned, Code::CookieUnreadable]);
    let me = visit.me.as_ref().and_then(Answer::json);
    let of_me = |key: &str| Some(me.as_ref()?.get("consent")?.get(key)?.as_str()?.to_owned());
    let on_api = of_me("personalization");
    let is_foreign = |answer: &Answer| answer.error_code().as_deref() == Some("unknown_visitor");
    let unread = visit.events.as_ref().and_then(|events| events.as_ref().ok()).filter(|answer| is_foreign(answer));
    let by_silence = seen.first().and_then(|page| page.mark.as_ref()).map(super::mark::Mark::consent);
    // Without a cookie silence holds, and with one that cannot be read nothing is granted.
    let is_unread = mark.cookie_chars() == 0 && by_silence == Some("granted") && mark.consent() == "unknown";
    if is_unread || unread.is_some() {
        let place = if is_unread { "the second page" } else { "POST /_attune/events" };
        report.find(
            Code::CookieUnreadable,
            format!("{place} came with the cookies of the consent, and the site cannot read them"),
            "use one ATTUNE_KEYS and one SITE for all deployments behind this address, and let nothing change the cookie's value",
        );
    } else if mark.cookie_chars() == 0 {
        report.find(
            Code::CookieNotReturned,
            "the second page was asked for with the profile cookie, and was decided without it (cookie=0)",
            "let Cookie reach the Worker on pages of its list: look for a cache in front that removes it. If it does reach it, see D0506",
        );
    } else if mark.consent() != "granted" || on_api.as_deref().is_some_and(|word| word != "granted") {
        let word = if mark.consent() == "granted" { on_api.unwrap_or_default() } else { mark.consent().to_owned() };
        report.find(
            Code::CookieUnreadable,
            format!("the visitor agreed, and with the cookie of that answer the site says consent={word}"),
            "use one ATTUNE_KEYS and one SITE for all deployments behind this address, and let nothing change the cookie's value",
        );
    }
}

/// The site's cookies together, of the page and of Attune.
fn sizes(seen: &Seen, report: &mut Report) {
    report.look(&[Code::CookiesTooLarge]);
    let consent = seen.returning.as_ref().and_then(|visit| visit.consent.as_ref().ok());
    let answers = seen.first().map(|page| &page.person).into_iter().chain(consent);
    let all: Vec<SetCookie> = answers.flat_map(Answer::set_cookies).filter_map(SetCookie::parse).collect();
    let sum: usize = all.iter().map(|cookie| cookie.chars() + 3).sum();
    if let Some(cookie) = all.iter().find(|cookie| cookie.chars() > COOKIE_CHARS_MAX) {
        report.find(
            Code::CookiesTooLarge,
            format!(
                "the cookie {} has {} characters, and browsers keep {COOKIE_CHARS_MAX} at most",
                cookie.name,
                cookie.chars()
            ),
            "keep what it holds on the server, and a key in the cookie",
        );
    } else if sum > COOKIES_CHARS_MAX {
        report.find(
            Code::CookiesTooLarge,
            format!("a first page sets cookies of {sum} characters; many servers refuse more than {COOKIES_CHARS_MAX}"),
            "let the page set fewer and smaller cookies",
        );
    }
}

/// Whether the page mentions the consent call, where silence grants nothing.
fn asks(seen: &Seen, report: &mut Report) {
    let Some(page) = seen.first().filter(|page| page.is_decided()) else {
        return report.skip(&[Code::NobodyAsks], "the page was not decided for a person");
    };
    let of_plan = |key: &str| page.document.plan()?.get("consent")?.get(key)?.as_str().map(str::to_owned);
    let consent =
        of_plan("personalization").or_else(|| Some(page.mark.as_ref()?.consent().to_owned())).unwrap_or_default();
    if consent == "granted" {
        return report.skip(&[Code::NobodyAsks], "silence is consent in the place of this machine");
    }
    if let Some(tool) = of_plan("source") {
        return report.skip(&[Code::NobodyAsks], &format!("the site hears consent from its consent tool ({tool})"));
    }
    report.look(&[Code::NobodyAsks]);
    let mentions = |bytes: &[u8]| memchr::memmem::find(bytes, CONSENT_CALL).is_some();
    if !mentions(&page.person.http.body) && !seen.scripts.iter().any(|script| mentions(&script.http.body)) {
        let scripts = crate::output::describe::counted(seen.scripts.len(), "script");
        report.find(
            Code::NobodyAsks,
            format!("silence grants nothing here, and neither {} nor {scripts} of its own host mention /_attune/consent", page.path),
            "let the consent banner call POST /_attune/consent: docs/privacy.md. Scripts of other hosts were not looked at",
        );
    }
}

/// What a JSON answer says at a key, as text.
pub(super) fn text_at(json: &Value, key: &str) -> String {
    json.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
}
