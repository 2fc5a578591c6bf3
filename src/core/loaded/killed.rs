//! Campaigns that are switched off without a new bundle.

use super::Loaded;

impl Loaded {
    /// Switches off the campaigns with these keys, one a line. The list takes the place of the one before. A key that no campaign
    /// has changes nothing: it may be one of the next bundle's.
    pub fn kill(&mut self, keys: &str) {
        let is_listed = |key: &str| keys.lines().any(|listed| listed == key);
        let campaigns = self.campaigns.iter().enumerate();
        let killed =
            campaigns.filter(|(_, campaign)| campaign.as_ref().is_some_and(|campaign| is_listed(&campaign.key)));
        self.killed = killed.map(|(index, _)| index).collect();
    }

    /// How many campaigns are switched off.
    pub fn killed(&self) -> usize {
        self.killed.len()
    }

    /// Whether the campaign of this index is switched off.
    pub fn is_killed(&self, campaign: usize) -> bool {
        self.killed.binary_search(&campaign).is_ok()
    }
}
