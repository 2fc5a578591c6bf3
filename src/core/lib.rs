//! Pure decisions: profile, segments, campaigns, bundle, slot scanner.
//!
//! Nothing here does I/O, reads a clock, draws random numbers, logs, or keeps state between calls:
//! time, keys and bytes come in as arguments, and a decision is a value with a reason.
#![cfg_attr(not(test), no_std)]
extern crate alloc;

pub mod artifacts;
pub mod attribute;
pub mod bundle;
pub mod category;
pub mod civil;
pub mod codec;
pub mod context;
pub mod decide;
pub mod device;
pub mod explain;
pub mod html;
pub mod limits;
pub mod loaded;
mod number;
pub mod page;
#[cfg(feature = "json")]
pub mod persona;
pub mod profile;
pub mod recommend;
pub mod render;
pub mod segment;
mod sort;
