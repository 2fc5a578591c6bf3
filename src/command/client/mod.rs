//! What browsers decide with: the client bundle, and the files of a site that has no server of ours.

pub mod assets;
mod bundle;
mod scripts;
mod words;

pub(crate) use bundle::ClientBundle;
pub(crate) use words::{contents, report, value};
