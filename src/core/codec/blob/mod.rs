//! Values as [postcard] writes them, of which the bundle's parts and the edits of elements are made.
//!
//! Readers that serde derives check for an error after each field, in code of its own for each type: 38 KB more in the page
//! core. Here an error spoils the rest of the blob, everything after it reads as empty, and the caller asks about it once.
//! Writers come from the same tables, so that a type needs no second description of its format.
//!
//! [postcard]: https://postcard.jamesmunns.com/wire-format

mod read;
mod table;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::{Blob, Read, whole};
pub(crate) use table::wire;
pub(crate) use write::{Write, bytes_of};
