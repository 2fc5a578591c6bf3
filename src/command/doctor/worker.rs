//! Whether the Workers are there, and what they serve.

use super::code::Code;
use super::health::{Alarm, Api, Health};
use super::reach::NO_CONFIG;
use super::report::{Report, places};
use super::seen::Seen;
use crate::host::host;

/// How long before its end a manifest is warned of.
const EXPIRES_SOON_S: i64 = 3 * 86_400;
/// The publisher renews its head every day.
const HEAD_RENEWED_S: i64 = 26 * 3600;

/// Why the newest is not served.
const OF_ALARMS: [Code; 5] = [Code::Expired, Code::Refused, Code::Stale, Code::Missing, Code::Unpublished];

const OF_HEALTH: [Code; 14] = [
    Code::NoControl,
    Code::NoKeys,
    Code::NoBundle,
    Code::Killed,
    Code::CampaignsKilled,
    Code::Resting,
    Code::Traps,
    Code::Canary,
    Code::Withdrawn,
    Code::Disabled,
    Code::Lacks,
    Code::ExpiresSoon,
    Code::HeadOld,
    Code::NoPublisher,
];

/// Judges who answers, and what with.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    report.look(&[Code::NoWorker, Code::NoApi]);
    let kind = seen.health.as_ref().map_or_else(|| "nothing".to_owned(), super::visit::Answer::kind);
    match &seen.api {
        Api::Control(health) => {
            report.look(&OF_HEALTH);
            status(health, report);
            published(health, report);
            if health.status == "no-keys" {
                report.skip(&OF_ALARMS, "without keys nothing that is published can be judged (D0205)");
            } else {
                alarms(&health.published.alarms, health, report);
            }
            versions(seen, health, report);
            publisher(seen, report);
        }
        Api::WithoutControl => {
            report.find(
                Code::NoControl,
                "GET /_attune/health is answered with `unavailable`: the page Worker gets nothing from the control Worker",
                "deploy the control Worker (`npx wrangler deploy --config control.toml`), then the page Worker with the service binding CONTROL; \
                 `npx wrangler tail` shows why it fails",
            );
            unknown("the control Worker does not answer (D0204)", report);
        }
        Api::Foreign if seen.has_worker() => {
            report.find(
                Code::NoApi,
                format!("pages have the header Attune, but GET /_attune/health is answered with {kind}"),
                "give the Worker's route the whole host (`www.shop.example/*`), and let no proxy in front answer for /_attune/",
            );
            unknown("/_attune/ does not reach the Worker (D0202)", report);
        }
        Api::Foreign => {
            report.find(
                Code::NoWorker,
                format!("no page has the header Attune, and GET /_attune/health is answered with {kind}"),
                "deploy the page Worker and give it the route of this host: docs/getting-started.md, \"Deploy\"",
            );
            report.skip_rest("Attune is not there (D0201)");
        }
    }
    servers(seen, report);
}

/// Nothing of what the health check tells is known.
fn unknown(why: &str, report: &mut Report) {
    report.skip(&OF_HEALTH, why);
    report.skip(&OF_ALARMS, why);
    report.skip(&[Code::VersionsDiffer, Code::OtherVersion], why);
}

fn status(health: &Health, report: &mut Report) {
    let text =
        |what: &str| health.published.alarms.iter().find(|alarm| alarm.what == what).map(|alarm| alarm.text.clone());
    match health.status.as_str() {
        "no-keys" => report.find(
            Code::NoKeys,
            "the secret ATTUNE_KEYS is not set, or is no key ring",
            "`attune keys ring --id 1 | npx wrangler secret put ATTUNE_KEYS`",
        ),
        "no-bundle" => {
            let why = text("bundle").or_else(|| text("head")).map(|text| format!(": {text}")).unwrap_or_default();
            report.find(
                Code::NoBundle,
                format!("no configuration is loaded{why}"),
                "publish one with `attune push`, or deploy the Worker with a bundle; the findings below say what is wrong with the one in KV, if there is one",
            );
        }
        "killed" => report.find(
            Code::Killed,
            "everything is switched off with `attune kill`",
            "`attune history` says by whom and why; `attune revive` switches it on again",
        ),
        "resting" => report.find(
            Code::Resting,
            "the core has trapped more than five times in a minute with this bundle, and rests",
            "go back with `attune rollback`, look at the Worker's log, and report the bundle",
        ),
        _ => {}
    }
}

fn published(health: &Health, report: &mut Report) {
    let published = &health.published;
    let campaigns = published.killed.as_ref().map_or(&[][..], |killed| killed.campaigns.as_slice());
    if !campaigns.is_empty() {
        report.find(
            Code::CampaignsKilled,
            format!("switched off with `attune kill --campaign`: {}", places(campaigns)),
            "`attune history` says by whom and why; `attune revive --campaign KEY` switches one on again",
        );
    }
    if published.traps > 0 && health.status != "resting" {
        report.find(
            Code::Traps,
            format!("the core has trapped {} in the isolate that answered", times(published.traps)),
            "look at the Worker's log (`npx wrangler tail`) and report it; the pages were served as the origin's",
        );
    }
    if let Some(canary) = &published.canary {
        let (whole, rest) = (canary.share_bp / 100, canary.share_bp % 100);
        report.find(
            Code::Canary,
            format!("a canary is running for {whole}.{rest:02} % of the visitors who agreed"),
            "`attune canary promote` shows it to everybody, `attune canary withdraw` to nobody",
        );
    }
    if published.head.as_ref().is_some_and(|head| head.withdrawn) {
        report.find(
            Code::Withdrawn,
            "the newest version, or its canary, was withdrawn",
            "`attune history` says by whom and why; push a version that is repaired",
        );
    }
    if let Some(hours) =
        published.head.as_ref().filter(|head| head.age_s > HEAD_RENEWED_S).map(|head| head.age_s / 3600)
    {
        report.find(
            Code::HeadOld,
            format!("the head in KV is {hours} hours old; the publisher renews it every day, and new isolates take none of more than 48 hours"),
            "look at the log of the control Worker, and at its binding CONFIG; any `attune push` writes the head anew",
        );
    }
    if let Some(left_s) = published
        .expires_s
        .map(|expires_s| expires_s - host().now_s())
        .filter(|left_s| (0..EXPIRES_SOON_S).contains(left_s))
    {
        report.find(
            Code::ExpiresSoon,
            format!("the published manifest expires in {} hours", left_s / 3600),
            "publish again with `attune push`",
        );
    }
    capability(health, report);
}

