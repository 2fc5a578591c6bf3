//! The folder of a person's keys.

use crate::failure::Failure;
use crate::host::{System, host};
use std::path::PathBuf;

/// `ATTUNE_HOME`, or where the system keeps what programs remember of their user.
pub(super) fn keys() -> Result<PathBuf, Failure> {
    let set = |name: &str| host().variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("ATTUNE_HOME").or_else(|| match host().system() {
        System::Windows => set("APPDATA").map(|folder| folder.join("attune")),
        System::MacOs => set("HOME").map(|folder| folder.join("Library/Application Support/attune")),
        System::Other => set("XDG_CONFIG_HOME")
            .or_else(|| set("HOME").map(|folder| folder.join(".config")))
            .map(|folder| folder.join("attune")),
    });
    home.map(|folder| folder.join("keys"))
        .ok_or_else(|| Failure::new("there is no folder for keys", "set ATTUNE_HOME to one that only you may read"))
}
