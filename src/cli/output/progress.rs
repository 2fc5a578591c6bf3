//! Progress bars on a terminal; nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

/// A bar over the bytes of a file.
pub(crate) fn file(path: &Path) -> ProgressBar {
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    bar(bytes, "{prefix} {wide_bar} {bytes}/{total_bytes} {eta}", name)
}

/// A bar over steps.
pub(crate) fn steps(count: u64, name: &str) -> ProgressBar {
    bar(count, "{prefix} {wide_bar} {pos}/{len} {eta} {msg}", name.to_owned())
}

fn bar(len: u64, template: &str, name: String) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(len);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_prefix(name);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
