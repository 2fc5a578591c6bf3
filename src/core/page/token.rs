//! The page token of a decision.

use super::input::DecisionInput;
use super::page_core::PageCore;
use crate::codec::from_hex;
use crate::context::DEVICE_KINDS;
use crate::decide::{Exposure, Exposures};
use crate::loaded::Loaded;
use crate::profile::{
    Choice, PAGE_EXPOSURES_MAX, PageExposure, PageToken, SiteArm, coarse, experiment_hash, seal_page,
};
use alloc::string::String;
use alloc::vec::Vec;

/// Page tokens of a handout.
const TOKENS_MAX: usize = 4;

impl PageCore {
    /// What the page exposes its visitor to, for nobody but the ledger to read; empty where nothing is measured, or the visitor
    /// has not agreed to both purposes. Orders and visits are as they stood when this visit began.
    pub(super) fn page_token(&self, input: &DecisionInput, exposures: &Exposures) -> String {
        self.sealed(input, &exposures.list, exposures.site_holdout)
    }

    /// The same in as many tokens as it takes, four at most.
    pub(super) fn page_tokens(&self, input: &DecisionInput, exposures: &Exposures) -> Vec<String> {
        let Exposures { list, site_holdout, .. } = exposures;
        // The experiment `site` alone is a token, too.
        let parts = list.chunks(PAGE_EXPOSURES_MAX).chain(list.is_empty().then_some(&[][..]));
        let tokens = parts.take(TOKENS_MAX).map(|part| self.sealed(input, part, *site_holdout));
        tokens.filter(|token| !token.is_empty()).collect()
    }

    fn sealed(&self, input: &DecisionInput, list: &[Exposure], site_holdout: Option<bool>) -> String {
        let facts = input.facts();
        let Some(id) = facts.profile.id.as_ref() else { return String::new() };
        let is_granted = facts.personalization && input.effective.measurement == Choice::Granted;
        if !is_granted || (list.is_empty() && site_holdout.is_none()) {
            return String::new();
        }
        let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        let visits = facts.profile.visits.count.saturating_sub(1);
        let (orders, value_minor) = facts.profile.orders_before_visit();
        let token = PageToken {
            minute: facts.context.now_s / 60,
            version: self.loaded.version.get(..8).and_then(from_hex).unwrap_or_default(),
            site: site_holdout
                .map_or(SiteArm::None, |held| if held { SiteArm::Holdout } else { SiteArm::Personalized }),
            returning: visits > 0,
            device: device(facts.context.device.kind),
            is_cut: false,
            orders: byte(orders),
            value: coarse(value_minor / 100),
            visits: byte(visits),
            country: facts.context.country.as_bytes().try_into().unwrap_or_default(),
            exposures: list.iter().filter_map(|exposure| page_exposure(&self.loaded, exposure)).collect(),
        };
        seal_page(&token, id, &self.keys)
    }
}

fn page_exposure(loaded: &Loaded, exposure: &Exposure) -> Option<PageExposure> {
    let campaign = loaded.campaigns.get(exposure.campaign)?.as_ref()?;
    let arm = exposure.arm.map(u8::try_from).transpose().ok()?;
    let epoch = u8::try_from(exposure.epoch).unwrap_or(u8::MAX);
    Some(PageExposure { experiment: experiment_hash(&campaign.key, campaign.phase), arm, epoch })
}

/// The number of a kind of device from 1; 0 for unknown.
fn device(kind: &str) -> u8 {
    let at = DEVICE_KINDS.iter().position(|known| *known == kind).map_or(0, |at| at + 1);
    u8::try_from(at).unwrap_or_default()
}
