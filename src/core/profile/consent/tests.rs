//! What consent tools say: known strings, broken ones, and laws.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::choices::Choices;
use super::gpp::gpp_choices;
use super::tcf::tcf_choices;
use super::tool::choices_of;
use crate::bundle::{ConsentSource, ConsentTool};
use crate::profile::model::Choice::{self, Denied, Granted, Unknown};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use proptest::prelude::*;

const YES: Choices = Choices { personalization: Granted, measurement: Granted };
const NO: Choices = Choices { personalization: Denied, measurement: Denied };
const SILENCE: Choices = Choices { personalization: Unknown, measurement: Unknown };

/// Bits written as digits, as base64url.
fn packed(bits: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for six in bits.as_bytes().chunks(6) {
        let value = six.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0')) << (6 - six.len());
        text.push(char::from(alphabet[value]));
    }
    text
}

fn number(value: u32, bits: usize) -> String {
    format!("{value:0bits$b}")
}

/// 24 purposes, of which these are agreed to.
fn purposes(granted: &[usize]) -> String {
    (1..=24).map(|purpose| if granted.contains(&purpose) { '1' } else { '0' }).collect()
}

/// A core segment without vendors.
fn core(granted: &[usize]) -> String {
    let head = number(2, 6) + &"01".repeat(73);
    packed(&(head + &purposes(granted) + &"0".repeat(24 + 1 + 12 + 17 + 17 + 12)))
}

fn publisher(granted: &[usize], interests: &[usize], custom: u32) -> String {
    let custom_bits = "1".repeat(2 * custom as usize);
    packed(&(number(3, 3) + &purposes(granted) + &purposes(interests) + &number(custom, 6) + &custom_bits))
}

#[test]
fn a_tc_string_agrees_to_what_its_purposes_cover() {
    let choices = |personalization, measurement| Choices { personalization, measurement };
    for (granted, said) in [
        (&[1, 5, 6, 8][..], YES),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], YES),
        (&[1, 5, 6], choices(Granted, Denied)),
        (&[1, 8], choices(Denied, Granted)),
        (&[5, 6, 8], NO),
        (&[1, 5, 8], choices(Denied, Granted)),
        (&[1, 6], NO),
        (&[], NO),
    ] {
        assert_eq!(tcf_choices(core(granted).as_bytes()), Some(said), "{granted:?}");
    }
    // Examples of the specification, with and without vendors and publisher.
    for (text, said) in [
        ("COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", NO),
        (
            "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw",
            NO,
        ),
        (
            "CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAAAAAAEAIAEgAA.argAC0gAAAAAAAAAAAA",
            choices(Denied, Denied),
        ),
    ] {
        assert_eq!(tcf_choices(text.as_bytes()), Some(said), "{text}");
    }
}

#[test]
fn the_publishers_own_purposes_count_where_the_segment_says_anything() {
    let all = core(&[1, 5, 6, 8]);
    for (segment, said) in [
        (publisher(&[], &[], 0), YES),
        (publisher(&[1, 5, 6, 8], &[], 0), YES),
        (publisher(&[1, 8], &[], 0), Choices { personalization: Denied, measurement: Granted }),
        // Legitimate interest is not consent.
        (publisher(&[], &[1, 5, 6, 8], 0), NO),
        (publisher(&[], &[], 2), NO),
        (publisher(&[1, 5, 6, 8], &[], 63), YES),
    ] {
        assert_eq!(tcf_choices(format!("{all}.{segment}").as_bytes()), Some(said), "{segment}");
        // Between other segments, too: their order is free.
        assert_eq!(tcf_choices(format!("{all}.IAAA.{segment}.QAAA").as_bytes()), Some(said), "{segment}");
    }
    let own = publisher(&[1, 5, 6, 8], &[], 0);
    assert_eq!(tcf_choices(format!("{}.{own}", core(&[])).as_bytes()), Some(YES), "the core is about the vendors");
}

