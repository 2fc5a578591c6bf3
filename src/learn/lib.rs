//! Learning recommendations from logs. Native only: it reads files and runs threads.
//!
//! The pipeline:
//! 1. [`input`] reads a file as rows, whatever its format and columns.
//! 2. [`log`] takes the rows that can be used, and counts the others in a [`Noise`].
//! 3. [`sessions`] groups clicks by session and time, in memory or through temporary files.
//! 4. [`index`] counts which products are in one session, and writes the index that `attune-core` reads.
//!    [`pairs`] builds the same index from counts that a database made.
//! 5. [`evaluation`] measures an index on other sessions, with the core's own scorer, beside baselines.
//! 6. [`tuning`] chooses the [`Parameters`] on sessions that are held out of the training data.
//!
//! Beside it, [`posteriors`] turns impressions and clicks into what the edge draws strategies from. Products are
//! ordinals: [`items`] maps their ids, and [`ordinals`] keeps the map in a file from one build to the next.

pub mod error;
pub mod evaluation;
#[cfg(test)]
mod fixtures;
mod header;
pub mod index;
pub mod input;
pub mod items;
pub mod log;
pub mod noise;
pub mod ordinals;
pub mod pairs;
pub mod parameters;
pub mod posteriors;
pub mod sessions;
mod temporary;
pub mod tuning;

pub use error::LearnError;
pub use noise::Noise;
pub use parameters::Parameters;
