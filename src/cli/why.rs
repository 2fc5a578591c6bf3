//! `attune why`: the reasons of a page in plain sentences, for the person who asks why it looks so.

use crate::args::WhyOptions;
use crate::decide::moment;
use crate::failure::Failure;
use crate::scene::Scene;
use crate::visitor::visitor;
use crate::words::{need, span};
use crate::{config, io};
use attune_core::bundle::Campaign;
use attune_core::decide::{Reason, SlotDecision};
use attune_core::explain::{self, Account, Condition, Finding, What};
use attune_core::loaded::Loaded;
use attune_core::profile::{Choice, Effective};
use attune_core::segment::{Evaluation, Truth, UnknownReason};

pub(crate) fn why(options: &WhyOptions) -> Result<(), Failure> {
    let shop = config::read(&options.dir)?.shop(&options.dir, &options.artifacts)?;
    let now_s = moment(options.moment.now.as_deref())?;
    let (visitor, name) = visitor(&options.visitor, now_s)?;
    let mut scene = Scene::new(visitor, &name, &options.url, now_s)?;
    scene.lang.clone_from(&options.moment.lang);
    let text = scene.decide(&shop, Account::default(), |account, evaluation, slots, effective| {
        let story = Story { loaded: &shop.loaded, account };
        let mut paragraphs = vec![opening(&options.url, &name, evaluation, effective)];
        for (index, slot) in slots.iter().enumerate() {
            paragraphs.extend(story.slot(index, slot, evaluation));
        }
        paragraphs.join("\n")
    })?;
    io::print(&text)
}

fn opening(url: &str, name: &str, evaluation: &Evaluation, effective: Effective) -> String {
    let kind = evaluation.facts.page.kind;
    let page = if kind.is_empty() { "a page of no type".to_owned() } else { format!("a page of the type {kind}") };
    let consent = match effective.personalization {
        Choice::Granted => "has agreed to personalization",
        Choice::Denied => "has refused personalization, so nothing that is remembered of them counts",
        Choice::Unknown => {
            "has not been asked for consent or not answered, so nothing that is remembered of them counts"
        }
    };
    format!("{url} is {page}. The visitor \"{name}\" {consent}.\n")
}

struct Story<'a> {
    loaded: &'a Loaded,
    account: &'a Account,
}