#[test]
fn a_malformed_tc_string_says_nothing() {
    let all = core(&[1, 5, 6, 8]);
    let own = publisher(&[1, 5, 6, 8], &[], 9);
    let cut = |text: &str, by: usize| String::from(&text[..text.len() - by]);
    for text in [
        String::new(),
        ".".into(),
        format!(".{all}"),
        format!("{all}."),
        format!("{all}.{all}"),
        format!("{all}.{own}.{own}"),
        format!("{own}.{all}"),
        format!("{all}.{}", cut(&own, 1)),
        format!("{all}.gAAA"),
        format!("{all}.IAA="),
        format!("{all}="),
        format!("{all} "),
        format!("{all}%2EYAAA"),
        // Version 1, version 3, and one that ends where the vendors begin.
        format!("B{}", &all[1..]),
        format!("D{}", &all[1..]),
        cut(&all, 8),
        "null".into(),
        "-1".into(),
    ] {
        assert_eq!(tcf_choices(text.as_bytes()), None, "{text}");
    }
    assert_eq!(tcf_choices(cut(&all, 5).as_bytes()), Some(YES), "vendors are passed over");
}

/// A number in Fibonacci coding.
fn fibonacci(value: u32) -> String {
    let mut steps: Vec<u32> = Vec::from([1, 2]);
    while steps[steps.len() - 1] < value {
        steps.push(steps[steps.len() - 1] + steps[steps.len() - 2]);
    }
    let mut rest = value;
    let mut bits = Vec::new();
    for step in steps.iter().rev() {
        let fits = *step <= rest;
        if fits {
            rest -= step;
        }
        if fits || !bits.is_empty() {
            bits.push(if fits { '1' } else { '0' });
        }
    }
    bits.iter().rev().collect::<String>() + "1"
}

/// A header for sections with these ids, each by itself.
fn header(ids: &[u32]) -> String {
    let mut bits = number(3, 6) + &number(1, 6) + &number(u32::try_from(ids.len()).unwrap(), 12);
    let mut before = 0;
    for id in ids {
        bits += &(String::from("0") + &fibonacci(id - before));
        before = *id;
    }
    packed(&bits)
}

/// Where the opt-outs of a section begin, how many there are, and how many bits its core has, from the specifications.
const STATES: [(u32, usize, usize, usize); 21] = [
    (7, 18, 3, 60),
    (8, 12, 2, 46),
    (9, 12, 2, 40),
    (10, 12, 2, 38),
    (11, 14, 2, 42),
    (12, 12, 2, 44),
    (13, 12, 2, 46),
    (14, 12, 2, 46),
    (15, 12, 2, 52),
    (16, 12, 2, 42),
    (17, 12, 2, 52),
    (18, 14, 2, 42),
    (19, 12, 2, 42),
    (20, 12, 2, 46),
    (21, 12, 2, 54),
    (22, 12, 2, 42),
    (23, 12, 2, 42),
    (24, 16, 2, 22),
    (25, 16, 2, 24),
    (26, 16, 2, 24),
    (27, 16, 2, 24),
];

/// The core of a section of version 1, in which every other field says 2, and this one `value`.
fn state(bits: usize, field_at: usize, value: u32) -> String {
    let mut core = number(1, 6) + &"10".repeat((bits - 6) / 2);
    core.replace_range(field_at..field_at + 2, &number(value, 2));
    packed(&core)
}

#[test]
fn each_opt_out_of_each_state_refuses_and_silence_does_not() {
    for (id, from, fields, bits) in STATES {
        for field in 0..fields {
            let read =
                |value| gpp_choices(format!("{}~{}", header(&[id]), state(bits, from + 2 * field, value)).as_bytes());
            assert_eq!(read(1), Some(NO), "{id}, field {field}");
            assert_eq!((read(0), read(2), read(3)), (Some(SILENCE), Some(SILENCE), None), "{id}, field {field}");
        }
        for beside in [from - 2, from + 2 * fields] {
            let text = format!("{}~{}.QA", header(&[id]), state(bits.max(beside + 2), beside, 1));
            assert_eq!(gpp_choices(text.as_bytes()), Some(SILENCE), "{id}: a notice is no opt-out");
        }
        let whole = state(bits, from, 2);
        let (short, later) = (&whole[..whole.len() - 1], format!("D{}", &whole[1..]));
        assert_eq!(gpp_choices(format!("{}~{short}", header(&[id])).as_bytes()), None, "{id}, cut short");
        assert_eq!(gpp_choices(format!("{}~{later}", header(&[id])).as_bytes()), None, "{id}, a later version");
    }
}

