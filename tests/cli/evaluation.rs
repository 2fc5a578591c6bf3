//! evaluate, against its protocol worked out by brute force.
#![expect(clippy::cast_precision_loss, reason = "counts of small data")]

use super::Folder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Session, product, time.
type Click = (String, String, u64);

/// Numbers that look random, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Clicks in no order at all, with sessions of one click and products clicked again at once.
    fn clicks(&mut self, sessions: usize, products: usize) -> Vec<Click> {
        let mut rows = Vec::new();
        for session in 0..sessions {
            let mut product = self.below(products).min(self.below(products));
            for step in 0..=self.below(9) {
                let time = session * 1_000 + step * 10 + self.below(12);
                rows.push((format!("s{session}"), format!("p{product}"), time as u64));
                if self.below(6) > 0 {
                    product = (product + self.below(4)) % products;
                }
            }
        }
        for place in (1..rows.len()).rev() {
            let other = self.below(place + 1);
            rows.swap(place, other);
        }
        rows
    }
}

fn tsv(rows: &[Click]) -> String {
    let lines = rows.iter().map(|(session, item, time)| format!("{session}\t{item}\t{time}\n"));
    "SessionId\tItemId\tTime\n".to_owned() + &lines.collect::<String>()
}

/// Products of each session, in the order of time, then of the file.
fn sessions(rows: &[Click]) -> Vec<Vec<&str>> {
    let mut sessions: BTreeMap<&str, Vec<(u64, usize, &str)>> = BTreeMap::new();
    for (place, (session, item, time)) in rows.iter().enumerate() {
        sessions.entry(session).or_default().push((*time, place, item));
    }
    let products = |mut clicks: Vec<(u64, usize, _)>| {
        clicks.sort_unstable();
        clicks.into_iter().map(|(.., item)| item).collect()
    };
    sessions.into_values().map(products).collect()
}

/// Products in the order in which the file has them first.
fn products(rows: &[Click]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    rows.iter().map(|(_, item, _)| item.as_str()).filter(|item| seen.insert(*item)).collect()
}

/// An index, read by the table in SPEC.md and nothing else.
struct Tables<'a> {
    bytes: &'a [u8],
    products: usize,
    entries: usize,
    next_entries: usize,
    popular: usize,
}

impl<'a> Tables<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        Self { bytes, products: number(20), entries: number(24), next_entries: number(28), popular: number(32) }
    }

    fn number(&self, at: usize) -> usize {
        u32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap()) as usize
    }

    fn float(&self, at: usize) -> f32 {
        f32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap())
    }

    fn max(&self, item: usize) -> f32 {
        self.float(80 + 4 * (self.products + 1) + 4 * item)
    }

    /// Product and weight of each entry of the row whose offsets, ids and weights begin there.
    fn entries(&self, item: usize, offsets: usize, ids: usize, weights: usize) -> Vec<(usize, u8)> {
        let places = self.number(offsets + 4 * item)..self.number(offsets + 4 * item + 4);
        let id = |place: usize| {
            let at = ids + 3 * place;
            u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], 0]) as usize
        };
        places.map(|place| (id(place), self.bytes[weights + place])).collect()
    }

    fn ids(&self) -> usize {
        80 + 4 * (self.products + 1) + 7 * self.products + 3 * self.popular
    }

    fn row(&self, item: usize) -> Vec<(usize, u8)> {
        self.entries(item, 80, self.ids(), self.ids() + 3 * self.entries)
    }

    fn next(&self, item: usize) -> Vec<(usize, u8)> {
        if self.next_entries == 0 {
            return Vec::new();
        }
        let offsets = self.ids() + 4 * self.entries;
        let ids = offsets + 4 * (self.products + 1);
        self.entries(item, offsets, ids, ids + 3 * self.next_entries)
    }

    /// The sum of every product after these clicks.
    fn sums(&self, prefix: &[Option<usize>]) -> Vec<f32> {
        let mut recent: Vec<usize> = Vec::new();
        for item in prefix.iter().rev().flatten() {
            if !recent.contains(item) {
                recent.push(*item);
            }
        }
        let mut sums = vec![0.0; self.products];
        for (step, item) in recent.into_iter().take(10).enumerate() {
            for (other, weight) in self.row(item) {
                sums[other] += self.float(40 + 4 * step) * self.max(item) / 255.0 * f32::from(weight);
            }
            for (other, weight) in self.next(item).into_iter().filter(|_| step == 0) {
                sums[other] += self.float(36) * self.max(item) / 255.0 * f32::from(weight);
            }
        }
        sums
    }
}

#[derive(Debug, Default, PartialEq)]
struct Figures {
    hr: f64,
    mrr: f64,
    ndcg: f64,
    coverage: f64,
    predictions: usize,
}

