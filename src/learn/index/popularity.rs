//! How often products were clicked.

use crate::LearnError;
use crate::sessions::SessionLog;

/// How often products were clicked.
#[derive(Debug, Clone, Default)]
pub struct Popularity {
    /// Clicks of each product.
    pub clicks: Vec<u64>,
    /// Sessions of each product.
    pub sessions: Vec<u32>,
    /// Sessions in all.
    pub sessions_total: u64,
    /// Every product, most clicked first; equal clicks in order of first appearance.
    pub order: Vec<u32>,
}

impl Popularity {
    /// Counts clicks and sessions of `items` products.
    ///
    /// # Errors
    /// When a chunk cannot be read back from disk.
    pub fn of(log: &SessionLog, items: usize) -> Result<Self, LearnError> {
        let mut popularity = Self { clicks: vec![0; items], sessions: vec![0; items], ..Self::default() };
        let mut last_session = vec![u64::MAX; items];
        for chunk in log.chunks() {
            for clicks in chunk?.iter() {
                for item in clicks.iter().map(|item| *item as usize) {
                    let (Some(all), Some(sessions), Some(last)) = (
                        popularity.clicks.get_mut(item),
                        popularity.sessions.get_mut(item),
                        last_session.get_mut(item),
                    ) else {
                        continue;
                    };
                    *all += 1;
                    *sessions += u32::from(*last != popularity.sessions_total);
                    *last = popularity.sessions_total;
                }
                popularity.sessions_total += 1;
            }
        }
        popularity.sort();
        Ok(popularity)
    }

    /// Puts the products in order of clicks, then of ordinals, which is that of first appearance.
    pub(crate) fn sort(&mut self) {
        let clicks = |item: &u32| self.clicks.get(*item as usize).copied().unwrap_or_default();
        let mut order: Vec<u32> = (0..u32::try_from(self.clicks.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by(|a, b| clicks(b).cmp(&clicks(a)).then(a.cmp(b)));
        self.order = order;
    }
}
