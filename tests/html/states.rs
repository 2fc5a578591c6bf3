//! States: what they hold, and what is refused.
use attune_core::html::{GiveUpReason, Op, ScanError, Selector, SlotTarget, TargetsError, limits, scan, scan_start};

fn target(index: u16, selector: &str) -> SlotTarget {
    SlotTarget { index, selector: selector.parse().unwrap() }
}

fn scanned(slots: &[SlotTarget], page: &str) -> Vec<Op> {
    let mut ops = Vec::new();
    scan(&mut scan_start(slots, false).unwrap(), page.as_bytes(), true, &mut ops).unwrap();
    ops.retain(|op| !matches!(op, Op::Send { .. }));
    ops
}

#[test]
fn the_largest_state_fits() {
    // As many bytes of selectors as are accepted, but for a few: 2173 of 2176.
    let long = "s".repeat(97);
    let slots: Vec<_> = (0..20).map(|n| target(n, &format!("[data-slot='{n:02}-{long}']"))).collect();
    let mut state = scan_start(&slots, true).unwrap();
    let mut ops = Vec::new();
    // Counts where the table began, a slot as deep as can be, and a tag as long as can be.
    let open = (0..29).fold(String::new(), |open, n| open + &format!("<x-element-number-{n:09}>"));
    let (tag, value) = ("t".repeat(64), "v".repeat(256));
    let page = format!("<table><tr><td><div data-slot=00-{long}>{open}<{tag} data-slot='{value}");
    scan(&mut state, page.as_bytes(), false, &mut ops).unwrap();
    assert!(state.len() > 3500, "{} bytes", state.len());
    assert!(state.len() <= limits::MAX_STATE_BYTES, "{} bytes", state.len());
    assert_eq!(scan(&mut state, b"'></div>", true, &mut ops), Ok(()), "it is read again");
}

#[test]
fn too_many_or_too_long_slots_are_refused() {
    let many: Vec<_> = (0..65).map(|index| target(index, "a")).collect();
    assert_eq!(scan_start(&many, false), Err(TargetsError::TooManySlots { count: 65 }));
    let long: Vec<_> = (0..30).map(|n| target(n, &format!("#{}{n}", "x".repeat(120)))).collect();
    assert_eq!(scan_start(&long, false), Err(TargetsError::TooLong));
    let names: Vec<_> = (0..33).map(|n| target(n, &format!("[a{n}][b{n}]"))).collect();
    assert_eq!(scan_start(&names, false), Err(TargetsError::TooLong));
}

#[test]
fn after_the_last_chunk_nothing_is_accepted() {
    let mut state = scan_start(&[target(0, "a")], false).unwrap();
    let mut ops = Vec::new();
    scan(&mut state, b"x", true, &mut ops).unwrap();
    let ended = state.clone();
    assert_eq!(scan(&mut state, b"x", false, &mut ops), Err(ScanError::Ended));
    assert_eq!((state, ops), (ended, vec![Op::Send { len: 1 }]));
}

#[test]
fn after_the_last_chunk_nothing_of_the_selectors_is_kept() {
    let mut state = scan_start(&[target(0, "[data-slot='hero']")], true).unwrap();
    scan(&mut state, b"<p", true, &mut Vec::new()).unwrap();
    assert_eq!(state.len(), 2);
}

#[test]
fn selectors_that_were_changed_are_refused() {
    let good = scan_start(&[target(0, "a[b='c']"), target(1, ".d")], true).unwrap();
    let end = 12 + usize::from(u16::from_le_bytes([good[2], good[3]]));
    let mut ops = Vec::new();
    for at in 0..end {
        for bit in 0..8 {
            let mut state = good.clone();
            state[at] ^= 1 << bit;
            let damaged = state.clone();
            let refused = scan(&mut state, b"<a b=c>x</a>", false, &mut ops);
            assert_eq!((refused, &state), (Err(ScanError::State), &damaged), "bit {bit} of byte {at}");
        }
    }
    assert_eq!(ops, []);
}