impl Story<'_> {
    fn slot(&self, index: usize, decision: &SlotDecision, evaluation: &mut Evaluation) -> Option<String> {
        let slot = self.loaded.slots.get(index)?.as_ref()?;
        let mut sentences = vec![self.headline(&slot.key, decision)];
        let winner = decision.campaign.and_then(|at| Some((at, self.loaded.campaigns.get(at)?.as_ref()?)));
        if let Some((at, campaign)) = winner {
            let reasons = self.reasons(campaign, Truth::True, evaluation);
            if !reasons.is_empty() {
                sentences.push(format!("The conditions of \"{}\" hold: {}.", campaign.key, reasons.join("; ")));
            }
            sentences.extend(self.chance(at, campaign, decision));
            if let Some(cap) = explain::cap_state(campaign, evaluation) {
                let (seen, per) = (times(cap.seen), span(cap.per_s));
                sentences.push(format!("It may be seen {} in {per}, and has been seen {seen}.", times(cap.allowed)));
            }
        }
        for passed in self.account.passed_for(index) {
            let Some(Some(campaign)) = self.loaded.campaigns.get(passed.campaign) else { continue };
            sentences.push(self.passed(campaign, passed.reason, winner.map(|(_, campaign)| campaign), evaluation));
        }
        Some(sentences.join("\n  ") + "\n")
    }

    fn headline(&self, slot: &str, decision: &SlotDecision) -> String {
        let campaign = decision.campaign.and_then(|index| self.loaded.campaigns.get(index)?.as_ref());
        let content = decision.content.and_then(|index| self.loaded.contents.get(index)?.as_ref());
        match (campaign, content) {
            _ if decision.reason == Reason::NotOnPage => format!("{slot}: {}.", decision.reason.sentence()),
            (Some(campaign), Some(content)) => {
                format!("{slot} shows \"{}\", from the campaign \"{}\".", content.key, campaign.key)
            }
            (Some(campaign), None) => {
                let why = decision.reason.sentence();
                format!("{slot} shows the shop's own content: \"{}\" has the place, but {why}.", campaign.key)
            }
            _ => format!("{slot} shows the shop's own content: {}.", decision.reason.sentence()),
        }
    }

    /// Who drew which arm.
    fn chance(&self, index: usize, campaign: &Campaign, decision: &SlotDecision) -> Option<String> {
        let arm = campaign.arms.get(decision.arm?)?;
        let draw = self.account.draws_of(Some(index)).last()?;
        let bucket = draw.bucket;
        Some(format!("It is an experiment: the visitor is in the arm \"{}\", by bucket {bucket} of 10,000.", arm.key))
    }

    fn passed(
        &self,
        campaign: &Campaign,
        reason: Reason,
        winner: Option<&Campaign>,
        evaluation: &mut Evaluation,
    ) -> String {
        let key = &campaign.key;
        match (reason, winner) {
            (Reason::LostSlot, Some(winner)) => format!(
                "\"{key}\" wants this place too, but \"{}\" comes first: priority {} against {}.",
                winner.key, winner.priority, campaign.priority
            ),
            (Reason::NotEligible | Reason::Unknown, _) => {
                let verdict = if reason == Reason::Unknown { Truth::Unknown } else { Truth::False };
                let reasons = self.reasons(campaign, verdict, evaluation);
                format!("\"{key}\" does not show: {}.", reasons.join("; "))
            }
            _ => format!("\"{key}\" does not show: {}.", reason.sentence()),
        }
    }

    /// The tests that made a campaign's condition what it is, each in words.
    fn reasons(&self, campaign: &Campaign, verdict: Truth, evaluation: &mut Evaluation) -> Vec<String> {
        let Some(condition) = explain::condition(self.loaded, &campaign.eligible, evaluation) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        blame(&condition, verdict, true, &mut found);
        let mut reasons: Vec<String> = Vec::new();
        for (finding, wanted) in found {
            let reason = self.reason(&finding, wanted);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    fn reason(&self, finding: &Finding, wanted: bool) -> String {
        let Some(Some(atom)) = self.loaded.conditions.atoms.get(finding.index as usize) else {
            return finding.atom.clone();
        };
        let name = explain::subject(&atom.subject);
        let spec = atom.subject.attribute.spec();
        let is = match finding.unknown_reason {
            Some(UnknownReason::NoConsent) => format!("{name} may not be used without consent"),
            Some(UnknownReason::Absent) => format!("{name} is not known"),
            None => format!("{name} is {}", crate::words::value(spec.kind, &finding.value)),
        };
        let must = if wanted { "has to be" } else { "must not be" };
        format!("{is} ({must} {})", need(atom, spec.kind))
    }
}

/// The leaves that make a condition's verdict what it is; with each, whether it is wanted to hold.
fn blame(condition: &Condition, verdict: Truth, wanted: bool, found: &mut Vec<(Finding, bool)>) {
    match &condition.what {
        What::Atom(finding) => found.push((finding.clone(), wanted)),
        What::Not => {
            for part in &condition.parts {
                blame(part, part.verdict, !wanted, found);
            }
        }
        What::Segment(..) => {
            for part in &condition.parts {
                blame(part, verdict, wanted, found);
            }
        }
        What::All | What::Any | What::Choose => {
            let same: Vec<&Condition> = condition.parts.iter().filter(|part| part.verdict == verdict).collect();
            let parts = if same.is_empty() { condition.parts.iter().collect() } else { same };
            for part in parts {
                blame(part, part.verdict, wanted, found);
            }
        }
        What::Const | What::Disabled => {}
    }
}

fn times(count: u8) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
