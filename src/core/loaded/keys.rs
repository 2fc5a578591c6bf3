//! Campaigns by their keys.

use super::Loaded;
use alloc::vec::Vec;

impl Loaded {
    /// Indexes of the campaigns with these keys, one a line, ascending. A key that no campaign has is passed over: it may be
    /// one of the next bundle's.
    pub fn campaigns_with(&self, keys: &str) -> Vec<usize> {
        let is_listed = |key: &str| keys.lines().any(|listed| listed == key);
        let campaigns = self.campaigns.iter().enumerate();
        let found =
            campaigns.filter(|(_, campaign)| campaign.as_ref().is_some_and(|campaign| is_listed(&campaign.key)));
        found.map(|(index, _)| index).collect()
    }
}
