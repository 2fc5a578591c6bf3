//! From a request to an answer, in one synchronous call.

use super::answer::{Answer, Insert};
use super::asked_plan::Decided;
use super::content::Told;
use super::document::page_lang;
use super::input::DecisionInput;
use super::page_core::PageCore;
use super::request::{Request, RequestError};
use crate::bundle::Body;
use crate::decide::{Reason, SlotDecision};
use crate::explain::Account;
use crate::html;
use crate::limits::EXPLAIN_HEADER_BYTES_MAX;
use crate::loaded::Loaded;
use crate::number::decimal::whole;
use crate::profile::Choice;
use crate::render::{self, Fill};
use alloc::string::String;
use alloc::vec::Vec;

impl PageCore {
    /// Decides a page. `prelude` is the first bytes of its body, which name its language.
    ///
    /// # Errors
    /// [`RequestError`] when the request text is not as agreed; then the page is the origin's.
    pub fn open(&self, request: &str, prelude: &[u8]) -> Result<Vec<u8>, RequestError> {
        let request = Request::parse(request)?;
        Ok(self.answer(&request, prelude).encode())
    }

    /// Decides a page, as a value. What is no page stays as it is, and nothing is decided or counted.
    pub fn answer(&self, request: &Request, prelude: &[u8]) -> Answer {
        match page_lang(request, prelude) {
            Ok(lang) => {
                let mut visit = self.visit(request);
                self.answer_from(request, &self.input(request, &mut visit, lang, true))
            }
            Err(untouched) => {
                let Loaded { version, slots, .. } = &*self.loaded;
                let count = whole(slots.len() as u64);
                let summary =
                    ["bundle=", version.as_str(), ", filled=0/", &count, ", untouched=", untouched.key()].concat();
                Answer { summary, ..Answer::default() }
            }
        }
    }

    fn answer_from(&self, request: &Request, input: &DecisionInput) -> Answer {
        let DecisionInput { effective, preview, must_go, .. } = input;
        let facts = input.facts();
        let mut account = Account::default();
        let (slots, exposures, mut evaluation) = self.decide_noting(input, &mut account);
        // A page sets no cookie: a slow one would undo what came between. It may delete what nothing allows any more.
        let deletes = *must_go && request.document && !request.prefetch && !facts.context.device.bot;
        let mut answer = Answer {
            summary: self.summary(request, input, &slots),
            set_cookie: if deletes { self.scope.delete_cookie() } else { String::new() },
            ..Answer::default()
        };
        if (request.measure || preview.is_some()) && !facts.context.device.bot {
            let decided = Decided { slots: &slots, account: &account, told: Told::Checks, exposures, handout: None };
            let plan = self.plan_of(request, input, decided, &mut evaluation);
            let scripts = [
                ("page", request.measure),
                ("log", request.measure && preview.is_none() && effective.personalization == Choice::Granted),
                ("local", request.measure && request.local && preview.is_none()),
                ("overlay", preview.is_some()),
            ];
            answer.tail = tail(&plan, request.nonce, scripts);
            if preview.is_some() {
                answer.summary.push('\n');
                if plan.len() <= EXPLAIN_HEADER_BYTES_MAX {
                    answer.summary.push_str(&plan);
                }
            }
        }
        self.place(slots, facts.page.locale, request.utf8, &mut answer);
        answer
    }

    /// What the response header says: the bundle, how many slots are filled, consent, the cookie's size, how many campaigns
    /// are switched off where any is, how many contents of a draft are left out where any is, and for a robot how it was known as one.
    fn summary(&self, request: &Request, input: &DecisionInput, slots: &[SlotDecision]) -> String {
        let filled = slots.iter().filter(|slot| slot.fill.is_some()).count();
        let consent = input.effective.personalization.word();
        let Loaded { version, .. } = &*self.loaded;
        let cookie = input.cookie_chars;
        let robot = if request.robot.is_empty() { "" } else { ", robot=" };
        let [filled, of, cookie] = [filled, slots.len(), cookie].map(|number| whole(number as u64));
        let killed = match self.killed.len() {
            0 => String::new(),
            campaigns => [", killed=", &whole(campaigns as u64)].concat(),
        };
        let left_out = match slots.iter().filter(|slot| slot.reason == Reason::Scripts).count() {
            0 => String::new(),
            contents => [", left-out=", &whole(contents as u64)].concat(),
        };
        let pieces = [
            "bundle=",
            version,
            ", filled=",
            &filled,
            "/",
            &of,
            ", consent=",
            consent,
            ", cookie=",
            &cookie,
            &killed,
            &left_out,
            robot,
            request.robot,
        ];
        pieces.concat()
    }

    /// Gives the scanner its targets, and the answer the fills in their order.
    fn place(&self, slots: Vec<SlotDecision>, locale: usize, utf8: bool, answer: &mut Answer) {
        let mut targets = Vec::with_capacity(slots.len());
        answer.fills.reserve(slots.len());
        for (slot, decision) in self.loaded.slots.iter().zip(slots) {
            let (Some(slot), Some(fill)) = (slot, decision.fill) else { continue };
            let insert = match fill {
                Fill::Html(html) if utf8 => Insert::Html(html + render::MARK),
                Fill::Html(html) => Insert::Html(html::ascii_references(&html).into_owned() + render::MARK),
                Fill::Fields(texts) => {
                    let body = decision.content.and_then(|content| self.loaded.body(content, locale));
                    let Some(Body::Fields(fields)) = body else { continue };
                    Insert::Edits(render::marked_edits(fields, slot, &texts, utf8))
                }
            };
            let index = u16::try_from(answer.fills.len()).unwrap_or(u16::MAX);
            targets.push((index, &slot.selector));
            answer.fills.push(insert);
        }
        if targets.is_empty() && answer.tail.is_empty() {
            return;
        }
        match html::scan_start_of(targets.into_iter(), !answer.tail.is_empty()) {
            Ok(state) => answer.scanner = state,
            // More selectors than a state holds: the compiler refuses such a site; here the page stays as it is.
            Err(_) => answer.fills = Vec::new(),
        }
    }
}

/// The plan, and the scripts that are wanted: of the page, of the log for who has agreed, of the overlay for a preview. JSON in a
/// data block is no script, so only the scripts need the nonce.
fn tail(plan: &str, nonce: &str, scripts: [(&str, bool); 4]) -> String {
    let is_valid = nonce.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'='));
    let nonce = if nonce.is_empty() || !is_valid { String::new() } else { [" nonce=\"", nonce, "\""].concat() };
    let mut tail = String::with_capacity(plan.len() + 256);
    for piece in ["<script type=\"application/json\" id=\"attune-plan\">", plan, "</script>"] {
        tail.push_str(piece);
    }
    for (name, wanted) in scripts {
        if wanted {
            for piece in ["<script src=\"/_attune/", name, ".js\" async", &nonce, "></script>"] {
                tail.push_str(piece);
            }
        }
    }
    tail
}
