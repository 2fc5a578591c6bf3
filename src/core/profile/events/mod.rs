//! What happens to a profile: events of the browser, rows of the mailbox, orders and what the shop's server says.

pub(super) mod apply;
mod cart;
pub(super) mod event;
pub mod interest;
pub(super) mod lines;
pub(super) mod log;
pub(super) mod mailbox;
pub(super) mod order;
pub(super) mod server_update;
pub(super) mod shown_products;
pub(super) mod signal;
pub(super) mod signal_sum;
pub(super) mod top;
pub(super) mod visit;
