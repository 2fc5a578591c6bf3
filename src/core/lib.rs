//! Pure decisions: profile, segments, campaigns, bundle, slot scanner.
pub mod html;
