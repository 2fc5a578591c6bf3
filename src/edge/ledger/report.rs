//! From the events of a beacon to what the ledger is told.

use super::causes::{refused, refused_many, waiting};
use super::{Counted, Counters, Exposed, Happened, Pairs, UnitReport, changes_of, take};
use crate::call::Call;
use crate::reply::Problem;
use attune_core::bundle::{Covariate, RuleTrust, Slice, UnitKind};
use attune_core::context::DEVICE_KINDS;
use attune_core::limits::{ERASE_MARGIN_S, PAGE_TOKEN_TTL_S};
use attune_core::loaded::{CampaignOutline, Outline};
use attune_core::profile::json::{CLICK, EXPOSURE, Report};
use attune_core::profile::{PageToken, SiteArm, TokenError, experiment_hash, open_page};

/// The experiment that compares the site with its holdout.
const SITE: &str = "site/0";
/// The arm of whoever is held out.
const HOLDOUT: &str = "holdout";
/// Rows live for this long after the longest window, in seconds.
const KEEP_S: u32 = 7 * 86_400;
/// So many refusals are told to the ledger even if nothing else is.
const REFUSALS_MAX: u32 = 64;

/// Whose events they are.
pub(crate) struct Reporter<'a> {
    pub(crate) id: &'a [u8; 16],
    pub(crate) customer: Option<&'a [u8; 16]>,
    /// Id of the log that the events have their numbers in.
    pub(crate) log: u32,
    /// Moment of the last erasure.
    pub(crate) erased_s: u32,
    /// Names of the impressions and losses that are new: `seen/KEY/ARM`.
    pub(crate) counts: Counters,
}

/// Tells the ledger what these events say. Each is refused or counted by itself.
///
/// # Errors
/// 503 when the ledger does not take it.
pub(crate) async fn report(call: &Call<'_>, mut reporter: Reporter<'_>, reports: &[Report]) -> Result<(), Problem> {
    let now_s = call.facts.context.now_s;
    let mut units = super::reports(Some(reporter.id), reporter.customer);
    for report in reports {
        if report.at_s.saturating_add(ERASE_MARGIN_S) <= reporter.erased_s {
            refused("erased");
            continue;
        }
        if !report.recommended.is_empty() {
            recommended(call.outline, report, &mut reporter.counts);
        } else if &*report.name == EXPOSURE {
            match open_page(report.token.as_bytes(), reporter.id, &call.keys, now_s) {
                Ok(token) => expose(call.outline, &seen_of(token, report), &mut units),
                Err(error) => refused(cause_of(error)),
            }
        } else if let Some(counted) = counted(call.outline, reporter.log, report, now_s) {
            for unit in units.iter_mut().flatten() {
                unit.events.push(counted.clone());
            }
        }
    }
    let units: Vec<UnitReport> =
        units.into_iter().flatten().filter(|unit| !(unit.exposures.is_empty() && unit.events.is_empty())).collect();
    if units.is_empty() && reporter.counts.0.is_empty() && waiting() < REFUSALS_MAX {
        return Ok(());
    }
    take(&call.env, now_s, reporter.counts, units).await
}

/// Counts products that were seen or clicked, by strategy and by source.
fn recommended(outline: &Outline, report: &Report, counts: &mut Counters) {
    let of = &report.recommended;
    let has_strategy = !report.strategy.is_empty();
    let name = if has_strategy { format!("{of}/{}", report.strategy) } else { of.to_string() };
    // A counter for each name that somebody makes up would leave none for others: a day has so many.
    if !outline.recommends.contains(&name) {
        return refused("not_published");
    }
    let is_click = &*report.name == CLICK;
    let what = if is_click { "clicked" } else { "seen" };
    if has_strategy {
        counts.add(format!("strategy/{name}/{what}"), 1);
    }
    for source in &report.sources {
        counts.add(format!("source/{of}/{}/{what}", source.key()), 1);
    }
    if is_click && report.sources.is_empty() {
        counts.add(format!("source/{of}/unknown/{what}"), 1);
    }
}

/// Adds what the page token of a decision says, which the shop's server brings for the visitor with this id.
///
/// # Errors
/// 400 when it is not a token of this visitor.
pub(crate) fn expose_by(
    call: &Call<'_>,
    token: &str,
    id: &[u8; 16],
    units: &mut [Option<UnitReport>; 2],
) -> Result<(), Problem> {
    let now_s = call.facts.context.now_s;
    let token = open_page(token.as_bytes(), id, &call.keys, now_s).map_err(|error| {
        Problem::new(400, "bad_token", format!("token: {error}; it is the token of this visitor's decision"))
    })?;
    expose(call.outline, &token, units);
    Ok(())
}

/// What a page exposed its visitor to: all of its token, or, where the browser decided it, what that says of it, when it says so.
fn seen_of(mut token: PageToken, report: &Report) -> PageToken {
    if let Some(of) = &report.of {
        let seen: Vec<u32> = of.split(',').filter_map(|hash| u32::from_str_radix(hash, 16).ok()).collect();
        token.exposures.retain(|exposure| seen.contains(&exposure.experiment));
        token.minute = token.minute.max(report.at_s / 60);
    }
    token
}

