//! The client bundle of a configuration.

use crate::configuration::Configuration;
use crate::failure::Failure;
use attune_compiler::client::{Cut, cut};
use attune_core::bundle;
use attune_core::loaded::Loaded;

/// What may run in a browser, as bytes and as what it was cut from.
pub(crate) struct ClientBundle {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cut: Cut,
    pub(crate) loaded: Loaded,
}

impl ClientBundle {
    /// Cuts a configuration; recommendations go along with `cards`. Nothing where the configuration has errors.
    pub(crate) fn of(configuration: &Configuration, cards: bool) -> Result<Option<Self>, Failure> {
        let Some(whole) = &configuration.compiled.bundle else { return Ok(None) };
        let cut = cut(whole, &configuration.compiled.private, cards);
        let bytes = bundle::encode(&cut.bundle).map_err(|error| {
            Failure::new(format!("the client bundle cannot be written: {error}"), "please report this")
        })?;
        let loaded = Loaded::load(&bytes).map_err(|error| {
            Failure::new(format!("a browser would refuse the client bundle: {error}"), "please report this")
        })?;
        if let Some(part) = loaded.disabled.first() {
            return Err(Failure::new(
                format!("a browser would disable {} `{}`: {}", part.what, part.key, part.reason),
                "please report this",
            ));
        }
        Ok(Some(Self { bytes, cut, loaded }))
    }
}
