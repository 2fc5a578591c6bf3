//! What a user agent and `Accept-Language` say, read without a table of devices.

use crate::context::Device;

/// Words to look for in user agents, in ASCII: the first [`EXACT`] stand there exactly so, the others in any case.
const WORDS: [&str; 64] = [
    "iPad",
    "iPod",
    "Windows",
    "CrOS",
    "Macintosh",
    "Linux",
    "Edg/",
    "EdgA/",
    "EdgiOS/",
    "OPR/",
    "Opera",
    "SamsungBrowser/",
    "Firefox/",
    "FxiOS/",
    "Chrome/",
    "CriOS/",
    "Safari/",
    "TV",
    "BRAVIA",
    "AFTT",
    "Mobi",
    "Mobile",
    "Tablet",
    // Engines, and programs of people that name neither engine nor platform.
    "AppleWebKit",
    "Gecko",
    "Mozilla/4.",
    "X11",
    "MIDP",
    "UP.",
    "Lynx",
    "Amiga",
    "Office",
    "Nintendo",
    "PlayStation",
    "iphone",
    "android",
    "darwin",
    // "cubot" is a make of phone; no robot calls itself so. What follows it are marks of robots.
    "cubot",
    "bot",
    "crawl",
    "spider",
    "preview",
    "lighthouse",
    "monitor",
    // Robots name a page that explains them.
    "://",
    "headless",
    "google-",
    "-google",
    "googleother",
    // What fetches for a person who asked a language model.
    "-user",
    "-agent",
    "checker",
    "archive",
    "synthetic",
    "ptst/",
    "gtmetrix",
    "playwright",
    "selenium",
    "pingdom",
    "gecko; compatible",
    "curl/",
    "wget/",
    "python",
    "okhttp",
];
const EXACT: usize = 34;
/// The bits of what people use: platforms, engines, and whatever else stands before `cubot`.
const PEOPLE: u64 = (1 << place_of("cubot")) - 1;
/// The bits of the marks of robots: all after `cubot`.
const ROBOTS: u64 = !(any(&["cubot"]) | PEOPLE);

/// For each byte below 128, the words that may have it at a place, one bit each.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of bounds does not compile")]
const fn words_with(place: usize) -> [u64; 128] {
    let mut table = [0; 128];
    let mut word = 0;
    while word < WORDS.len() {
        let byte = WORDS[word].as_bytes()[place];
        table[byte as usize] |= 1 << word;
        if word >= EXACT {
            table[byte.to_ascii_uppercase() as usize] |= 1 << word;
        }
        word += 1;
    }
    table
}

static FIRST: [u64; 128] = words_with(0);
static SECOND: [u64; 128] = words_with(1);

/// The bits of some of the words; one that is not in the list does not compile.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of bounds does not compile")]
const fn any(words: &[&str]) -> u64 {
    let mut bits = 0;
    let mut next = 0;
    while next < words.len() {
        bits |= 1 << place_of(words[next]);
        next += 1;
    }
    bits
}

/// The bit of a word; one that is not in the list does not compile.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of bounds does not compile")]
const fn place_of(word: &str) -> usize {
    let mut place = 0;
    while !same(WORDS[place].as_bytes(), word.as_bytes()) {
        place += 1;
    }
    place
}

const fn same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b) {
        if *first != *other {
            return false;
        }
        (a, b) = (rest, others);
    }
    a.is_empty() && b.is_empty()
}

/// The words that a user agent has, found in one pass: two bytes rule out nearly all of them.
fn words_of(agent: &str) -> u64 {
    let bytes = agent.as_bytes();
    let with = |table: &[u64; 128], byte: u8| table.get(usize::from(byte)).copied().unwrap_or(0);
    let mut found = 0;
    for (at, pair) in bytes.windows(2).enumerate() {
        let &[first, second] = pair else { continue };
        let mut maybe = with(&FIRST, first) & with(&SECOND, second) & !found;
        while maybe != 0 {
            let word = maybe.trailing_zeros() as usize;
            maybe &= maybe - 1;
            let text = WORDS.get(word).map_or(&[][..], |text| text.as_bytes());
            let here = bytes.get(at..).and_then(|rest| rest.get(..text.len()));
            let is_it = |here: &[u8]| if word < EXACT { here == text } else { here.eq_ignore_ascii_case(text) };
            found |= u64::from(here.is_some_and(is_it)) << word;
        }
    }
    found
}