/// Why a token was refused, in a word.
fn cause_of(error: TokenError) -> &'static str {
    match error {
        TokenError::Expired(_) => "token_expired",
        TokenError::TooLasting(_) => "token_of_the_future",
        // A forged one, another visitor's or another site's: one cannot be told from the other.
        TokenError::Mac => "token_not_of_this_visitor",
        TokenError::Key(_) => "token_of_unknown_key",
        _ => "token_malformed",
    }
}

/// Adds what a token says to the units of visitor and customer.
fn expose(outline: &Outline, token: &PageToken, units: &mut [Option<UnitReport>; 2]) {
    let [visitor, customer] = units;
    let keep_s = outline.measurement.goals.iter().map(|goal| goal.window_s).max().unwrap_or(0).saturating_add(KEEP_S);
    let exposed = |experiment: String, arm: &str, epoch: u8| Exposed {
        experiment,
        arm: arm.to_owned(),
        epoch,
        minute: token.minute,
        slices: slices(outline, token),
        x: covariates(outline, token),
        keep_s,
    };
    let site = match token.site {
        SiteArm::None => None,
        SiteArm::Personalized => Some("personalized"),
        SiteArm::Holdout => Some(HOLDOUT),
    };
    if let (Some(arm), Some(visitor)) = (site, visitor.as_mut()) {
        visitor.expose(exposed(SITE.into(), arm, 0));
    }
    refused_many("exposures_beyond_the_token", usize::from(token.is_cut));
    for exposure in &token.exposures {
        let named = |campaign: &&CampaignOutline| experiment_hash(&campaign.key, campaign.phase) == exposure.experiment;
        let Some(campaign) = outline.campaigns.iter().filter(|campaign| campaign.is_measured).find(named) else {
            refused("experiment_not_running");
            continue;
        };
        let arm = match exposure.arm {
            None => HOLDOUT,
            // A campaign with a holdout alone has one arm, without a name.
            Some(arm) => match campaign.arms.get(usize::from(arm)).map(String::as_str) {
                Some("") => "campaign",
                Some(key) => key,
                None => {
                    refused("not_published");
                    continue;
                }
            },
        };
        let unit = if campaign.unit == UnitKind::Customer { customer.as_mut() } else { visitor.as_mut() };
        if let Some(unit) = unit {
            unit.expose(exposed(format!("{}/{}", campaign.key, campaign.phase), arm, exposure.epoch));
        }
    }
}

/// What goals ask of the time before the exposure: each costs rows of sums.
fn covariates(outline: &Outline, token: &PageToken) -> Pairs<&'static str, u64> {
    let asked = outline.measurement.goals.iter().filter_map(|goal| goal.covariate);
    let value = |covariate: Covariate| match covariate {
        Covariate::Orders => token.orders.into(),
        Covariate::Value => token.value_major() * 100,
        Covariate::Visits => token.visits.into(),
    };
    let mut pairs = Pairs(Vec::new());
    for covariate in asked {
        if !pairs.0.iter().any(|(known, _)| *known == covariate.word()) {
            pairs.0.push((covariate.word(), value(covariate)));
        }
    }
    pairs
}

fn slices(outline: &Outline, token: &PageToken) -> Pairs<&'static str, String> {
    let value = |slice: &Slice| match slice {
        Slice::Device => {
            let kind = usize::from(token.device).checked_sub(1).and_then(|at| DEVICE_KINDS.get(at));
            kind.map_or("unknown", |kind| kind).to_owned()
        }
        Slice::Visitor => if token.returning { "returning" } else { "new" }.to_owned(),
        Slice::Customer => if token.orders > 0 { "with orders" } else { "without orders" }.to_owned(),
        Slice::Country => match core::str::from_utf8(&token.country) {
            Ok(code) if code.bytes().all(|byte| byte.is_ascii_uppercase()) => code.to_owned(),
            _ => "unknown".to_owned(),
        },
    };
    Pairs(outline.measurement.slices.iter().map(|slice| (slice.word(), value(slice))).collect())
}

/// What goals count of an event; `None` where none does.
fn counted(outline: &Outline, log: u32, report: &Report, now_s: u32) -> Option<Counted> {
    let is_own_currency = report.currency.is_empty() || &*report.currency == outline.site.currency();
    let happened =
        Happened { name: &report.name, value_centi: report.value_centi, is_own_currency, trust: RuleTrust::Browser };
    let goals = changes_of(&happened, &outline.measurement.goals);
    if !is_own_currency && outline.measurement.goals.iter().any(|goal| goal.valued && *goal.event == *report.name) {
        refused("other_currency");
    }
    if goals.is_empty() {
        return None;
    }
    if now_s.saturating_sub(report.at_s) >= PAGE_TOKEN_TTL_S {
        refused("too_late");
        return None;
    }
    // An order that is reported twice counts once, however often the page is loaded again.
    let id = match report.transaction {
        Some(transaction) => format!("t:{transaction:08x}-{}", report.name),
        None => format!("{log:08x}-{}", report.number),
    };
    Some(Counted { id, at_s: report.at_s, goals })
}
