//! What the ledger is told: exposures, goals, orders, erasures. It is Durable Objects of the control Worker, one for each
//! shard of the visitors, written in JavaScript; SPEC.md has its messages.

mod causes;
mod goals;
mod pairs;
mod report;

pub(crate) use causes::{answered, refused_many};
pub(crate) use goals::{GoalChange, Happened, OrderGoal, changes_of, goals_of_order};
pub(crate) use pairs::{Counters, Pairs};
pub(crate) use report::{Reporter, expose_by, report};

use crate::object;
use crate::reply::Problem;
use attune_core::codec::{fnv1a, to_hex};
use attune_core::profile::Profile;
use serde::Serialize;
use worker::Env;

const BINDING: &str = "LEDGER";
/// The variable with the number of shards.
const SHARDS: &str = "LEDGER_SHARDS";
const SHARDS_MAX: u32 = 16;
/// Exposures of a unit in one message.
const EXPOSURES_MAX: usize = 32;
/// Counters of one message.
const COUNTS_MAX: usize = 256;
/// After how long the script tries again when the ledger does not take something, in seconds.
const RETRY_AFTER_S: u32 = 30;

/// What happened to some units, for one shard.
#[derive(Debug, Serialize)]
struct Message<'a> {
    now_s: u32,
    /// Descriptive counters by name.
    counts: Counters,
    units: Vec<&'a UnitReport>,
}

/// What happened to one unit.
#[derive(Debug, Default, Serialize)]
pub(crate) struct UnitReport {
    pub(crate) unit: String,
    pub(crate) exposures: Vec<Exposed>,
    pub(crate) events: Vec<Counted>,
}

impl UnitReport {
    /// Adds an exposure: of each experiment the earliest counts.
    fn expose(&mut self, exposed: Exposed) {
        match self.exposures.iter_mut().find(|known| known.experiment == exposed.experiment) {
            Some(known) if known.minute <= exposed.minute => {}
            Some(known) => *known = exposed,
            None => self.exposures.push(exposed),
        }
    }

    /// The same in parts that a message may hold.
    fn in_parts(mut self) -> Vec<Self> {
        let mut parts = Vec::new();
        while self.exposures.len() > EXPOSURES_MAX {
            let exposures = self.exposures.split_off(self.exposures.len() - EXPOSURES_MAX);
            parts.push(Self { unit: self.unit.clone(), exposures, events: Vec::new() });
        }
        parts.push(self);
        parts
    }
}

/// An exposure of a unit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Exposed {
    /// Key and phase of the campaign, or `site/0`.
    pub(crate) experiment: String,
    pub(crate) arm: String,
    pub(crate) epoch: u8,
    pub(crate) minute: u32,
    pub(crate) slices: Pairs<&'static str, String>,
    /// Covariates: `orders`, `value` in hundredths, `visits`.
    pub(crate) x: Pairs<&'static str, u64>,
    /// For how long the row is kept, in seconds.
    pub(crate) keep_s: u32,
}

/// An event that some goals count.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Counted {
    pub(crate) id: String,
    pub(crate) at_s: u32,
    pub(crate) goals: Vec<GoalChange>,
}

/// An order, or what was paid back of it.
#[derive(Debug, Serialize)]
pub(crate) struct OrderMessage<'a> {
    pub(crate) now_s: u32,
    pub(crate) order: String,
    pub(crate) key: String,
    pub(crate) kind: &'a str,
    /// In hundredths; `None` for all of it.
    pub(crate) value: Option<u64>,
    pub(crate) at_s: u32,
    pub(crate) units: Vec<String>,
    pub(crate) goals: Vec<OrderGoal>,
}

#[derive(Serialize)]
struct Forgotten<'a> {
    now_s: u32,
    units: &'a [String],
}

/// The units of a profile: its visitor's and its customer's.
pub(crate) fn units_of(profile: &Profile) -> Vec<String> {
    units(profile.id.as_ref(), profile.customer.as_ref()).into_iter().flatten().collect()
}

/// The units of a visitor and of a customer, where they are known.
pub(crate) fn units(visitor: Option<&[u8; 16]>, customer: Option<&[u8; 16]>) -> [Option<String>; 2] {
    let unit = |kind: &str, id: &[u8; 16]| [kind, &to_hex(id)].concat();
    [visitor.map(|id| unit("v:", id)), customer.map(|id| unit("c:", id))]
}

