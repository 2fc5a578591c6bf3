//! The grammar of the authored files as data: the parser checks by it, and the JSON Schema and the reference are printed
//! from it, so that they cannot drift apart.

mod check;
mod keys;
mod reference;
mod schema;
mod shape;

pub(crate) use check::check;
pub(crate) use keys::{ROOT, TEXT_ATTRIBUTES, URL_ATTRIBUTES};
pub use reference::reference;
pub use schema::schema;
pub(crate) use shape::Shape;