#[test]
fn sections_are_found_by_the_header_and_a_no_wins() {
    let (agreed, refused) = (core(&[1, 5, 6, 8]), core(&[]));
    let (opted_out, stays) = (state(46, 12, 1), state(46, 12, 2));
    for (text, said) in [
        ("DBAA".into(), SILENCE),
        (format!("{}~{agreed}", header(&[2])), YES),
        (format!("{}~{refused}", header(&[2])), NO),
        (format!("{}~{agreed}~1YNN", header(&[2, 6])), YES),
        (format!("{}~{agreed}~1YYN", header(&[2, 6])), NO),
        (format!("{}~{agreed}~{stays}", header(&[2, 8])), YES),
        (format!("{}~{agreed}~{opted_out}", header(&[2, 8])), NO),
        // Canada's, and one of the future, are passed over.
        (format!("{}~anything~{agreed}", header(&[1, 2])), YES),
        (format!("{}~{agreed}~any.thing~%", header(&[2, 5, 900])), YES),
        // A range: 7, 8 and 9.
        (
            format!(
                "{}~{}~{opted_out}~{}",
                packed(&(number(3, 6) + &number(1, 6) + &number(1, 12) + "1" + &fibonacci(7) + &fibonacci(2))),
                state(60, 18, 2),
                state(40, 12, 0)
            ),
            NO,
        ),
        // Before there were headers.
        (agreed.clone(), YES),
    ] {
        assert_eq!(gpp_choices(text.as_bytes()), Some(said), "{text}");
    }
    // Examples of the specification.
    assert_eq!(gpp_choices(b"DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"), Some(NO));
    assert_eq!(gpp_choices(b"DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN"), Some(NO));
}

#[test]
fn a_malformed_gpp_string_says_nothing() {
    let (agreed, id) = (core(&[1, 5, 6, 8]), header(&[2]));
    let endless = packed(&(number(3, 6) + &number(1, 6) + &number(1, 12) + "1" + &fibonacci(2) + &fibonacci(60_000)));
    let huge = packed(&(number(3, 6) + &number(1, 6) + &number(1, 12) + "0" + &"01".repeat(60) + "1"));
    for text in [
        String::new(),
        "~".into(),
        "DBA".into(),
        "DCAA".into(),
        "EBAA".into(),
        "1YNN".into(),
        "DBAA~".into(),
        format!("DBAA~{agreed}"),
        id.clone(),
        format!("{id}~"),
        format!("{id}~{agreed}~{agreed}"),
        format!("{id}~x"),
        format!("{id}.A~{agreed}"),
        format!("{}~{agreed}", packed(&(number(3, 6) + &number(1, 6) + &number(1, 12) + "0"))),
        format!("{}~{agreed}", packed(&(number(3, 6) + &number(1, 6) + &number(9, 12) + "0" + &fibonacci(2)))),
        format!("{}~{agreed}~1YN", header(&[2, 6])),
        format!("{}~{agreed}~2YNN", header(&[2, 6])),
        format!("{}~{agreed}~1yNN", header(&[2, 6])),
        format!("{}~{agreed}~~", header(&[2, 5])),
        format!("{endless}~{agreed}"),
        format!("{huge}~{agreed}"),
    ] {
        assert_eq!(gpp_choices(text.as_bytes()), None, "{text}");
    }
}

fn tool(source: ConsentSource, cookie: &str) -> ConsentTool {
    let [personalization, measurement] = ["C0003:1", "C0002:1"].map(String::from);
    ConsentTool { source, cookie: cookie.into(), personalization, measurement }
}

#[test]
fn the_cookie_of_the_tool_is_found_in_the_header() {
    let (agreed, refused) = (core(&[1, 5, 6, 8]), core(&[]));
    let euconsent = tool(ConsentSource::Tcf, "euconsent-v2");
    let said = |header: &str| choices_of(&euconsent, header.as_bytes()).unwrap();
    assert_eq!(said(&format!("a=1; euconsent-v2={agreed}; b=2")), YES);
    assert_eq!(said(&format!(" euconsent-v2 =\t{agreed} ")), YES);
    for silent in ["", "euconsent-v2", "euconsent-v2=", "euconsent-v2=-1", "Euconsent-v2=x", "xeuconsent-v2=x"] {
        assert_eq!(said(silent), SILENCE, "{silent}");
    }
    assert_eq!(said(&format!("a=euconsent-v2={agreed}")), SILENCE, "the value of another");
    // Of several a no wins, and one that cannot be read is as if it were not there.
    assert_eq!(said(&format!("euconsent-v2={agreed}; euconsent-v2={refused}")), NO);
    assert_eq!(said(&format!("euconsent-v2={refused}; euconsent-v2={agreed}")), NO);
    assert_eq!(said(&format!("euconsent-v2=x; euconsent-v2={agreed}")), YES);
    let many = "euconsent-v2=x; ".repeat(16);
    assert_eq!(said(&format!("{many}euconsent-v2={agreed}")), SILENCE);
    assert_eq!(said(&format!("euconsent-v2={agreed}.I{}", "A".repeat(4_096))), SILENCE, "too long");
    // Where no cookie is named, none is read.
    for source in ConsentSource::ALL {
        assert_eq!(choices_of(&ConsentTool { source, ..ConsentTool::default() }, b"=x"), None);
    }
    let of_gpp = choices_of(&tool(ConsentSource::Gpp, "gpp"), format!("gpp=DBAA; euconsent-v2={agreed}").as_bytes());
    assert_eq!(of_gpp, Some(SILENCE));
}

