//! Rotation and its alternatives, measured on replayed sessions: what each costs in relevance and gives in variety.

use super::prefix::{latest, prefixes};
use crate::items::UNKNOWN;
use crate::sessions::Sessions;
use attune_core::artifacts::index::{Index, Query, Scored, Scratch};
use attune_core::profile::ShownProducts;
use attune_core::recommend::later;

/// Products in a view.
pub const LIST_LEN: usize = VIEW_LEN as usize;
const VIEW_LEN: u8 = 8;
/// Products that a list is made of, as at the edge.
const CANDIDATES: usize = 64;
/// Views of a visitor who clicks nothing.
const IDLE_VIEWS: usize = 10;

/// The time of all views: a session ends long before a count is halved.
const NOW_S: u32 = 0;

/// How lists change with the products that were shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Policy {
    /// They do not change.
    Greedy,
    /// A product that was shown comes later in the list ([`later`]).
    Rotation(f32),
    /// A score is divided by 1 + this * times shown (impression discounting: Lee, Lakshmanan, Tiwari and Shah, KDD 2014).
    ScoreDiscount(f32),
    /// The sum of weights, whose root is the score, is divided in the same way.
    SumDiscount(f32),
    /// A product that was shown this often is left out.
    FrequencyCap(f32),
    /// A product that was shown is left out.
    Exclusion,
}

impl Policy {
    /// The key that products are sorted by, ascending. `place` is among the candidates; `score` is negative for a popular
    /// product that no click led to.
    fn order(self, place: u16, score: f32, times_shown: f32) -> f32 {
        let divided = |divisor: f32| if score < 0.0 { -score * divisor } else { -score / divisor };
        match self {
            Self::Greedy | Self::FrequencyCap(_) | Self::Exclusion => f32::from(place),
            Self::Rotation(strength) => later(place, VIEW_LEN, strength, times_shown),
            Self::ScoreDiscount(strength) => divided(1.0 + strength * times_shown),
            Self::SumDiscount(strength) => divided((1.0 + strength * times_shown).sqrt()),
        }
    }
}

/// Strengths that are tried for a shop, rising: what a configuration may say as `rotation`.
const STRENGTHS: [f32; 19] =
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5, 10.0];

/// The largest strength that costs at most `price` (a share) of the NDCG@8 of `greedy`, as all smaller ones do, with its
/// figures; 0 if there is none.
pub fn strongest<B: AsRef<[u8]>>(
    index: &Index<B>,
    sessions: &Sessions,
    greedy: RotationMetrics,
    price: f64,
) -> (f32, RotationMetrics) {
    let mut best = (0.0, greedy);
    for strength in STRENGTHS {
        let figures = replay(index, sessions, Policy::Rotation(strength));
        if figures.ndcg8 < greedy.ndcg8 * (1.0 - price) {
            break;
        }
        best = (strength, figures);
    }
    best
}

/// Figures of one policy.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RotationMetrics {
    /// Share of places, from the second view of a session on, with a product of an earlier view.
    pub repetition: f64,
    /// Mean NDCG@8 of a view for the next click.
    pub ndcg8: f64,
    /// Share of the products clicked from the second click on that some view had shown before.
    pub discovery: f64,
    /// Mean number of distinct products over ten views without a click.
    pub idle_products: f64,
    /// Share of those views that show the same products in the same order as the one before.
    pub idle_identical: f64,
    /// Mean share of the products of those views that the view before did not have.
    pub idle_new: f64,
    /// Number of views.
    pub views: u64,
}

