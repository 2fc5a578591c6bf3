//! The page core as a Wasm module for JS edges.