fn capability(health: &Health, report: &mut Report) {
    if let Some(bundle) = health.bundle.as_ref().filter(|bundle| bundle.disabled > 0 && health.lacks.is_empty()) {
        report.find(
            Code::Disabled,
            format!("the Worker could not use {} of the bundle {}", parts(bundle.disabled), bundle.version),
            "deploy both Workers of the version that compiled it, then publish again; the Worker's log names the parts",
        );
    }
    if !health.lacks.is_empty() {
        report.find(
            Code::Lacks,
            format!("the configuration has {}, and the lean page core cannot do that", health.lacks),
            "deploy the full page core: `cargo xtask build` without `--lean`",
        );
    }
}

fn alarms(alarms: &[Alarm], health: &Health, report: &mut Report) {
    report.look(&OF_ALARMS);
    // Without anything in KV the deployment's own bundle is no fault.
    let is_deployments = health.bundle.as_ref().is_some_and(|bundle| bundle.manifest == 0);
    let is_empty = |alarm: &Alarm| alarm.kind == "missing" && alarm.what == "bundle" && health.published.head.is_none();
    if is_deployments && alarms.iter().all(is_empty) {
        report.find(
            Code::Unpublished,
            "nothing is published: the bundle that was deployed with the Worker is served",
            "`attune push` publishes a configuration, which can be rolled back and killed",
        );
        return;
    }
    let is_none = health.bundle.is_none();
    for alarm in alarms.iter().filter(|alarm| !(is_none && is_empty(alarm))) {
        let (code, help) = match alarm.kind.as_str() {
            "expired" => (Code::Expired, "publish again: `attune push`"),
            "stale" => {
                (Code::Stale, "wait a minute and look again; if it stays, look at the publisher: `attune status`")
            }
            "missing" => (
                Code::Missing,
                "push again: what is missing is uploaded. Are both Workers bound to one KV namespace (CONFIG)?",
            ),
            _ => (
                Code::Refused,
                "compare MANIFEST_KEYS, MANIFEST_SIGNATURES, MANIFEST_FLOOR, SITE and ATTUNE_KEYS of the page Worker with what it was signed for, then push again",
            ),
        };
        report.find(code, format!("{}: {}", alarm.what, alarm.text), help);
    }
}

fn versions(seen: &Seen, health: &Health, report: &mut Report) {
    let Some(served) = &health.bundle else {
        return report.skip(&[Code::VersionsDiffer, Code::OtherVersion], "no configuration is loaded");
    };
    report.look(&[Code::VersionsDiffer]);
    let marks = seen.pages.iter().filter_map(|page| page.mark.as_ref()).filter(|mark| !mark.is_canary());
    let mut found: Vec<&str> = marks.map(super::mark::Mark::bundle).chain([served.version.as_str()]).collect();
    found.sort_unstable();
    found.dedup();
    if found.len() > 1 {
        report.find(
            Code::VersionsDiffer,
            format!("answers come from different bundles: {}", places(&found)),
            "wait a minute after a publication and look again; if it stays, look for a second deployment behind this address, or a cache",
        );
    }
    let Some(config) = seen.config else { return report.skip(&[Code::OtherVersion], NO_CONFIG) };
    report.look(&[Code::OtherVersion]);
    if !found.contains(&config.version.as_str()) {
        report.find(
            Code::OtherVersion,
            format!("the folder compiles to the bundle {}, and the site serves {}", config.version, served.version),
            "`attune diff --base URL` says what is different; `attune push` publishes the folder",
        );
    }
}

fn publisher(seen: &Seen, report: &mut Report) {
    let answer = seen.publisher.as_ref().filter(|answer| answer.error_code().as_deref() != Some("unsigned"));
    let Some(answer) = answer else { return };
    let message = answer.json().and_then(|json| Some(json.get("error")?.get("message")?.as_str()?.to_owned()));
    report.find(
        Code::NoPublisher,
        format!("GET /_attune/publish/state is answered with {}{}", answer.kind(), message.map(|text| format!(": {text}")).unwrap_or_default()),
        "set SITE and MANIFEST_KEYS of the page Worker, and the bindings PUBLISHER and CONFIG of the control Worker: docs/publishing.md",
    );
}

/// The addresses for the shop's servers.
fn servers(seen: &Seen, report: &mut Report) {
    let code = seen.servers.as_ref().and_then(super::visit::Answer::error_code);
    match code.as_deref() {
        Some("no_api_key") => report.find(
            Code::NoApiKey,
            "the secret ATTUNE_API_KEY is not set: orders, traits and previews are refused",
            "`npx wrangler secret put ATTUNE_API_KEY`, if servers of the shop are to call Attune",
        ),
        Some("unauthorized") => report.look(&[Code::NoApiKey]),
        _ => report.skip(&[Code::NoApiKey], "the address for servers does not answer"),
    }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn parts(count: u32) -> String {
    if count == 1 { "one part".to_owned() } else { format!("{count} parts") }
}