#[test]
fn a_text_in_the_cookie_is_a_yes_and_its_absence_a_no() {
    let optanon = tool(ConsentSource::Cookie, "OptanonConsent");
    let said = |value: &str| choices_of(&optanon, format!("OptanonConsent={value}").as_bytes()).unwrap();
    assert_eq!(said("groups=C0001:1,C0002:1,C0003:1"), YES, "a comma does not end it");
    assert_eq!(said("isGpcEnabled=0&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A1"), YES);
    assert_eq!(
        said("groups=C0001%3A1%2CC0002%3A1%2CC0003%3A0"),
        Choices { personalization: Denied, measurement: Granted }
    );
    assert_eq!((said("0"), said("%"), said("%C3")), (NO, NO, NO));
    assert_eq!((said(""), choices_of(&optanon, b"")), (SILENCE, Some(SILENCE)));
    assert_eq!(choices_of(&optanon, b"OptanonConsent=C0003:1,C0002:1\xff"), Some(SILENCE), "no text");
}

fn any_purposes() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1_usize..=24, 0..24)
}

fn expected(granted: &[usize]) -> Choices {
    let has = |purposes: &[usize]| purposes.iter().all(|purpose| granted.contains(purpose));
    let choice = |has: bool| -> Choice { if has { Granted } else { Denied } };
    Choices { personalization: choice(has(&[1, 5, 6])), measurement: choice(has(&[1, 8])) }
}

proptest! {
    #[test]
    fn any_purposes_are_read_as_they_were_written(core_purposes in any_purposes(), own in any_purposes(), interests in any_purposes(), custom in 0_u32..64) {
        let text = core(&core_purposes);
        prop_assert_eq!(tcf_choices(text.as_bytes()), Some(expected(&core_purposes)));
        let is_said = !own.is_empty() || !interests.is_empty() || custom > 0;
        let said = expected(if is_said { &own } else { &core_purposes });
        let text = format!("{text}.{}", publisher(&own, &interests, custom));
        prop_assert_eq!(tcf_choices(text.as_bytes()), Some(said));
        prop_assert_eq!(gpp_choices(text.as_bytes()), Some(said));
    }

    #[test]
    fn sections_of_any_ids_are_told_apart(ids in proptest::collection::btree_set(1_u32..2_000, 0..12), out in any::<proptest::sample::Index>()) {
        let ids: Vec<u32> = ids.into_iter().filter(|id| !matches!(id, 2 | 6)).collect();
        let opted_out = (!ids.is_empty()).then(|| ids[out.index(ids.len())]);
        let mut text = header(&ids);
        for id in &ids {
            let known = STATES.iter().find(|(known, ..)| known == id);
            let section = known.map_or("any".into(), |(_, from, _, bits)| state(*bits, *from, if Some(*id) == opted_out { 1 } else { 2 }));
            text = format!("{text}~{section}");
        }
        let refuses = opted_out.is_some_and(|id| (7..=27).contains(&id));
        prop_assert_eq!(gpp_choices(text.as_bytes()), Some(if refuses { NO } else { SILENCE }));
        prop_assert_eq!(gpp_choices(format!("{text}~any").as_bytes()), None);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[CDB][A-Za-z0-9_.~-]{0,80}") {
        for input in [bytes.as_slice(), text.as_bytes()] {
            for source in ConsentSource::ALL {
                let header = [b"c=", input].concat();
                prop_assert!(choices_of(&tool(source, "c"), &header).is_some() == !matches!(source, ConsentSource::Api | ConsentSource::Gtag));
            }
            // What a TC string says, a string that ends before it does not.
            if let Some(said) = tcf_choices(input) {
                prop_assert_ne!(said, SILENCE);
                prop_assert!(input.len() >= 39);
            }
        }
    }
}
