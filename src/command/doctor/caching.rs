//! Whether a page may be kept by a cache, was, and is compressed.

use super::code::Code;
use super::page::Page;
use super::report::{Report, places};
use super::returning;
use super::seen::Seen;
use super::visit::Answer;

/// Below this a page fits into one packet, and nobody need compress it.
const COMPRESSED_BYTES_MIN: usize = 1_400;

/// Judges the headers of pages that the Worker made, and of its own addresses.
pub(super) fn check(seen: &Seen, report: &mut Report) {
    api(seen, report);
    let pages: Vec<&Page> = seen.pages.iter().filter(|page| page.mark.is_some() && page.is_html()).collect();
    if pages.is_empty() {
        return report.skip(
            &[Code::Cacheable, Code::FromCache, Code::VaryLost, Code::Uncompressed],
            "no page has the header Attune",
        );
    }
    report.look(&[Code::Cacheable, Code::FromCache, Code::VaryLost]);
    let paths = |bad: &dyn Fn(&Answer) -> bool| -> Vec<&str> {
        pages.iter().filter(|page| bad(&page.person)).map(|page| page.path.as_str()).collect()
    };
    let cacheable =
        paths(&|answer| !answer.lists("cache-control", "private") && !answer.lists("cache-control", "no-store"));
    if let Some(page) = pages.iter().find(|page| cacheable.first() == Some(&page.path.as_str())) {
        let rule = page.person.header("cache-control");
        let rule =
            if rule.is_empty() { "without Cache-Control".to_owned() } else { format!("with Cache-Control: {rule}") };
        report.find(
            Code::Cacheable,
            format!("{} came {rule}; the Worker sends `private, no-cache`", places(&cacheable)),
            "take these pages out of every rule that sets or overrides Cache-Control (\"Cache Everything\", Browser Cache TTL)",
        );
    }
    let shared = paths(&|answer| !answer.lists("vary", "cookie") && !answer.lists("vary", "*"));
    if !shared.is_empty() {
        report.find(
            Code::VaryLost,
            format!("{} came without `Vary: Cookie`", places(&shared)),
            "look for a proxy or a cache behind the Worker that replaces the header Vary",
        );
    }
    from_cache(seen, &pages, report);
    compression(seen, report);
}

fn from_cache(seen: &Seen, pages: &[&Page], report: &mut Report) {
    let mut answers = pages.iter().map(|page| &page.person).chain(&seen.second);
    let proof = answers.find_map(|answer| Some((answer.path(), kept(answer)?)));
    let help = "take pages on the Worker's list out of every cache in front of it";
    if let Some((path, proof)) = proof {
        return report.find(Code::FromCache, format!("{path} came from a cache ({proof})"), help);
    }
    let Some(second) = &seen.second else { return };
    let first = pages.first().filter(|page| page.path == second.path());
    let minted = first.and_then(|page| returning::mint(page));
    let again = super::document::Document::parse(&second.http.body).plan().and_then(|plan| plan.get("mint").cloned());
    if minted.is_some() && minted == again {
        report.find(Code::FromCache, format!("{}: two new visitors got one and the same page", second.path()), help);
    }
}

/// What proves that a cache answered.
fn kept(answer: &Answer) -> Option<String> {
    let age = answer.header("age");
    if age.trim().parse::<u64>().is_ok_and(|age| age > 0) {
        return Some(format!("Age: {age}"));
    }
    let status = answer.header("cf-cache-status");
    let is_hit = ["HIT", "STALE", "UPDATING", "REVALIDATED"].iter().any(|word| status.eq_ignore_ascii_case(word));
    is_hit.then(|| format!("CF-Cache-Status: {status}"))
}

fn api(seen: &Seen, report: &mut Report) {
    let answers = [seen.health.as_ref(), seen.publisher.as_ref(), seen.servers.as_ref()];
    let own: Vec<&Answer> = answers.into_iter().flatten().filter(|answer| is_own(answer)).collect();
    if own.is_empty() {
        return report.skip(&[Code::ApiCached], "nothing under /_attune/ is answered by the Worker");
    }
    report.look(&[Code::ApiCached]);
    for answer in own {
        let why = kept(answer).or_else(|| {
            let rule = answer.header("cache-control");
            (!answer.lists("cache-control", "no-store")).then(|| format!("Cache-Control: {rule}"))
        });
        if let Some(why) = why {
            let path = answer.path();
            return report.find(
                Code::ApiCached,
                format!("{path} came with {why}, and the Worker sends `no-store`"),
                "take /_attune/ out of every cache and of every rule that sets Cache-Control",
            );
        }
    }
}

/// Whether an answer is one of the Workers'.
fn is_own(answer: &Answer) -> bool {
    answer.json().is_some_and(|json| json.get("error").is_some() || json.get("status").is_some())
}

fn compression(seen: &Seen, report: &mut Report) {
    let size = seen.first().filter(|page| page.mark.is_some()).map(|page| page.person.http.body.len());
    let Some((packed, size)) = seen.packed.as_ref().zip(size) else {
        return report.skip(&[Code::Uncompressed], "the page has no header Attune");
    };
    if size < COMPRESSED_BYTES_MIN {
        return report
            .skip(&[Code::Uncompressed], "the page is too small to be compressed: give the address of a larger one");
    }
    report.look(&[Code::Uncompressed]);
    if packed.header("content-encoding").is_empty() {
        let help = if packed.lists("cache-control", "no-transform") {
            "the origin sends `Cache-Control: no-transform`, and the platform then compresses nothing: leave it out"
        } else {
            "switch compression on in the zone (Cloudflare: Speed, Brotli; compression rules), or in the proxy behind the Worker"
        };
        report.find(
            Code::Uncompressed,
            format!("{} has {size} bytes and came uncompressed to a browser that takes gzip and br", packed.path()),
            help,
        );
    }
}