/// Reads a `User-Agent` header. What it does not say stays unknown (empty).
pub fn from_user_agent(agent: &str) -> Device {
    let words = words_of(agent);
    let has = |any: u64| words & any != 0;
    let os = if has(const { any(&["iphone", "iPad", "iPod"]) }) {
        "ios"
    } else if has(const { any(&["android"]) }) {
        "android"
    } else if has(const { any(&["Windows"]) }) {
        "windows"
    } else if has(const { any(&["CrOS"]) }) {
        "chromeos"
    } else if has(const { any(&["Macintosh"]) }) {
        "macos"
    } else if has(const { any(&["Linux"]) }) {
        "linux"
    } else {
        ""
    };
    // Every engine names the ones it wants to pass for, so the most particular name is looked for first.
    let browser = if has(const { any(&["Edg/", "EdgA/", "EdgiOS/"]) }) {
        "edge"
    } else if has(const { any(&["OPR/", "Opera"]) }) {
        "opera"
    } else if has(const { any(&["SamsungBrowser/"]) }) {
        "samsung"
    } else if has(const { any(&["Firefox/", "FxiOS/"]) }) {
        "firefox"
    } else if has(const { any(&["Chrome/", "CriOS/"]) }) {
        "chrome"
    } else if has(const { any(&["Safari/"]) }) {
        "safari"
    } else {
        ""
    };
    let is_android_tablet = os == "android" && !has(const { any(&["Mobile"]) });
    let kind = if has(const { any(&["TV", "BRAVIA", "AFTT"]) }) {
        "tv"
    } else if is_android_tablet || has(const { any(&["iPad", "Tablet"]) }) {
        "tablet"
    } else if has(const { any(&["Mobi", "iphone", "iPod"]) }) {
        "phone"
    } else if matches!(os, "windows" | "macos" | "linux" | "chromeos") {
        "desktop"
    } else {
        ""
    };
    // A robot says so, or is a tool that names no platform and no engine, or says nothing at all.
    let bot = !has(PEOPLE) || (has(ROBOTS) && !has(const { any(&["cubot"]) }));
    Device { kind, os, browser, bot }
}

/// The language that an `Accept-Language` header wants most, as it stands there: of the highest weight the first.
/// Empty when there is none. A weight of 0 is a refusal, and what cannot be read is no wish. Of `de_DE`, which is no tag,
/// the language is known.
pub fn preferred_language(header: &str) -> &str {
    let mut best = ("", 0);
    for wish in header.split(',') {
        let (tag, parameters) = wish.split_once(';').unwrap_or((wish, ""));
        let tag = tag.trim_ascii();
        let tag = tag.split('_').next().unwrap_or(tag);
        let is_valid = tag.len() <= 35
            && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && tag.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let weight = weight_thousandths(parameters);
        if is_valid && weight > best.1 {
            best = (tag, weight);
        }
    }
    best.0
}

