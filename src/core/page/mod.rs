//! The whole page call: from a request to a cookie, a scanner state and what to put where.

mod answer;
mod asked_plan;
mod canary;
mod channel;
mod content;
mod decision_header;
mod document;
mod input;
mod json;
mod local;
mod open;
mod page_core;
mod plan;
mod preview;
mod reasons;
mod recommend;
mod request;
#[cfg(test)]
mod tests;
mod token;

pub use answer::{Answer, Insert};
pub use channel::{channel, push_channel};
pub use input::{DecisionInput, Visit};
pub use local::LocalCore;
pub use page_core::{PageCore, PageCoreError};
pub use request::{Destination, FIELDS, Request, RequestError};
