//! Numbers, the same on every platform: as decimal text, and what `core` lacks of floating point.

pub(crate) mod decimal;
pub(crate) mod float;
pub(crate) mod parse;