#[test]
fn other_bytes_are_not_a_state() {
    let good = scan_start(&[target(0, "a[b='c']")], true).unwrap();
    let mut ops = Vec::new();
    for len in 0..good.len() {
        assert_eq!(scan(&mut good[..len].to_vec(), b"x", false, &mut ops), Err(ScanError::State), "{len} bytes");
    }
    let mut other_version = good.clone();
    other_version[0] = 2;
    assert_eq!(scan(&mut other_version, b"x", false, &mut ops), Err(ScanError::State));
    assert_eq!(scan(&mut [good, vec![0]].concat(), b"x", false, &mut ops), Err(ScanError::State));
    assert_eq!(ops, []);
}

#[test]
fn selectors_match_as_in_a_browser() {
    let matches = |selector: &str, tag: &str| {
        let ops = scanned(&[target(5, selector)], &format!("<{tag}>x</div>"));
        ops == [Op::Fill { slot: 5, len: 1 }]
    };
    for (selector, tag) in [
        ("div", "div"),
        ("div", "DIV a"),
        ("#a", "div id=a"),
        ("#a", "div ID='a' id=b"),
        ("#a", "div id='&#97;'"),
        ("#a", "div id='&#x61'"),
        (".a", "div class=a"),
        (".a.b", "div class=' b\n\tc a '"),
        (".b", "div class='a&#32;b'"),
        ("[a]", "div a"),
        ("[a]", "div A=b"),
        ("[a='']", "div a"),
        ("[a='']", "div a=''"),
        ("[a='b c']", "div a='b c'"),
        ("[a='b\"c']", "div a='b&quot;c'"),
        ("[a='x&y']", "div a='x&amp;y'"),
        ("[a='x&y']", "div a='x&y'"),
        ("[a='&lt']", "div a='&amp;lt'"),
        ("[class='a b'].a", "div class='a b'"),
        ("div#a.b[c][d='e']", "div d=e c class=b id=a"),
        ("[a='ä']", "div a='ä'"),
        ("[a='ä']", "div a='&#228;'"),
        ("[a='€']", "div a='&#128;'"),
    ] {
        assert!(matches(selector, tag), "{selector} should match <{tag}>");
    }
    for (selector, tag) in [
        ("#a", "div id=A"),
        ("#a", "div id='a '"),
        ("#a", "div id=b id=a"),
        (".a", "div class=ab"),
        (".a", "div class='b' class='a'"),
        ("[a='']", "div a=' '"),
        ("[a]", "div b=a"),
        ("[a='x&y']", "div a='x&ampy'"),
        ("span", "div"),
        ("div.a", "div"),
        ("[a='b']", "div a=B"),
    ] {
        assert!(!matches(selector, tag), "{selector} should not match <{tag}>");
    }
    let long = "x".repeat(limits::MAX_VALUE_BYTES);
    assert!(matches(&format!("#{long}"), &format!("div id={long}")));
    assert!(!matches(&format!("#{long}"), &format!("div id={long}x")));
    assert!(matches(".last", &format!("div class='{} last'", "word ".repeat(500))));
}

#[test]
fn the_first_of_two_slots_counts() {
    let slots = [target(9, ".b"), target(4, "div")];
    assert_eq!(scanned(&slots, "<div class=b>xy</div>"), [Op::Fill { slot: 9, len: 2 }]);
    assert_eq!(scanned(&slots, "<div>xy</div>"), [Op::Fill { slot: 4, len: 2 }]);
}

#[test]
fn steps_are_words() {
    for op in [
        Op::Send { len: u32::MAX },
        Op::Fill { slot: u16::MAX, len: 7 },
        Op::Insert,
        Op::GiveUp { slot: 3, reason: GiveUpReason::InTable },
    ] {
        assert_eq!(Op::from_words(op.to_words()), Some(op));
    }
    assert_eq!(Op::Fill { slot: 2, len: 5 }.to_words(), [0x0002_0001, 5]);
    for words in [[4, 0], [2, 1], [0x0001_0000, 0], [3, 99], [0x100, 0]] {
        assert_eq!(Op::from_words(words), None);
    }
}

#[test]
fn selectors_are_values() {
    let selector: Selector = Selector::attribute("Data-Slot", "hero \"1\"").unwrap();
    assert_eq!(selector.to_string(), r#"[data-slot="hero \"1\""]"#);
    assert!(Selector::attribute("a b", "c").is_err());
}
