//! Fills every element of a page, those of one depth at a time, and compares each result with html5ever's tree.
//!
//! The elements are numbered: `attune-n` is unique, `attune-d` the depth, and no element is in another one of its depth.
//! `cargo xtask prove --only pages` brings real pages so marked, by `ATTUNE_PAGES`; without it the pages of this folder are read.
use crate::{
    differential::numbered,
    pages,
    soup::is_leaky,
    splicing::{Spliced, html_slot, splice, splice_pieces},
    tree::{Tree, parse},
};
use attune_core::html::{GiveUpReason, Op, Outcome, SlotTarget, scan, scan_start};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    slice,
    sync::Mutex,
    thread,
};

/// The sizes at which a page is read beside the whole.
const CHUNK_SIZES: [usize; 6] = [1, 2, 3, 7, 64, 1024];
/// What every element gets: no parser takes it for anything else.
const CONTENT: &str = "<!--!-->";

/// What came of some elements.
#[derive(Debug, Default)]
struct Counts {
    pages: usize,
    elements: usize,
    filled: usize,
    /// Fills after which the tree is the origin's, but for the element's content.
    exact: usize,
    /// Fills that are so but for formatting that the slot left open, of `DISAGREEMENTS.md`.
    leaks: usize,
    given_up: BTreeMap<&'static str, usize>,
    /// Every other fill, with where it is.
    faults: Vec<String>,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.pages += other.pages;
        self.elements += other.elements;
        self.filled += other.filled;
        self.exact += other.exact;
        self.leaks += other.leaks;
        for (reason, count) in other.given_up {
            *self.given_up.entry(reason).or_default() += count;
        }
        self.faults.extend(other.faults);
    }

    fn report(&self) -> String {
        let mut out = format!("{} pages, {} elements\n", self.pages, self.elements);
        let mut line = |name: &str, count: usize| {
            let share =
                100.0 * f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(self.elements).unwrap());
            writeln!(out, "{name:<28} {count:>9} {share:>7.3} %").unwrap();
        };
        line("filled", self.filled);
        line("  exact in html5ever", self.exact);
        line("  but for open formatting", self.leaks);
        line("  in another way", self.faults.len());
        for (reason, count) in &self.given_up {
            line(reason, *count);
        }
        line("in one that was given up", self.elements - self.filled - self.given_up.values().sum::<usize>());
        out
    }
}

/// A fill: the element's number, and the origin's bytes that go.
struct Fill {
    number: String,
    content: Range<usize>,
}

/// The fills of the elements of one depth, and why the others of them keep their content.
fn fills(page: &str, depth: usize) -> (Vec<Fill>, Vec<GiveUpReason>) {
    let slots = [SlotTarget { index: 0, selector: format!("[attune-d=\"{depth}\"]").parse().unwrap() }];
    let mut state = scan_start(&slots, false).unwrap();
    let mut ops = Vec::new();
    scan(&mut state, page.as_bytes(), true, &mut ops).unwrap();
    let (mut fills, mut given_up, mut at) = (Vec::new(), Vec::new(), 0);
    for op in ops {
        match op {
            Op::Send { len } => at += len as usize,
            Op::Fill { len, .. } => {
                let (_, number) = page[..at].rsplit_once("attune-n=\"").unwrap();
                let content = at..at + len as usize;
                fills.push(Fill { number: number.split('"').next().unwrap().to_owned(), content });
                at += len as usize;
            }
            Op::GiveUp { reason, .. } => given_up.push(reason),
            Op::Insert => unreachable!("nothing is inserted"),
        }
    }
    (fills, given_up)
}

/// The page with these fills made.
fn filled(page: &str, fills: &[Fill]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for fill in fills {
        out.push_str(&page[from..fill.content.start]);
        out.push_str(CONTENT);
        from = fill.content.end;
    }
    out + &page[from..]
}

/// Where a page has another tree once it is filled, but for what is in the elements that are filled.
fn difference(before: &Tree, fills: &[Fill], after: &Tree, is_skipped: fn(&str) -> bool) -> Option<String> {
    let contents = fills.iter().map(|fill| (fill.number.clone(), "!".to_owned())).collect();
    let expected = before.dump("attune-n", &contents, is_skipped);
    let actual = after.dump("attune-n", &BTreeMap::new(), is_skipped);
    let lines = expected.lines().zip(actual.lines()).find(|(expected, actual)| expected != actual);
    let (expected, actual) = lines.or((expected != actual).then_some(("", "")))?;
    Some(format!("expected {expected}, not {actual}"))
}

/// Chunks of every size make the same fills.
fn check_chunks(name: &str, whole: &Spliced, in_chunks: impl Fn(usize) -> Spliced) {
    for size in CHUNK_SIZES {
        assert!(in_chunks(size) == *whole, "{name}: chunks of {size} bytes differ from the whole page");
    }
}