/// The same, of which nothing has happened yet.
pub(crate) fn reports(visitor: Option<&[u8; 16]>, customer: Option<&[u8; 16]>) -> [Option<UnitReport>; 2] {
    units(visitor, customer).map(|unit| unit.map(|unit| UnitReport { unit, ..UnitReport::default() }))
}

/// Tells the shards of all units what happened to them, with what was refused since the last time.
///
/// # Errors
/// 503 with `Retry-After` when a shard does not take it: whoever sent it has to send it again.
pub(crate) async fn take(env: &Env, now_s: u32, mut counts: Counters, units: Vec<UnitReport>) -> Result<(), Problem> {
    let units: Vec<UnitReport> = units.into_iter().flat_map(UnitReport::in_parts).collect();
    let own = counts.0.len().min(COUNTS_MAX);
    causes::keep(Pairs(counts.0.split_off(own)));
    let mut waiting = causes::taken(COUNTS_MAX - own);
    counts.add_all(waiting.clone());
    let shards = shards(env);
    for shard in 0..shards {
        let units: Vec<&UnitReport> = units.iter().filter(|unit| shard_of(&unit.unit, shards) == shard).collect();
        let counts = core::mem::take(&mut counts);
        if !units.is_empty() || !counts.0.is_empty() {
            let asked = ask(env, shard, "take", text_of(&Message { now_s, counts, units })?).await;
            // The first message has the counters. Whoever sent the events sends them again, and nobody the others.
            let waiting = core::mem::take(&mut waiting);
            if asked.is_err() {
                causes::keep(waiting);
            }
            asked?;
        }
    }
    Ok(())
}

/// Tells the shard of an order about it.
///
/// # Errors
/// 503 with `Retry-After` when it does not take it.
pub(crate) async fn order(env: &Env, message: &OrderMessage<'_>) -> Result<(), Problem> {
    ask(env, fnv1a(&message.order) % shards(env), "order", text_of(message)?).await
}

/// Erases what the ledger holds of these units; the sums keep what they contributed.
///
/// # Errors
/// 503 when a shard does not answer: nothing that was to be forgotten may stay behind unsaid.
pub(crate) async fn forget(env: &Env, now_s: u32, units: Vec<String>) -> Result<(), Problem> {
    if units.is_empty() {
        return Ok(());
    }
    let shards = shards(env);
    // An order is in a shard of its own, with the units that it is of and what is on its way to them. The units' own shards come
    // last, so that nothing arrives there afterwards.
    let is_own = |shard: &u32| units.iter().any(|unit| shard_of(unit, shards) == *shard);
    let (own, others): (Vec<u32>, Vec<u32>) = (0..shards).partition(is_own);
    for shard in others.into_iter().chain(own) {
        ask(env, shard, "forget", text_of(&Forgotten { now_s, units: &units })?).await?;
    }
    Ok(())
}

fn shards(env: &Env) -> u32 {
    let count = env.var(SHARDS).ok().and_then(|count| count.to_string().parse::<u32>().ok());
    count.unwrap_or(1).clamp(1, SHARDS_MAX)
}

fn shard_of(unit: &str, shards: u32) -> u32 {
    let digits = unit.get(2..10).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    digits.unwrap_or(0) % shards
}

fn text_of(message: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(message).map_err(Problem::internal)
}

async fn ask(env: &Env, shard: u32, path: &str, body: String) -> Result<(), Problem> {
    // A deployment from before the ledger has none: nothing is measured, and nothing else fails.
    if env.durable_object(BINDING).is_err() {
        return Ok(());
    }
    let answer = async {
        let mut response = object::post(env, BINDING, &format!("ledger-{shard}"), path, body).await?;
        let status = response.status_code();
        let text = if status == 200 { String::new() } else { response.text().await? };
        Ok::<_, worker::Error>((status, text))
    };
    match answer.await {
        Ok((200, _)) => Ok(()),
        Ok((503, _)) => Err(busy()),
        // What is refused once is refused again: whoever sent it has to leave out what is wrong with it.
        Ok((400 | 413, text)) => {
            worker::console_error!("attune: the ledger refused {path}: {text}");
            Err(Problem::new(400, "not_countable", "the ledger refuses this"))
        }
        Ok((status, text)) => Err(Problem::internal(format!("the ledger answered {path} with {status}: {text}"))),
        Err(error) => {
            worker::console_error!("attune: ledger: {error}");
            Err(busy())
        }
    }
}

fn busy() -> Problem {
    Problem::new(503, "busy", "this cannot be counted now; send it again").retry_after(RETRY_AFTER_S)
}
