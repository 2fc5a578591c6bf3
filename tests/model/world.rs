//! What happens in a run, what is true afterwards, and what the cookies must say of it.

use crate::browser::{Browser, Page};
use crate::random::Random;
use crate::server::{Answer, Plan, Server};
use attune_core::bundle::Regime;
use attune_core::profile::Batch;
use std::collections::{BTreeMap, BTreeSet};

/// 2026-11-21T00:00:00Z.
const START_MS: u64 = 1_795_219_200_000;
/// Clocks of the machines differ by so much at most, so that whoever was just forgotten waits for longer.
const SKEW_S: u64 = 3;
const PAUSE_MS: u64 = 10_000;

/// What was seen in some runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) events: u64,
    pub(crate) orders: u64,
    pub(crate) erasures: u64,
    pub(crate) refusals: u64,
    pub(crate) lost_answers: u64,
    /// Answers that set the cookie back.
    pub(crate) set_back: u64,
    pub(crate) closed_pages: u64,
    pub(crate) mints: u64,
    /// Runs in which more than the log holds was on its way, or the clock was set after an erasure: their counts of events
    /// say nothing.
    pub(crate) uncertain: u64,
    pub(crate) beacons: u64,
    pub(crate) mailbox_calls: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.orders += other.orders;
        self.erasures += other.erasures;
        self.refusals += other.refusals;
        self.lost_answers += other.lost_answers;
        self.set_back += other.set_back;
        self.closed_pages += other.closed_pages;
        self.mints += other.mints;
        self.uncertain += other.uncertain;
        self.beacons += other.beacons;
        self.mailbox_calls += other.mailbox_calls;
    }
}

enum Message {
    AskPage {
        tab: usize,
        header: String,
    },
    Page {
        tab: usize,
        plan: Plan,
        cookies: Vec<String>,
    },
    AskEvents {
        tab: usize,
        page: u64,
        header: String,
        batch: Batch,
        mail: u64,
        mint: String,
    },
    Events {
        tab: usize,
        page: u64,
        batch: Batch,
        answer: Option<(Answer, Vec<String>)>,
    },
    AskConsent {
        tab: usize,
        header: String,
        yes: bool,
    },
    Consent {
        tab: usize,
        yes: bool,
        id: Option<[u8; 16]>,
        cookies: Vec<String>,
    },
    AskForget {
        tab: usize,
        header: String,
    },
    Forgotten {
        tab: usize,
        id: Option<[u8; 16]>,
        cookies: Vec<String>,
    },
    /// The visitor gives up waiting for an answer.
    GaveUp,
}