/// Every prefix of every session of two clicks and more, the next click, its place among all training products.
fn by_brute_force(index: &[u8], train: &[Click], test: &[Click], include_current: bool) -> Figures {
    let (tables, products) = (Tables::of(index), products(train));
    assert_eq!(tables.products, products.len());
    let clicks: Vec<usize> =
        products.iter().map(|product| train.iter().filter(|(_, item, _)| item == product).count()).collect();
    let (mut figures, mut listed) = (Figures::default(), BTreeSet::new());
    for session in sessions(test) {
        let session: Vec<Option<usize>> =
            session.iter().map(|item| products.iter().position(|product| product == item)).collect();
        for len in 1..session.len() {
            let sums = tables.sums(&session[..len]);
            let mut ranking: Vec<usize> = (0..products.len()).collect();
            ranking.retain(|item| include_current || session[len - 1] != Some(*item));
            ranking.sort_by(|a, b| sums[*b].total_cmp(&sums[*a]).then(clicks[*b].cmp(&clicks[*a])).then(a.cmp(b)));
            ranking.truncate(20);
            listed.extend(ranking.iter().copied());
            figures.predictions += 1;
            if let Some(place) = ranking.iter().position(|item| session[len] == Some(*item)) {
                let place = place as f64 + 1.0;
                figures.hr += 1.0;
                figures.mrr += 1.0 / place;
                figures.ndcg += 1.0 / (1.0 + place).log2();
            }
        }
    }
    let all = figures.predictions as f64;
    for sum in [&mut figures.hr, &mut figures.mrr, &mut figures.ndcg] {
        *sum /= all;
    }
    figures.coverage = listed.len() as f64 / products.len() as f64;
    figures
}

#[test]
fn figures_are_those_of_brute_force() {
    let folder = Folder::new();
    let sets = [
        "further=0",
        "distance=1,further=0.8,neighbours=5",
        "beta=0.5,decay=1,neighbours=3",
        "backward=0.5,row_power=0,idf=0,further=0,neighbours=2",
    ];
    for (seed, parameters) in (1..).zip(sets) {
        let mut random = Random(seed);
        let train = random.clicks(60, 40);
        // Some of its products are new, and its sessions have ids that training has, too.
        let test = random.clicks(30, 50);
        assert!(products(&test).iter().any(|item| !products(&train).contains(item)));
        folder.write("train.tsv", tsv(&train));
        folder.write("test.tsv", tsv(&test));
        let learn = ["learn", "--sessions", "train.tsv", "--out", "shop.index", "--new-epoch"];
        let ran = folder.run(&[&learn[..], &["--parameters", parameters]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let index = folder.read("shop.index");
        for more in [&[][..], &["--include-current"]] {
            let evaluate = ["evaluate", "--train", "train.tsv", "--test", "test.tsv", "--format", "json"];
            let ran = folder.run(&[&evaluate[..], &["--parameters", parameters], more].concat());
            assert_eq!((ran.code, ran.err.as_str()), (0, ""));
            let report: Value = serde_json::from_str(&ran.out).unwrap();
            let expected = by_brute_force(&index, &train, &test, !more.is_empty());
            assert_eq!(report["predictions"], expected.predictions);
            assert!(expected.hr > 0.3 && expected.hr < 1.0, "{expected:?}");
            for (key, value) in [
                ("hr20", expected.hr),
                ("mrr20", expected.mrr),
                ("ndcg20", expected.ndcg),
                ("coverage20", expected.coverage),
            ] {
                let found = report[key].as_f64().unwrap();
                assert!((found - value).abs() < 1e-9, "{parameters} {more:?} {key}: {found}, and not {expected:?}");
            }
        }
    }
}

#[test]
fn rows_are_those_of_their_definition() {
    let folder = Folder::new();
    let train = Random(9).clicks(60, 25);
    folder.write("train.tsv", tsv(&train));
    let parameters = "distance=3,backward=0.5,idf=1,row_power=0.75,further=0,neighbours=100";
    let ran = folder.run(&["learn", "--sessions", "train.tsv", "--out", "shop.index", "--parameters", parameters]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (index, products, sessions) = (folder.read("shop.index"), products(&train), sessions(&train));
    let visits: Vec<f64> = products
        .iter()
        .map(|product| sessions.iter().filter(|session| session.contains(product)).count() as f64)
        .collect();
    let weight = |i: usize, j: usize| -> f64 {
        let pair = |session: &Vec<&str>| {
            let last = |product: usize| session.iter().rposition(|item| *item == products[product]);
            let (p, q) = (last(i)? as f64, last(j)? as f64);
            let size = session.iter().collect::<BTreeSet<_>>().len() as f64;
            let backward = if q < p { 0.5 } else { 1.0 };
            Some(backward * size.powf(-0.5) * (-(p - q).abs() / 3.0).exp())
        };
        let sum: f64 = sessions.iter().filter_map(pair).sum();
        sum * (1.0 + (sessions.len() as f64 / visits[j]).ln()) / visits[i].powf(0.75)
    };
    let tables = Tables::of(&index);
    for i in 0..products.len() {
        let expected: BTreeMap<usize, f64> =
            (0..products.len()).map(|j| (j, weight(i, j))).filter(|(_, weight)| *weight > 0.0).collect();
        let max = expected.values().copied().fold(0.0, f64::max);
        assert!((f64::from(tables.max(i)) / max - 1.0).abs() < 1e-5);
        let row = tables.row(i);
        assert_eq!(row.iter().map(|(j, _)| *j).collect::<BTreeSet<_>>(), expected.keys().copied().collect());
        for (j, byte) in row {
            assert!((f64::from(byte) - (expected[&j] / max * 255.0).max(1.0)).abs() < 0.51, "{i} {j}");
        }
    }
}