/// The weight among the parameters of a wish: 1,000 where there is none, 0 where it cannot be read.
fn weight_thousandths(parameters: &str) -> u32 {
    for parameter in parameters.split(';') {
        let mut bytes = parameter.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'));
        if !matches!((bytes.next(), bytes.next()), (Some(b'q' | b'Q'), Some(b'='))) {
            continue;
        }
        let (mut weight, mut unit) = (0, 1_000);
        for byte in bytes {
            match byte {
                b'0'..=b'9' => {
                    weight += unit * u32::from(byte - b'0');
                    unit /= 10;
                }
                b'.' if unit == 100 => {}
                _ => return 0,
            }
        }
        return weight.min(1_000);
    }
    1_000
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
            ("Mozilla/5.0 (Linux; U; CUBOT X18; Android 9) Mobile preVIEW é", ("phone", "android", "", false)),
            ("SomeThing PreView", ("", "", "", true)),
            ("", ("", "", "", true)),
        ];
        for (agent, (kind, os, browser, bot)) in cases {
            assert_eq!(from_user_agent(agent), Device { kind, os, browser, bot }, "{agent}");
        }
    }

    /// Some of each kind; `cargo xtask prove --only robots` measures with lists of thousands.
    #[test]
    fn robots_that_pass_for_browsers_and_tools_are_robots() {
        let chrome = |more: &str| {
            let begin = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
            [begin, more].concat()
        };
        let robots = [
            chrome(" Safari/537.36 (compatible; Google-InspectionTool/1.0)"),
            chrome(" Safari/537.36 (compatible; GoogleOther)"),
            chrome(" Safari/537.36 PlayStore-Google"),
            chrome(" Safari/537.36 PTST/211202.211915"),
            chrome(" Safari/537.36 NewRelicSynthetics/1.0"),
            chrome(" Safari/537.36 Chrome-Lighthouse"),
            chrome(" Safari/537.36; Devin/1.0; +https://devin.ai"),
            chrome(" Safari/537.36").replace("Chrome/", "HeadlessChrome/"),
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)"
                .into(),
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Some-Reader/2)".into(),
            "Mozilla/5.0 (compatible; evc-batch/2.0)".into(),
            "Mozilla/5.0".into(),
            "Mediapartners-Google".into(),
            "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)".into(),
            "facebookexternalhit/1.1".into(),
            "axios/0.21.4".into(),
            "Go-http-client/1.1".into(),
            "python-requests/2.32.3".into(),
            "curl/7.21.4 (universal-apple-darwin11.0) libcurl/7.21.4".into(),
            "Java/17.0.2".into(),
            "node".into(),
            "PostmanRuntime/7.29.0".into(),
        ];
        for agent in &robots {
            assert!(from_user_agent(agent).bot, "{agent}");
        }
    }

    #[test]
    fn programs_of_people_are_no_robots() {
        for agent in [
            "Mozilla/5.0 (Linux; Android 8.0.0; CUBOT_P20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.110 Mobile Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 (Ecosia ios@9.2.3.1367)",
            "Mozilla/5.0 (Linux; Android 10; SM-G973F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/85.0 Mobile Safari/537.36 trill_2021 Channel/googleplay",
            "Mozilla/5.0 (Linux; Android 16; Pixel 10; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/146.0 Mobile Safari/537.36 MetaIAB Facebook",
            "Mozilla/5.0 (iPad; CPU OS 16_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Phantom/ios/24.3.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) MagentaTV",
            "Mozilla/5.0 (compatible; Konqueror/3.4; CYGWIN_NT-5.1) KHTML/3.4.89 (like Gecko)",
            "Mozilla/4.0 (compatible; MSIE 5.0; Mac_PowerPC)",
            "MOT-V177/0.1.75 UP.Browser/6.2.3.9.c.12 (GUI) MMP/2.0 UP.Link/6.3.1.13.0",
            "Nokia6280/2.0 (03.60) Profile/MIDP-2.0 Configuration/CLDC-1.1",
            "Mozilla/5.0 (Nintendo 3DS; U; ; en) Version/1.7412.EU",
            "Viber/12.8.0.1 CFNetwork/1121.2.2 Darwin/19.3.0",
            "espn app/6.14.0 dalvik/2.1.0 (linux; u; android 5.1.1; kfsuwi build/lvy48f)",
            "Lynx/2.9.0dev.6 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.1.1j-dev",
        ] {
            assert!(!from_user_agent(agent).bot, "{agent}");
        }
    }

    #[test]
    fn a_language_is_wanted_by_its_weight_and_refused_by_a_weight_of_zero() {
        for (header, wanted) in [
            ("de-DE,de;q=0.9,en;q=0.8", "de-DE"),
            (" en ;q=1", "en"),
            ("en;q=0.7, fr", "fr"),
            ("en;q=0.5,de;q=0.9", "de"),
            ("fr;q=0.5,\tde ; Q = 0.51", "de"),
            ("fr;q=0.501,de;q=0.5019", "fr"),
            ("nl;q=.9, de;q=0.2", "de"),
            ("nl;q=1.5, de;q=1", "nl"),
            ("de;level=1;q=0.2, sv;q=0.3", "sv"),
            ("*;q=0.9, pt-BR;q=0.1", "pt-BR"),
            ("de;q=0, en;q=0.1", "en"),
            ("de;q=0.000", ""),
            ("de;q=no, en;q=0.1", "en"),
            ("de;q=, en;q=0.1", "en"),
            ("de_AT, en", "de"),
            ("zh-Hant-TW", "zh-Hant-TW"),
            ("1de, -de, d\u{e9}, en;q=0.1", "en"),
            ("*", ""),
            (",,;q=1,", ""),
            ("", ""),
        ] {
            assert_eq!(preferred_language(header), wanted, "{header}");
        }
    }

    #[test]
    fn hosts_are_read_or_unknown() {
        assert_eq!(url_host("https://user@www.google.com:443/search?q=a@b"), "www.google.com");
        assert_eq!(url_host("https://[::1]:8787/"), "[::1]");
        assert_eq!(url_host("android-app://com.example"), "");
    }
}
