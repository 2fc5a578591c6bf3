//! The grammar of the authored files as data: the parser checks by it and the JSON Schema is printed from it,
//! so the two cannot drift apart.

mod check;
mod keys;
mod schema;
mod shape;

pub(crate) use check::check;
pub(crate) use keys::{ROOT, TEXT_ATTRIBUTES, URL_ATTRIBUTES};
pub use schema::schema;
pub(crate) use shape::Shape;