#[expect(clippy::struct_excessive_bools, reason = "independent facts of one run")]
pub(crate) struct World {
    seed: u64,
    random: Random,
    now_ms: u64,
    server: Server,
    /// What each of two machines adds to the true time, in seconds.
    machines_s: [i64; 2],
    browser: Browser,
    /// The page of each tab with a number of its own; none while it loads.
    tabs: Vec<(u64, Option<Page>)>,
    pages: u64,
    plans: Vec<Plan>,
    queue: BTreeMap<(u64, u64), Message>,
    sent: u64,
    lossy: bool,
    /// An answer to the visitor's consent or wish to be forgotten is awaited.
    asking: bool,
    quiet_until_ms: u64,
    silence_grants: bool,
    /// The last answer of the visitor that arrived.
    answered: Option<bool>,
    adds: u32,
    log: u32,
    uncertain: bool,
    orders: BTreeMap<[u8; 16], u16>,
    erased: BTreeSet<[u8; 16]>,
    half_forgotten: BTreeSet<[u8; 16]>,
    totals: Totals,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let silence_grants = random.percent(30);
        let machines_s = [0, i64::try_from(random.between(0, SKEW_S)).unwrap()];
        let tabs = usize::try_from(random.between(1, 8)).unwrap();
        Self {
            seed,
            now_ms: START_MS,
            server: Server::new(if silence_grants { Regime::OptOut } else { Regime::OptIn }),
            machines_s,
            browser: Browser {
                clock_ms: i64::try_from(random.between(0, 7_200_000)).unwrap() - 3_600_000,
                ..Browser::default()
            },
            tabs: vec![(0, None); tabs],
            pages: 0,
            plans: Vec::new(),
            queue: BTreeMap::new(),
            sent: 0,
            lossy: true,
            asking: false,
            quiet_until_ms: 0,
            silence_grants,
            answered: None,
            adds: 0,
            log: 0,
            uncertain: false,
            orders: BTreeMap::new(),
            erased: BTreeSet::new(),
            half_forgotten: BTreeSet::new(),
            totals: Totals::default(),
            random,
        }
    }

    /// Runs to the end, heals, and checks.
    pub(crate) fn run(mut self) -> Totals {
        let actions = self.random.between(20, 120);
        for _ in 0..actions {
            self.act();
            let wait_ms = if self.random.percent(3) { 2_400_000 } else { self.random.between(0, 6_000) };
            self.pass(wait_ms);
        }
        self.lossy = false;
        self.pass(600_000);
        // Two pages in visits of their own, so that every beacon is sent and the mailbox is asked.
        for _ in 0..2 {
            self.pass(2_400_000);
            self.load(0, false);
            self.pass(600_000);
            self.check_always();
        }
        self.check_end();
        self.totals.uncertain += u64::from(self.uncertain);
        self.totals.mailbox_calls = self.server.asked;
        self.totals
    }

    fn act(&mut self) {
        let tab = usize::try_from(self.random.next()).unwrap_or(0) % self.tabs.len();
        match self.random.next() % 100 {
            0..30 => self.load(tab, self.random.0.is_multiple_of(8)),
            30..72 => self.record(tab),
            72..76 => self.set_clock(),
            76..84 => self.order(),
            84..87 => self.close(tab),
            87..95 => self.ask(tab, |tab, header, _| Message::AskConsent { tab, header, yes: true }),
            95..97 => self.ask(tab, |tab, header, _| Message::AskConsent { tab, header, yes: false }),
            _ => self.ask(tab, |tab, header, _| Message::AskForget { tab, header }),
        }
    }

    /// The user sets the clock. What is in the log is older or younger for it, and where that decides whether it
    /// happened before an erasure, the count is not certain.
    fn set_clock(&mut self) {
        self.browser.clock_ms += i64::try_from(self.random.between(0, 600_000)).unwrap() - 300_000;
        self.uncertain |= self.browser.storage.is_some() && self.totals.erasures + self.totals.refusals > 0;
    }

    fn now_s(&mut self) -> u32 {
        let machine = usize::try_from(self.random.next() % 2).unwrap();
        u32::try_from(i64::try_from(self.now_ms / 1_000).unwrap() + self.machines_s[machine]).unwrap()
    }

    fn id(&mut self) -> [u8; 16] {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.random.next().to_be_bytes());
        id
    }

    fn send(&mut self, message: Message) {
        // Most answers are quick; some are as slow as a page that takes its time.
        let slow = if self.lossy && self.random.percent(10) { 60_000 } else { 3_000 };
        let delay_ms = self.random.between(1, slow);
        self.sent += 1;
        self.queue.insert((self.now_ms + delay_ms, self.sent), message);
    }

    /// Time passes, and what is on its way arrives.
    fn pass(&mut self, wait_ms: u64) {
        let until_ms = self.now_ms + wait_ms;
        while let Some(((at_ms, order), message)) = self.queue.pop_first() {
            if at_ms > until_ms {
                self.queue.insert((at_ms, order), message);
                break;
            }
            self.now_ms = at_ms;
            self.arrive(message);
            self.check_always();
        }
        self.now_ms = until_ms;
    }

    fn load(&mut self, tab: usize, from_cache: bool) {
        self.leave(tab);
        self.pages += 1;
        self.tabs[tab] = (self.pages, None);
        // A service worker, or the browser's cache, gives a page of before.
        if from_cache && let Some(plan) = self.plans.last().cloned() {
            self.send(Message::Page { tab, plan, cookies: Vec::new() });
            return;
        }
        let header = self.browser.header();
        self.send(Message::AskPage { tab, header });
    }

    /// The page goes away, and sends what it still has.
    fn leave(&mut self, tab: usize) {
        let Some(mut page) = self.tabs[tab].1.take() else { return };
        self.totals.closed_pages += 1;
        if let Some((batch, mail)) = self.browser.beacon(&mut page, true, self.now_ms) {
            let mint = page.mint.clone().unwrap_or_default();
            let header = self.browser.header();
            self.send(Message::AskEvents { tab, page: 0, header, batch, mail, mint });
        }
    }

    fn close(&mut self, tab: usize) {
        self.leave(tab);
        self.tabs[tab] = (0, None);
    }

    fn record(&mut self, tab: usize) {
        if self.now_ms < self.quiet_until_ms {
            return;
        }
        let fresh = u32::try_from(self.random.next() >> 33).unwrap();
        let adds = self.random.percent(60);
        let Some(mut page) = self.tabs[tab].1.take() else { return };
        if self.browser.record(&mut page, adds, fresh, self.now_ms) {
            self.totals.events += 1;
            self.follow_log();
            self.adds += u32::from(adds);
        }
        self.flush(tab, &mut page);
        self.tabs[tab].1 = Some(page);
    }

    /// A log that was erased took its events with it.
    fn follow_log(&mut self) {
        let log = self.browser.storage.as_ref().map_or(0, |log| log.id);
        if log != self.log {
            (self.log, self.adds, self.uncertain) = (log, 0, false);
        }
    }

    fn flush(&mut self, tab: usize, page: &mut Page) {
        if let Some((batch, mail)) = self.browser.beacon(page, false, self.now_ms) {
            let mint = page.mint.clone().unwrap_or_default();
            let header = self.browser.header();
            let page = self.tabs[tab].0;
            self.send(Message::AskEvents { tab, page, header, batch, mail, mint });
        }
    }

    fn order(&mut self) {
        let now_s = self.now_s();
        let header = self.browser.header();
        let Some(id) = self.server.read(&header, now_s).0.profile.id else { return };
        self.totals.orders += 1;
        *self.orders.entry(id).or_default() += 1;
        let name = format!("order-{}", self.totals.orders);
        self.server.post(id, &name, self.now_ms);
    }

    /// The visitor presses a button, and waits for the answer.
    fn ask(&mut self, tab: usize, message: impl Fn(usize, String, bool) -> Message) {
        if self.asking || self.now_ms < self.quiet_until_ms || self.tabs[tab].1.is_none() {
            return;
        }
        self.asking = true;
        let header = self.browser.header();
        self.send(message(tab, header, true));
    }

    fn lost(&mut self) -> bool {
        let lost = self.lossy && self.random.percent(8);
        self.totals.lost_answers += u64::from(lost);
        lost
    }

    fn set(&mut self, cookies: &[String]) {
        let last = |world: &mut Self| {
            let now_s = world.now_s();
            let header = world.browser.header();
            let held = world.server.read(&header, now_s).0;
            held.profile.logs.iter().find(|mark| mark.log == world.log).map_or(0, |mark| mark.last)
        };
        let before = last(self);
        self.browser.set(cookies);
        self.totals.set_back += u64::from(last(self) < before);
    }

    fn arrive(&mut self, message: Message) {
        match message {
            Message::AskPage { tab, header } => {
                let (random, now_s) = (self.id(), self.now_s());
                let (plan, cookies) = self.server.page(&header, random, now_s);
                self.plans.push(plan.clone());
                if !self.lost() {
                    self.send(Message::Page { tab, plan, cookies });
                }
            }
            Message::Page { tab, plan, cookies } => {
                self.set(&cookies);
                self.begin(tab, plan);
            }
            Message::AskEvents { tab, page, header, batch, mail, mint } => {
                self.totals.beacons += 1;
                // Lost on the way there, or on the way back.
                let answer = if self.lost() {
                    None
                } else {
                    let now_s = self.now_s();
                    let had = self.server.read(&header, now_s).0.profile.id;
                    let answer = self.server.events(&header, batch.clone(), mail, &mint, now_s);
                    self.totals.mints += u64::from(had.is_none() && answer.0.last.is_some());
                    (!self.lost()).then_some(answer)
                };
                self.send(Message::Events { tab, page, batch, answer });
            }
            Message::Events { tab, page, batch, answer } => self.events(tab, page, &batch, answer),
            Message::AskConsent { tab, header, yes } => {
                let (random, now_s) = (self.id(), self.now_s());
                let id = self.server.read(&header, now_s).0.profile.id.filter(|_| !yes);
                let (_, cookies) = self.server.consent(&header, yes, random, now_s);
                self.answer(id, Message::Consent { tab, yes, id, cookies });
            }
            Message::Consent { tab, yes, id, cookies } => {
                self.erased.extend(id);
                self.consent(tab, yes, &cookies);
            }
            Message::AskForget { tab, header } => {
                let now_s = self.now_s();
                let id = self.server.read(&header, now_s).0.profile.id;
                let cookies = self.server.forget(&header, now_s);
                self.answer(id, Message::Forgotten { tab, id, cookies });
            }
            Message::Forgotten { tab, id, cookies } => {
                self.asking = false;
                self.totals.erasures += 1;
                self.erased.extend(id);
                self.set(&cookies);
                self.answered = self.answered.filter(|yes| !yes);
                self.forget_log(tab, self.silence_grants && self.answered.is_none());
            }
            Message::GaveUp => self.asking = false,
        }
        self.note_overflow();
    }

    /// An answer to a wish, unless it is lost. Then the cookies stay, and what waited in the mailbox is erased.
    fn answer(&mut self, forgotten: Option<[u8; 16]>, message: Message) {
        if self.lost() {
            self.half_forgotten.extend(forgotten);
            self.send(Message::GaveUp);
        } else {
            self.send(message);
        }
    }

    fn begin(&mut self, tab: usize, plan: Plan) {
        let mut page = Page { on: plan.granted, mint: plan.mint, ..Page::default() };
        self.browser.open(&mut page, &plan.logs);
        if !page.on && self.browser.storage.is_some() {
            self.browser.stop(&mut page);
            self.follow_log();
        }
        if page.on && self.now_ms >= self.quiet_until_ms {
            let fresh = u32::try_from(self.random.next() >> 33).unwrap();
            self.browser.record(&mut page, false, fresh, self.now_ms);
            self.follow_log();
        }
        self.flush(tab, &mut page);
        self.tabs[tab].1 = Some(page);
    }

    fn events(&mut self, tab: usize, number: u64, batch: &Batch, answer: Option<(Answer, Vec<String>)>) {
        if let Some((_, cookies)) = &answer {
            self.set(cookies);
        }
        if self.tabs[tab].0 != number {
            // The script that asked is gone; the browser kept the cookies.
            return;
        }
        let Some(mut page) = self.tabs[tab].1.take() else { return };
        match answer {
            Some((answer, _)) => {
                self.browser.answered(&mut page, batch, &answer);
            }
            None => Browser::lost(&mut page),
        }
        self.follow_log();
        self.flush(tab, &mut page);
        self.tabs[tab].1 = Some(page);
    }

    fn consent(&mut self, tab: usize, yes: bool, cookies: &[String]) {
        self.asking = false;
        self.set(cookies);
        self.answered = Some(yes);
        if yes {
            if let Some(page) = &mut self.tabs[tab].1 {
                page.on = true;
            }
            return;
        }
        self.totals.refusals += 1;
        self.forget_log(tab, false);
    }

    fn forget_log(&mut self, tab: usize, goes_on: bool) {
        // Longer than clocks differ, until something new happens.
        self.quiet_until_ms = self.now_ms + PAUSE_MS;
        self.browser.storage = None;
        self.follow_log();
        if let Some(page) = &mut self.tabs[tab].1 {
            page.on = goes_on;
        }
    }

    /// Events that are neither in the cookie nor in the log any more.
    fn note_overflow(&mut self) {
        let now_s = self.now_s();
        let header = self.browser.header();
        let Some(log) = &self.browser.storage else { return };
        let held = self.server.read(&header, now_s).0;
        let last = held.profile.logs.iter().find(|mark| mark.log == log.id).map_or(0, |mark| mark.last);
        let oldest = log.entries.front().map_or(1, |entry| entry.number);
        self.uncertain |= last + 1 < oldest;
    }

    /// What holds at every moment.
    fn check_always(&mut self) {
        let (seed, now_s) = (self.seed, self.now_s());
        let header = self.browser.header();
        let (held, granted) = self.server.read(&header, now_s);
        assert_eq!(held.anonymous, None, "seed {seed}");
        match self.answered {
            Some(false) => {
                assert!(!granted, "seed {seed}: a refusal was undone");
            }
            Some(true) => assert!(granted, "seed {seed}: an agreement was undone"),
            None => assert_eq!(granted, self.silence_grants, "seed {seed}: nobody said so"),
        }
        if let Some(id) = held.profile.id {
            let pending = self.asking;
            assert!(pending || !self.erased.contains(&id), "seed {seed}: who was forgotten is back");
        }
    }

    /// What holds after everything has arrived.
    fn check_end(&mut self) {
        let (seed, now_s) = (self.seed, self.now_s());
        let header = self.browser.header();
        let (held, granted) = self.server.read(&header, now_s);
        let profile = &held.profile;
        if !granted {
            assert_eq!(profile.id, None, "seed {seed}");
            assert!(self.browser.storage.is_none(), "seed {seed}: a log without consent");
            return;
        }
        let id = profile.id.unwrap_or_else(|| panic!("seed {seed}: nobody was minted"));
        if !self.half_forgotten.contains(&id) {
            let orders = self.orders.get(&id).copied().unwrap_or(0);
            assert_eq!(profile.orders.count, orders, "seed {seed}: orders of the visitor");
        }
        let log = self.browser.storage.as_ref().unwrap_or_else(|| panic!("seed {seed}: no log"));
        let newest = log.entries.back().unwrap().number;
        let last = profile.logs.iter().find(|mark| mark.log == log.id).map_or(0, |mark| mark.last);
        assert_eq!(last, newest, "seed {seed}: the log was not taken whole");
        // A stale page may erase a log that the visitor had agreed to. What the cookie took of it stays there.
        self.uncertain |= profile.logs.iter().any(|mark| mark.log != log.id);
        if !self.uncertain {
            let pieces = profile.cart.lines.first().map_or(0, |line| u32::from(line.quantity));
            assert_eq!(pieces, self.adds, "seed {seed}: pieces in the cart");
        }
    }
}
