//! What happens without a person: campaigns that do harm are turned off, and the weights of bandits follow their results.

mod command;
mod evidence;
mod weights;

pub use command::{Options, run};
