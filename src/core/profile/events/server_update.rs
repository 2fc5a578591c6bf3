//! What the shop's server says of a visitor: the values of traits, and which customer they are.

use crate::bundle::Trait;
use crate::codec::hash32;
use crate::profile::model::{Profile, TraitValue};
use alloc::vec::Vec;

/// What is said about who the customer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Customer {
    /// Nothing.
    #[default]
    Unsaid,
    /// Nobody is signed in.
    Nobody,
    /// This one, by [`customer_hash`](crate::profile::customer_hash).
    Is([u8; 16]),
}

/// What the shop's server says of a visitor at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerUpdate {
    /// Traits, ascending by key; one with an empty value is taken away.
    pub traits: Vec<TraitValue>,
    /// Who the customer is.
    pub customer: Customer,
    /// When it was said, in milliseconds since the Unix epoch. Of two that disagree the later one holds.
    pub at_ms: u64,
}

impl Profile {
    /// Takes over what is said; without an id nothing. When the cookie has no room for another trait, those go that
    /// the site no longer has.
    pub fn take_over(&mut self, update: &ServerUpdate, known: &[Trait]) {
        if self.id.is_none() {
            return;
        }
        for own in &update.traits {
            if !self.put_trait(own.key, &own.value) {
                self.traits.retain(|held| known.iter().any(|known| hash32(&[&known.key]) == held.key));
                self.put_trait(own.key, &own.value);
            }
        }
        match update.customer {
            Customer::Unsaid => {}
            Customer::Nobody => self.customer = None,
            Customer::Is(hash) => self.customer = Some(hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TRAITS_MAX;
    use alloc::format;

    fn update(key: &str, value: &str) -> ServerUpdate {
        ServerUpdate {
            traits: [TraitValue { key: hash32(&[key]), value: value.into() }].into(),
            ..ServerUpdate::default()
        }
    }

    #[test]
    fn what_is_said_is_remembered_until_something_else_is_said() {
        let mut profile = Profile { id: Some([1; 16]), ..Profile::default() };
        profile.take_over(&update("tier", "gold"), &[]);
        profile.take_over(&ServerUpdate { customer: Customer::Is([2; 16]), ..update("region", "north") }, &[]);
        assert_eq!((profile.trait_value("tier"), profile.trait_value("region")), (Some("gold"), Some("north")));
        profile.take_over(&update("tier", ""), &[]);
        assert_eq!((profile.trait_value("tier"), profile.customer), (None, Some([2; 16])));
        profile.take_over(&ServerUpdate { customer: Customer::Nobody, ..ServerUpdate::default() }, &[]);
        assert_eq!((profile.trait_value("region"), profile.customer), (Some("north"), None));
    }

    #[test]
    fn who_has_no_id_is_not_remembered() {
        let mut profile = Profile::default();
        profile.take_over(&ServerUpdate { customer: Customer::Is([2; 16]), ..update("tier", "gold") }, &[]);
        assert_eq!(profile, Profile::default());
    }

    #[test]
    fn a_trait_that_the_site_no_longer_has_makes_room() {
        let mut profile = Profile { id: Some([1; 16]), ..Profile::default() };
        for number in 0..TRAITS_MAX {
            profile.take_over(&update(&format!("old-{number}"), "x"), &[]);
        }
        let known = ["old-3", "new"].map(|key| Trait {
            key: key.into(),
            values: Vec::new(),
            source: "crm".into(),
            trust: crate::bundle::RuleTrust::Server,
        });
        profile.take_over(&update("new", "y"), &known);
        assert_eq!(profile.traits.len(), 2);
        assert_eq!((profile.trait_value("old-3"), profile.trait_value("new")), (Some("x"), Some("y")));
    }
}
