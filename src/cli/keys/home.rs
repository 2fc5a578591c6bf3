//! The folder of a person's keys.

use crate::failure::Failure;
use std::env;
use std::path::PathBuf;

/// `ATTUNE_HOME`, or where the system keeps what programs remember of their user.
pub(super) fn keys() -> Result<PathBuf, Failure> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("ATTUNE_HOME").or_else(|| {
        if cfg!(windows) {
            set("APPDATA").map(|folder| folder.join("attune"))
        } else if cfg!(target_os = "macos") {
            set("HOME").map(|folder| folder.join("Library/Application Support/attune"))
        } else {
            set("XDG_CONFIG_HOME")
                .or_else(|| set("HOME").map(|folder| folder.join(".config")))
                .map(|folder| folder.join("attune"))
        }
    });
    home.map(|folder| folder.join("keys"))
        .ok_or_else(|| Failure::new("there is no folder for keys", "set ATTUNE_HOME to one that only you may read"))
}
