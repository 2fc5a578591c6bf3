//! Node.js programs of this repository and of its npm packages.

use crate::folder::root;
use std::process::Command;

/// Nothing that is started here reports anything to anyone.
const QUIET: [(&str, &str); 6] = [
    ("WRANGLER_SEND_METRICS", "false"),
    ("WRANGLER_SEND_ERROR_REPORTS", "false"),
    ("WRANGLER_HIDE_BANNER", "true"),
    ("CLOUDFLARE_CF_FETCH_ENABLED", "false"),
    ("DO_NOT_TRACK", "1"),
    ("CI", "1"),
];

/// Turns telemetry, banners and questions off.
pub(crate) fn quiet_env(command: &mut Command) -> &mut Command {
    command.envs(QUIET)
}

/// `node SCRIPT`, with the script's path relative to the root.
pub(crate) fn script(path: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(root().join(path)).current_dir(root());
    quiet_env(&mut command);
    command
}

/// `wrangler`, as npm installed it.
pub(crate) fn wrangler() -> Command {
    script("node_modules/wrangler/bin/wrangler.js")
}
