//! `hosts` of `[site]`.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::{Place, Text};
use attune_core::limits;
use attune_core::profile::CookieScope;

/// The hosts. `place` is that of the list.
pub(super) fn hosts(texts: &[Text<'_>], place: Place, sink: &mut Sink<'_>) -> Vec<String> {
    check_count(texts, place, sink);
    let mut hosts: Vec<String> = Vec::new();
    let mut all_valid = true;
    for text in texts {
        let host = text.decoded;
        if let Some(problem) = problem(host, &hosts) {
            all_valid = false;
            sink.report(
                Code::BadHost,
                text.place,
                format!("\"{host}\" cannot be a host: {problem}"),
                "write a name such as \"www.example.com\"",
            );
        }
        hosts.push(host.to_owned());
    }
    if all_valid && !hosts.is_empty() {
        check_common_domain(&hosts, texts, place, sink);
    }
    hosts
}

fn check_count(texts: &[Text<'_>], place: Place, sink: &mut Sink<'_>) {
    if texts.is_empty() {
        sink.report(Code::BadHost, place, "the site has no host", "list at least one: hosts = [\"www.example.com\"]");
    }
    if let Some(text) = texts.get(limits::HOSTS_MAX) {
        sink.report(
            Code::OverLimit,
            text.place,
            format!("the site has {} hosts", texts.len()),
            format!("at most {} are possible", limits::HOSTS_MAX),
        );
    }
    if let Some(text) = texts.get(limits::LOGS_MAX) {
        sink.report(
            Code::ManyHosts,
            text.place,
            format!("the site has {} hosts, and a profile keeps {} apart", texts.len(), limits::LOGS_MAX),
            "list only the hosts that one visitor meets, or serve the others as a site of their own",
        );
    }
}

/// Why this cannot be a host; `before` are the ones listed before it.
fn problem(host: &str, before: &[String]) -> Option<&'static str> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if host.contains("://") {
        Some("it has a scheme")
    } else if host.contains(':') {
        Some("it has a port")
    } else if host.contains('/') {
        Some("it has a path")
    } else if host.chars().any(char::is_uppercase) {
        Some("it has capitals")
    } else if host.len() > 253 || !host.split('.').all(is_label) {
        Some("it is not made of letters, digits, `-` and `.`")
    } else if before.iter().any(|known| known == host) {
        Some("it is listed twice")
    } else {
        None
    }
}

/// Checks that several hosts have a parent domain in common, on which they share one cookie.
fn check_common_domain(hosts: &[String], texts: &[Text<'_>], place: Place, sink: &mut Sink<'_>) {
    match CookieScope::of(hosts) {
        Err(error) => sink.report(
            Code::BadHost,
            place,
            format!("these hosts cannot share a cookie: {error}"),
            "list hosts of one domain, such as \"www.example.com\" and \"shop.example.com\"",
        ),
        Ok(scope) if hosts.len() > 1 && is_public_suffix(scope.host()) => report_public_suffix(hosts, texts, sink),
        Ok(_) => {}
    }
}

/// Whether the domain is a public suffix by the list of publicsuffix.org: anybody can have a name under it, or under
/// each of its names.
fn is_public_suffix(domain: &str) -> bool {
    let listed = |name: &str| psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == name.as_bytes());
    listed(domain) || listed(&format!("any--name.{domain}"))
}

/// Reports the first host that has only a public suffix in common with those before it.
fn report_public_suffix(hosts: &[String], texts: &[Text<'_>], sink: &mut Sink<'_>) {
    let common = |count: usize| CookieScope::of(hosts.get(..count).unwrap_or_default()).ok();
    let found = (2..=hosts.len()).find_map(|count| {
        let scope = common(count).filter(|scope| is_public_suffix(scope.host()))?;
        Some((count - 1, scope.host().to_owned()))
    });
    let Some((at, domain)) = found else { return };
    let (Some(first), Some(host), Some(text)) = (hosts.first(), hosts.get(at), texts.get(at)) else { return };
    sink.report(
        Code::PublicSuffix,
        text.place,
        format!(
            "\"{first}\" and \"{host}\" have only \"{domain}\" in common, which is on the public suffix list: browsers keep no cookie for it"
        ),
        "serve them as two sites, or list hosts of one domain of your own, such as \"www.example.com\" and \"shop.example.com\"",
    );
}
