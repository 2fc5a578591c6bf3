//! The control plane: the only crate that knows `worker`.