/// Replays every session: after each click a view, whose products then count as shown.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub fn replay<B: AsRef<[u8]>>(index: &Index<B>, sessions: &Sessions, policy: Policy) -> RotationMetrics {
    let mut replay = Replay {
        index,
        policy,
        scratch: Scratch::default(),
        recent: Vec::new(),
        shown_products: ShownProducts::default(),
    };
    let mut sums = Sums::default();
    let mut idle_sessions = 0u64;
    for clicks in sessions.iter() {
        replay.shown_products = ShownProducts::default();
        let mut earlier: Vec<u32> = Vec::new();
        for (views, (prefix, target)) in prefixes(clicks).enumerate() {
            let list = replay.view(prefix);
            sums.views += 1;
            if let Some(place) = list.iter().position(|item| *item == target) {
                sums.gain += 1.0 / (place as f64 + 2.0).log2();
            }
            if views > 0 {
                sums.places += list.len();
                sums.repeated += list.iter().filter(|item| earlier.contains(item)).count();
            }
            for item in list {
                if !earlier.contains(&item) {
                    earlier.push(item);
                }
            }
            if target != UNKNOWN && !prefix.contains(&target) {
                sums.targets += 1;
                sums.discovered += usize::from(earlier.contains(&target));
            }
            replay.shown_products.clicked(target);
        }
        if clicks.len() > 1 {
            let (distinct, identical, new) = replay.idle(clicks);
            sums.new += new;
            sums.idle_products += distinct;
            sums.identical += identical;
            idle_sessions += 1;
        }
    }
    let share = |part: usize, all: usize| part as f64 / (all as f64).max(1.0);
    RotationMetrics {
        repetition: share(sums.repeated, sums.places),
        ndcg8: sums.gain / (sums.views as f64).max(1.0),
        discovery: share(sums.discovered, sums.targets),
        idle_products: sums.idle_products as f64 / (idle_sessions as f64).max(1.0),
        idle_identical: sums.identical as f64 / (idle_sessions as f64).max(1.0) / (IDLE_VIEWS - 1) as f64,
        idle_new: sums.new as f64 / (idle_sessions as f64).max(1.0) / ((IDLE_VIEWS - 1) * LIST_LEN) as f64,
        views: sums.views,
    }
}

#[derive(Default)]
struct Sums {
    views: u64,
    gain: f64,
    places: usize,
    repeated: usize,
    targets: usize,
    discovered: usize,
    idle_products: usize,
    identical: usize,
    new: usize,
}

struct Replay<'a, B> {
    index: &'a Index<B>,
    policy: Policy,
    scratch: Scratch,
    recent: Vec<u32>,
    shown_products: ShownProducts,
}

impl<B: AsRef<[u8]>> Replay<'_, B> {
    /// The list after these clicks; its products then count as shown.
    fn view(&mut self, prefix: &[u32]) -> Vec<u32> {
        latest(prefix, &mut self.recent);
        let mut exclude: Vec<u32> = prefix.last().copied().into_iter().collect();
        let times: Vec<(u32, f32)> = self.shown_products.times(NOW_S).collect();
        let limit = match self.policy {
            Policy::FrequencyCap(limit) => limit,
            Policy::Exclusion => f32::MIN_POSITIVE,
            Policy::Greedy | Policy::Rotation(_) | Policy::ScoreDiscount(_) | Policy::SumDiscount(_) => f32::INFINITY,
        };
        exclude.extend(times.iter().filter(|(_, times)| *times >= limit).map(|(item, _)| *item));
        let query = Query { recent: &self.recent, exclude: &exclude };
        let mut out = [Scored::default(); CANDIDATES];
        let len = self.index.recommend(&query, &mut self.scratch, &mut out);
        let shown = |item: u32| times.iter().find(|(other, _)| *other == item).map_or(0.0, |(_, times)| *times);
        let key = |(place, scored): (u16, &Scored)| {
            let times_shown = shown(scored.item);
            (self.policy.order(place, scored.score, times_shown), times_shown, scored.item)
        };
        let mut candidates: Vec<(f32, f32, u32)> = (0..).zip(out.iter().take(len)).map(key).collect();
        // Of equals the one that was shown less comes first, as at the edge.
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let list: Vec<u32> = candidates.iter().take(LIST_LEN).map(|(_, _, item)| *item).collect();
        self.shown_products.add(list.iter().copied(), NOW_S);
        list
    }

    /// Over ten views without a click: distinct products, views that were like the one before, and products that the
    /// view before did not have.
    fn idle(&mut self, clicks: &[u32]) -> (usize, usize, usize) {
        self.shown_products = ShownProducts::default();
        let (mut distinct, mut before): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        let (mut identical, mut new) = (0, 0);
        for view in 0..IDLE_VIEWS {
            let list = self.view(clicks);
            if view > 0 {
                identical += usize::from(list == before);
                new += list.iter().filter(|item| !before.contains(item)).count();
            }
            distinct.extend(list.iter().copied());
            before = list;
        }
        distinct.sort_unstable();
        distinct.dedup();
        (distinct.len(), identical, new)
    }
}
