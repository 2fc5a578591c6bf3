//! Options that several commands share.

use clap::Args;
use std::path::PathBuf;

/// The artifacts that the edge has beside the bundle. A decision may depend on them.
#[derive(Args, Default)]
pub struct ArtifactOptions {
    /// Recommendation index learned from sessions
    #[arg(long, value_name = "FILE")]
    pub sessions: Option<PathBuf>,
    /// Recommendation index learned from baskets
    #[arg(long, value_name = "FILE")]
    pub baskets: Option<PathBuf>,
    /// What is believed of strategies, as `attune posteriors` writes it
    #[arg(long, value_name = "FILE")]
    pub posteriors: Option<PathBuf>,
    /// Weights of bandits, as `attune steer` sent them to KV
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Prices and stock of the moment, as `attune overlay` writes them; with `live` nothing is known of either without
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
}

/// When a page is decided, and in which language.
#[derive(Args, Default)]
pub(crate) struct MomentOptions {
    /// The moment, as 2026-11-20T18:30:00Z. Default: now
    #[arg(long, value_name = "RFC3339")]
    pub(crate) now: Option<String>,
    /// Language of the page, as in <html lang>. Default: the site's first locale
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) lang: String,
}
