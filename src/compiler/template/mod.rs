//! Templates: literal HTML with typed holes, each escaped for the place it stands in.

mod allowed;
mod attributes;
mod builder;
mod cards;
mod html;
mod lexer;
mod placeholder;
mod raw_text;
mod reader;
mod text;
mod tree;
mod url;

pub(crate) use allowed::takes_url;
pub(crate) use cards::cards;
pub(crate) use html::{html, links};
pub(crate) use placeholder::{ItemScope, Placeholders};
pub(crate) use text::{Place, link, text};
pub(crate) use url::{HOLE, Link, PLACEHOLDER};
