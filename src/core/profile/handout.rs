//! What a browser is given of a profile, so that it can decide by itself.

use crate::bundle::{RuleTrust, Rules};
use crate::codec::hash32;
use crate::profile::consent::Effective;
use crate::profile::model::{Choice, Consent, Profile};

/// In the place of an id that the browser is not told.
const SOMEBODY: [u8; 16] = [0; 16];

impl Profile {
    /// A copy for the visitor's own browser. It has what conditions that may run there ask, and neither an id nor anything
    /// that the shop's server said: no orders, no traits and signals of the server's. The consent is what holds now. Ids are
    /// zeros where there are any; what was drawn by them goes along as [`Draws`](crate::decide::Draws).
    #[must_use]
    pub fn handed_out(&self, effective: Effective, rules: &Rules, now_s: u32) -> Self {
        let Effective { personalization, measurement } = effective;
        // Agreed under the browser's signal or not: it has been weighed.
        let consent = Consent { personalization, measurement, under_gpc: true, ..self.consent };
        if personalization != Choice::Granted {
            return Self { consent, ..Self::default() };
        }
        let of_browser = |trust: RuleTrust| trust == RuleTrust::Browser;
        let is_trait =
            |key: u32| rules.traits.iter().any(|known| of_browser(known.trust) && hash32(&[&known.key]) == key);
        // Written and read again: code for either is there, and for a copy it would be 2 KB.
        let own = Self::from_sections(&self.to_sections(), now_s);
        Self {
            consent,
            id: own.id.map(|_| SOMEBODY),
            customer: own.customer.map(|_| SOMEBODY),
            issued_s: own.issued_s,
            visits: own.visits,
            interests: own.interests,
            viewed: own.viewed,
            impressions: own.impressions,
            cart: own.cart,
            // A cap that ends with a purchase asks either.
            purchased_s: own.purchased_s.max(own.orders.last_s),
            transactions: own.transactions,
            logs: own.logs,
            shown_products: own.shown_products,
            traits: own.traits.into_iter().filter(|said| is_trait(said.key)).collect(),
            signals: own.signals,
            ..Self::default()
        }
    }
}
