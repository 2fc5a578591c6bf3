//! Authored files to diagnostics and a bundle; no I/O.
//!
//! ```
//! use attune_compiler::{File, compile};
//!
//! let site = r#"
//! [site]
//! name = "shop"
//! hosts = ["www.shop.example"]
//! locales = { en-GB = "GBP" }
//! [slots.hero]
//! [campaigns.back-again]
//! where = 'visit.count > 1'
//! show = { hero = "welcome" }
//! [content.welcome]
//! text.en-GB = { text = "Good to see you again" }
//! "#;
//! let compiled = compile(&[File::new("attune.toml", site)]);
//! assert!(compiled.diagnostics.is_empty());
//! assert_eq!(compiled.bundle.map(|bundle| bundle.campaigns.len()), Some(1));
//! ```

mod catalog;
pub mod client;
mod codes;
mod condition;
mod diagnostic;
mod duration;
mod grammar;
mod locale;
mod lock;
mod lower;
mod merge;
mod moment;
mod severity;
mod source;
mod span;
mod suggest;
mod syntax;
mod template;

pub use catalog::{FeedForm, LiveError, LiveFeed, Ordinals, OrdinalsError, Products, live};
pub use codes::{Code, DIAGNOSTICS, DiagnosticInfo};
pub use diagnostic::Diagnostic;
pub use duration::span_s;
pub use grammar::{reference, schema};
pub use lock::LOCK;
pub use severity::Severity;
pub use source::{Around, DEPLOYMENT, File};
pub use span::Span;

use attune_core::bundle::Bundle;

/// What came of the authored files.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The configuration in evaluation form; `None` when there is any error.
    pub bundle: Option<Bundle>,
    /// The products of the feeds; `None` without `[catalog]`, or when there is any error.
    pub products: Option<Products>,
    /// Every problem, in the order of files and characters.
    pub diagnostics: Vec<Diagnostic>,
    /// The text of [`LOCK`] that goes with the bundle: to be kept beside the files and passed in with them the next
    /// time. `None` when there is any error, or nothing to keep.
    pub lock: Option<String>,
    /// What never leaves the server.
    pub private: client::Private,
    /// Whether the site's browsers may decide themselves: `[site] local = true`.
    pub is_local: bool,
}

/// Whether a file of this path is part of a configuration: `attune.toml` and whatever TOML, JSON and HTML is
/// in `campaigns/` and `content/`, the text files of `lists/`, the feeds and lists of products in `catalog/`, and [`LOCK`],
/// which is written by compiling.
pub fn is_authored(path: &str) -> bool {
    let known = |extensions: &[&str]| {
        path.rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)))
    };
    match path.split_once('/') {
        None => matches!(path, "attune.toml" | "attune.json" | LOCK),
        Some(("campaigns", _)) => known(&["toml", "json"]),
        Some(("lists", _)) => known(&["txt"]),
        Some(("content", _)) => known(&["toml", "json", "html"]),
        Some(("catalog", _)) => known(&["xml", "tsv", "csv", "json", "jsonl", "txt"]),
        Some(_) => false,
    }
}

/// Stack for the parser of conditions, in bytes. The system commits only what is used.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Compiles a configuration from all its files, in any order, beside nothing.
pub fn compile(files: &[File]) -> Compiled {
    compile_beside(files, &Around::default())
}

/// Compiles a configuration from all its files, in any order.
pub fn compile_beside(files: &[File], around: &Around) -> Compiled {
    let mut files = files.to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let run = || compile_sorted(&files, around);
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        match spawned.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(compiled)) => compiled,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Where there are no threads, the stack there is has to do.
            Err(_) => run(),
        }
    })
}

fn compile_sorted(files: &[File], around: &Around) -> Compiled {
    let mut sink = diagnostic::Sink::beside(files, around);
    let root = merge::merge(&mut sink);
    let lower::Lowered { bundle, products, private, is_local } = lower::lower(&root, &mut sink);
    // A configuration with errors is not compared with the lock: the same problem would be reported twice.
    let lock = match &bundle {
        Some(bundle) if !sink.has_errors() => lock::renew(bundle, &root, around.now_s, &mut sink),
        _ => None,
    };
    let is_valid = !sink.has_errors();
    Compiled {
        bundle: bundle.filter(|_| is_valid),
        products: products.filter(|_| is_valid),
        lock: lock.filter(|_| is_valid),
        private,
        is_local,
        diagnostics: sink.into_sorted(),
    }
}
