//! The Workers: what the page core and the control plane do with a request, and the mailbox.

use attune_core::bundle::{Gpc, Regime, Terms};
use attune_core::limits::{MAIL_MAX, MAILBOX_KEEP_S};
use attune_core::profile::{
    Batch, Choice, ConsentSource, CookieScope, Held, KeyRing, Mail, MailBody, Minted, Order, PathFacts, Rulebook,
    SiteKeys, open_mint, seal_mint, take_batch,
};
use std::collections::BTreeMap;

pub(crate) const HOST: &str = "shop.example";
const KEYS: &str = "1:sign:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// What a page's plan says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) granted: bool,
    pub(crate) logs: Vec<(u32, u32)>,
    pub(crate) mint: Option<String>,
}

/// What an events call answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) granted: bool,
    pub(crate) last: Option<u32>,
    pub(crate) mail: u64,
    /// 503: everything stays in the log.
    pub(crate) refused: bool,
}

struct Row {
    mail: Mail,
    shown_s: Option<u32>,
}

#[derive(Default)]
struct Mailbox {
    rows: Vec<Row>,
    last: u64,
}

/// The site's Workers and their Durable Object.
pub(crate) struct Server {
    pub(crate) scope: CookieScope,
    pub(crate) keys: SiteKeys,
    pub(crate) terms: Terms,
    mailboxes: BTreeMap<[u8; 16], Mailbox>,
    /// Calls of the Durable Object that a beacon made.
    pub(crate) asked: u64,
}

fn no_facts(_: &str) -> PathFacts {
    PathFacts::default()
}

impl Server {
    pub(crate) fn new(regime: Regime) -> Self {
        Self {
            scope: CookieScope::of(&[HOST]).unwrap(),
            keys: KeyRing::parse(KEYS).unwrap().bind("model"),
            terms: Terms { regime, gpc: Gpc::UntilAnswered },
            mailboxes: BTreeMap::new(),
            asked: 0,
        }
    }

