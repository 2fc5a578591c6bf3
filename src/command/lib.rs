//! The commands that ask a configuration (what is wrong with it, what it compiles to, what it decides, and why), the one that
//! asks a running site, and those that publish.
//!
//! Their options, what they do and what they print are here, once for the command line tool and for the Wasm module of the
//! npm package. Files, streams, clocks, a terminal and a network come from the [`host`].
#![expect(missing_docs, reason = "clap would print comments on options as help")]
#![expect(clippy::missing_errors_doc, reason = "an error is how the command ends, and says so itself")]

pub mod catalog;
pub mod client;
mod command;
pub mod configuration;
pub mod decision;
pub mod doctor;
mod explanation;
pub mod failure;
pub mod fixture;
pub mod host;
mod html;
pub mod http;
pub mod input;
pub mod keys;
pub mod output;
pub mod publishing;
pub mod results;
mod schema;
pub mod simulation;
pub mod steer;
mod workers;

pub use command::{Command, EPILOGUE, conclude, run};
