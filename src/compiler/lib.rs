//! Authored files to diagnostics and a bundle; no I/O.