    pub(crate) fn read<'h>(&self, header: &'h str, now_s: u32) -> (Held<'h>, bool) {
        let held = self.scope.read(header.as_bytes(), &self.keys, now_s);
        let granted = held.effective(false, self.terms).personalization == Choice::Granted;
        (held, granted)
    }

    /// A page: no cookie but a deletion.
    pub(crate) fn page(&self, header: &str, random: [u8; 16], now_s: u32) -> (Plan, Vec<String>) {
        let (held, granted) = self.read(header, now_s);
        let goes = held.must_go(held.effective(false, self.terms), self.terms);
        let mint = (granted && held.profile.id.is_none())
            .then(|| seal_mint(Minted { id: random, issued_s: now_s }, &self.keys));
        let logs = held.profile.logs.iter().map(|mark| (mark.log, mark.last)).collect();
        (Plan { granted, logs, mint }, goes.then(|| self.scope.delete_cookie()).into_iter().collect())
    }

    /// `POST /_attune/events`, as `src/edge/events.rs` answers it.
    pub(crate) fn events(
        &mut self,
        header: &str,
        mut batch: Batch,
        mail: u64,
        mint: &str,
        now_s: u32,
    ) -> (Answer, Vec<String>) {
        // They bring their age.
        for event in batch.events.iter_mut().filter_map(|sent| sent.event.as_mut()) {
            event.at_s = now_s.saturating_sub(event.at_s);
        }
        let (mut held, granted) = self.read(header, now_s);
        if held.anonymous.is_some() {
            return (Answer { refused: true, granted: true, ..Answer::default() }, Vec::new());
        }
        if !granted {
            let goes = held.must_go(held.effective(false, self.terms), self.terms);
            return (Answer::default(), goes.then(|| self.scope.delete_cookie()).into_iter().collect());
        }
        let erased_s = held.consent.erased_s;
        let minted = held.profile.id.is_none();
        if minted
            && let Ok(token) = open_mint(mint.as_bytes(), &self.keys, now_s)
            && token.issued_s > erased_s
        {
            held.profile.mint(token.id, token.issued_s);
        }
        let Some(id) = held.profile.id else { return (Answer { granted, ..Answer::default() }, Vec::new()) };
        let shown = held.profile.mailbox.last;
        let rulebook = Rulebook { facts: &no_facts, category: &|name| name.into(), window_s: &|_| None, signals: &[] };
        let outcome = take_batch(&mut held.profile, batch, erased_s, now_s, &rulebook);
        if held.profile.mailbox.is_due(minted || outcome.began_visit, mail, now_s) {
            self.asked += 1;
            let rows = self.take(id, shown, now_s);
            held.profile.deliver(&rows, &[]);
        }
        let answer = Answer { granted, last: Some(outcome.last), mail: held.profile.mailbox.last, refused: false };
        (answer, self.scope.update(&held, &self.keys).into_iter().collect())
    }

    /// `POST /_attune/consent`.
    pub(crate) fn consent(&mut self, header: &str, yes: bool, random: [u8; 16], now_s: u32) -> (bool, Vec<String>) {
        let (mut held, _) = self.read(header, now_s);
        if yes && held.begin_anew(now_s).is_err() {
            return (false, Vec::new());
        }
        let (known, issued_s) = (held.profile.id, held.profile.issued_s);
        held.consent.record(yes, yes, now_s, ConsentSource::Api);
        if !yes {
            held.consent.erase(issued_s, now_s);
        }
        let erased_s = held.consent.erased_s;
        held.profile.enforce(yes, yes);
        held.agree();
        if let (Some(id), false) = (known, yes) {
            self.mailboxes.remove(&id);
        }
        if yes && held.profile.id.is_none() {
            held.profile.mint(random, now_s.max(erased_s + 1));
        }
        (yes, self.answered(held))
    }

    /// `POST /_attune/forget`.
    pub(crate) fn forget(&mut self, header: &str, now_s: u32) -> Vec<String> {
        let (mut held, _) = self.read(header, now_s);
        if let Some(id) = held.profile.id {
            self.mailboxes.remove(&id);
        }
        held.forget(now_s);
        held.profile.enforce(false, false);
        held.agree();
        self.answered(held)
    }

    fn answered(&self, mut held: Held<'_>) -> Vec<String> {
        let mut cookies = vec![self.scope.answer(&mut held, &self.keys)];
        if held.profile.id.is_none() {
            cookies.extend(held.has_cookie().then(|| self.scope.delete_cookie()));
        } else {
            cookies.extend(self.scope.update(&held, &self.keys));
        }
        cookies
    }

    /// The shop's server posts an order.
    pub(crate) fn post(&mut self, visitor: [u8; 16], id: &str, now_ms: u64) {
        let mailbox = self.mailboxes.entry(visitor).or_default();
        mailbox.last = now_ms.max(mailbox.last + 1);
        let order = Order {
            id: id.into(),
            total_minor: 100,
            at_s: u32::try_from(now_ms / 1_000).unwrap(),
            skus: vec!["a".into()],
        };
        mailbox.rows.push(Row { mail: Mail { number: mailbox.last, body: MailBody::Order(order) }, shown_s: None });
    }

    /// The rows above what a cookie shows, as `src/edge/mailbox` keeps and erases them.
    fn take(&mut self, visitor: [u8; 16], shown: u64, now_s: u32) -> Vec<Mail> {
        let Some(mailbox) = self.mailboxes.get_mut(&visitor) else { return Vec::new() };
        for row in mailbox.rows.iter_mut().filter(|row| row.mail.number > shown) {
            row.shown_s = None;
        }
        let old = |at_s: u32| at_s < now_s.saturating_sub(MAILBOX_KEEP_S);
        mailbox.rows.retain(|row| row.mail.number > shown || !row.shown_s.is_some_and(old));
        for row in mailbox.rows.iter_mut().filter(|row| row.mail.number <= shown && row.shown_s.is_none()) {
            row.shown_s = Some(now_s);
        }
        let waiting = mailbox.rows.iter().filter(|row| row.mail.number > shown);
        waiting.take(MAIL_MAX).map(|row| row.mail.clone()).collect()
    }
}
