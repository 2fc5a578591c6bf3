//! What a user agent and `Accept-Language` say, read without a table of devices.

use crate::context::Device;

/// Reads a `User-Agent` header. What it does not say stays unknown (empty).
pub fn from_user_agent(agent: &str) -> Device {
    let has = |needle: &str| agent.contains(needle);
    let os = if has("iPhone") || has("iPad") || has("iPod") {
        "ios"
    } else if has("Android") {
        "android"
    } else if has("Windows") {
        "windows"
    } else if has("CrOS") {
        "chromeos"
    } else if has("Macintosh") {
        "macos"
    } else if has("Linux") {
        "linux"
    } else {
        ""
    };
    // Every engine names the ones it wants to pass for, so the most particular name is looked for first.
    let browser = if has("Edg/") || has("EdgA/") || has("EdgiOS/") {
        "edge"
    } else if has("OPR/") || has("Opera") {
        "opera"
    } else if has("SamsungBrowser/") {
        "samsung"
    } else if has("Firefox/") || has("FxiOS/") {
        "firefox"
    } else if has("Chrome/") || has("CriOS/") {
        "chrome"
    } else if has("Safari/") {
        "safari"
    } else {
        ""
    };
    let kind = if has("TV") || has("BRAVIA") || has("AFTT") {
        "tv"
    } else if has("iPad") || (os == "android" && !has("Mobile")) || has("Tablet") {
        "tablet"
    } else if has("Mobi") || has("iPhone") || has("iPod") {
        "phone"
    } else if matches!(os, "windows" | "macos" | "linux" | "chromeos") {
        "desktop"
    } else {
        ""
    };
    Device { kind, os, browser, bot: is_bot(agent) }
}

/// Says that it is a robot, or is a tool that has no person in front of it, or says nothing at all.
fn is_bot(agent: &str) -> bool {
    const MARKS: [&str; 16] = [
        "bot",
        "crawl",
        "spider",
        "slurp",
        "preview",
        "facebookexternalhit",
        "lighthouse",
        "pagespeed",
        "curl/",
        "wget/",
        "python-",
        "go-http-client",
        "java/",
        "okhttp",
        "scrapy",
        "monitor",
    ];
    // "cubot" is a make of phone; no robot calls itself so.
    agent.is_empty()
        || MARKS.iter().any(|mark| contains_ignore_case(agent, mark)) && !contains_ignore_case(agent, "cubot")
}

fn contains_ignore_case(text: &str, needle: &str) -> bool {
    text.as_bytes().windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// The first language of an `Accept-Language` header, as it stands there; empty when there is none.
pub fn first_language(header: &str) -> &str {
    let first = header.split([',', ';']).next().unwrap_or("").trim_matches([' ', '\t']);
    let sound = !first.is_empty()
        && first.len() <= 35
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && first.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if sound { first } else { "" }
}

/// The host of an absolute URL, without port and user; empty when there is none.
pub fn url_host(url: &str) -> &str {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or("");
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or("")
    } else {
        host.split(':').next().unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_agents_are_told_apart() {
        let cases = [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                ("phone", "ios", "safari", false),
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                ("phone", "android", "chrome", false),
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Safari/537.36",
                ("tablet", "android", "samsung", false),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                ("desktop", "windows", "edge", false),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                ("desktop", "linux", "firefox", false),
            ),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ("", "", "", true)),
            ("curl/8.5.0", ("", "", "", true)),
            ("", ("", "", "", true)),
        ];
        for (agent, (kind, os, browser, bot)) in cases {
            assert_eq!(from_user_agent(agent), Device { kind, os, browser, bot }, "{agent}");
        }
    }

    #[test]
    fn languages_and_hosts_are_read_or_unknown() {
        assert_eq!(first_language("de-DE,de;q=0.9,en;q=0.8"), "de-DE");
        assert_eq!(first_language(" en ;q=1"), "en");
        assert_eq!(first_language("*"), "");
        assert_eq!(first_language(""), "");
        assert_eq!(url_host("https://user@www.google.com:443/search?q=a@b"), "www.google.com");
        assert_eq!(url_host("https://[::1]:8787/"), "[::1]");
        assert_eq!(url_host("android-app://com.example"), "");
    }
}
