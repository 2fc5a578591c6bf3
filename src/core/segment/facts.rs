//! What is known on one page of one visitor.

use super::page::Page;
use crate::artifacts::Artifacts;
use crate::bundle::Site;
use crate::context::Context;
use crate::profile::Profile;

/// Everything a condition may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The site.
    pub site: &'a Site,
    /// The catalogue and what goes with it.
    pub artifacts: &'a Artifacts,
    /// The visitor's memory.
    pub profile: &'a Profile,
    /// The moment.
    pub context: &'a Context<'a>,
    /// The page.
    pub page: &'a Page<'a>,
    /// The visitor's memory may be used for personalization.
    pub personalization: bool,
    /// It may be used for measurement.
    pub measurement: bool,
}
