//! The client bundle: what of a configuration may run in a browser, where anybody can read it.
//!
//! A cut is an ordinary bundle that is smaller. For every slot in it, it decides as the whole configuration does: the same
//! campaign, the same arm, the same content. What would make a slot depend on something that stays on the server keeps that
//! slot on the server, too.

mod catalog;
mod choice;
mod condition;
mod content;
mod left_out;
mod private;
mod shrink;
mod why;

pub use catalog::public_catalog;
pub use left_out::{LeftOut, Part};
pub use private::Private;
pub use why::{Secret, Why};

use attune_core::bundle::{Bundle, Campaign};
use choice::Choice;

/// What may run in a browser, and what may not.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The smaller bundle.
    pub bundle: Bundle,
    /// The slots and campaigns that it does not have: slots first, each in the order of the whole bundle.
    pub left_out: Vec<LeftOut>,
}

impl Cut {
    /// The campaigns that begin after a moment, in seconds since the Unix epoch. Their contents are in the client bundle
    /// already, and anybody can read them.
    pub fn later(&self, now_s: u32) -> impl Iterator<Item = &Campaign> {
        let begins_later =
            move |campaign: &&Campaign| campaign.during.and_then(|during| during.from_s) > Some(i64::from(now_s));
        self.bundle.campaigns.iter().filter(begins_later)
    }
}

/// Cuts a bundle. Recommendations go along with `cards` only: a browser needs the catalogue for them.
pub fn cut(bundle: &Bundle, private: &Private, cards: bool) -> Cut {
    let choice = Choice::of(bundle, private, cards);
    let left_out = choice.left_out(bundle);
    Cut { bundle: shrink::shrink(bundle, &choice), left_out }
}
