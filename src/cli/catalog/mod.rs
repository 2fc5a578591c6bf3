//! The catalogue beside a bundle: its file, its publication, and the live overlay.

pub(crate) mod overlay;
pub(crate) mod publish;

pub(crate) use attune_command::catalog::load;