/// Fills the elements of one depth; adds the fills to `lines` for the other parser.
fn try_depth(name: &str, page: &str, tree: &Tree, depth: usize, lines: &mut String) -> Counts {
    let (fills, given_up) = fills(page, depth);
    let target = [html_slot(&format!("[attune-d=\"{depth}\"]"), CONTENT)];
    let whole = splice(page.as_bytes(), &target, None, usize::MAX);
    assert!(whole.html == filled(page, &fills).as_bytes(), "{name}, depth {depth}: the splicer makes other fills");
    check_chunks(name, &whole, |size| splice(page.as_bytes(), &target, None, size));
    assert_eq!(whole.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Filled { .. })).count(), fills.len());
    let mut counts = Counts { filled: fills.len(), ..Counts::default() };
    for reason in given_up {
        *counts.given_up.entry(reason.as_str()).or_default() += 1;
    }
    if fills.is_empty() {
        return counts;
    }
    write!(lines, "{name}").unwrap();
    for Fill { number, content } in &fills {
        write!(lines, " {number}:{}:{}", content.start, content.end).unwrap();
    }
    lines.push('\n');
    if difference(tree, &fills, &parse(&filled(page, &fills)), |_| false).is_none() {
        counts.exact = fills.len();
        return counts;
    }
    // One after the other: what a slot left open is gone for those that follow.
    let mut before = parse(page);
    for (index, fill) in fills.iter().enumerate() {
        let after = parse(&filled(page, &fills[..=index]));
        if difference(&before, slice::from_ref(fill), &after, |_| false).is_none() {
            counts.exact += 1;
        } else if let Some(difference) = difference(&before, slice::from_ref(fill), &after, is_leaky) {
            counts.faults.push(format!("{name}, element {}: {difference}", fill.number));
        } else {
            counts.leaks += 1;
        }
        before = after;
    }
    counts
}

/// Fills every element of a page.
fn try_page(name: &str, page: &str, lines: &mut String) -> Counts {
    let tree = parse(page);
    let depths = tree.marked("attune-d");
    let numbers: BTreeSet<_> = tree.marked("attune-n").into_iter().map(|marked| marked.value).collect();
    let mut counts = Counts { pages: 1, elements: numbers.len(), ..Counts::default() };
    let (mut most, mut depth_of_most) = (0, 0);
    for depth in depths.into_iter().map(|marked| marked.value.parse().unwrap()).collect::<BTreeSet<_>>() {
        let of_depth = try_depth(name, page, &tree, depth, lines);
        if of_depth.filled > most {
            (most, depth_of_most) = (of_depth.filled, depth);
        }
        counts.add(of_depth);
    }
    // Small chunks are read at both ends of a large page only, but for those of one depth.
    let target = [html_slot(&format!("[attune-d=\"{depth_of_most}\"]"), CONTENT)];
    let whole = splice(page.as_bytes(), &target, None, usize::MAX);
    check_chunks(name, &whole, |size| splice_pieces(page.as_bytes().chunks(size), &target, None));
    counts
}

/// The marked pages of a folder, as many at a time as there are processors.
fn try_folder(folder: &Path) -> (Counts, String) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (paths, total) = (Mutex::new(paths), Mutex::new((Counts::default(), String::new())));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                loop {
                    let Some(path) = paths.lock().unwrap().pop() else { return };
                    let (name, mut lines) = (path.file_stem().unwrap().to_string_lossy().into_owned(), String::new());
                    let counts = try_page(&name, &fs::read_to_string(&path).unwrap(), &mut lines);
                    let mut total = total.lock().unwrap();
                    total.0.add(counts);
                    total.1.push_str(&lines);
                }
            });
        }
    });
    total.into_inner().unwrap()
}

#[test]
fn fills_of_real_pages_change_nothing_but_the_slot() {
    let counts = if let Some(folder) = std::env::var_os("ATTUNE_PAGES").map(PathBuf::from) {
        let (counts, lines) = try_folder(&folder.join("marked"));
        fs::write(folder.join("fills.txt"), lines).unwrap();
        counts
    } else {
        let mut counts = Counts::default();
        // In `attribute-zoo` what is numbered stands in quotes too.
        for page in pages::files().iter().filter(|page| !page.disagrees && page.name != "attribute-zoo") {
            let (text, _) = numbered(&String::from_utf8_lossy(&page.html), "data-slot=", "attune-d=\"0\" attune-n");
            counts.add(try_page(&page.name, &text, &mut String::new()));
        }
        counts
    };
    eprintln!("{}", counts.report());
    assert!(counts.faults.is_empty(), "{}", counts.faults.join("\n"));
    assert!(counts.filled >= 40, "{} filled", counts.filled);
}
