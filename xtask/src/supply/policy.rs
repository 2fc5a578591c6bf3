//! What deny.toml says, as far as it is needed without cargo-deny.

use anyhow::{Context, Result, bail, ensure};

/// What deny.toml says, as far as it is needed without cargo-deny.
pub(super) struct Policy {
    pub(super) licences: Vec<String>,
    /// Name and reason.
    pub(super) bans: Vec<(String, String)>,
}

impl Policy {
    pub(super) fn read(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse().context("deny.toml is not TOML")?;
        let list = |section: &str, key: &str| {
            table.get(section).and_then(|section| section.get(key)?.as_array().cloned()).unwrap_or_default()
        };
        let licences: Option<Vec<String>> =
            list("licenses", "allow").iter().map(|name| name.as_str().map(str::to_owned)).collect();
        let ban = |ban: &toml::Value| {
            let text = |key: &str| Some(ban.get(key)?.as_str()?.to_owned());
            Some((text("crate")?, text("reason")?))
        };
        let bans: Option<Vec<_>> = list("bans", "deny").iter().map(ban).collect();
        let (Some(licences), Some(bans)) = (licences, bans) else {
            bail!("deny.toml: [licenses] allow is a list of names, [bans] deny one of {{ crate, reason }}");
        };
        ensure!(!licences.is_empty(), "deny.toml allows no licence");
        // What this check does not know, it would not check.
        for key in ["exceptions", "clarify"] {
            ensure!(list("licenses", key).is_empty(), "xtask/src/supply does not know [licenses] {key} of deny.toml");
        }
        for key in ["allow-git", "allow-registry"] {
            ensure!(list("sources", key).is_empty(), "xtask/src/supply does not know [sources] {key} of deny.toml");
        }
        Ok(Self { licences, bans })
    }

    pub(super) fn allows(&self, licence: &str) -> bool {
        self.licences.iter().any(|allowed| allowed == licence)
    }

    pub(super) fn ban(&self, name: &str) -> Option<&str> {
        self.bans.iter().find(|(banned, _)| banned == name).map(|(_, reason)| reason.as_str())
    }
}

#[cfg(test)]
mod unit {
    use super::Policy;

    #[test]
    fn a_policy_that_would_be_read_in_part_is_refused() {
        assert!(Policy::read("[licenses]\nallow = [\"MIT\"]\n").is_ok());
        for text in [
            "",
            "[licenses]\nallow = []\n",
            "[licenses]\nallow = [1]\n",
            "[licenses]\nallow = [\"MIT\"]\nexceptions = [{ crate = \"a\", allow = [\"GPL-3.0-only\"] }]\n",
            "[licenses]\nallow = [\"MIT\"]\n[sources]\nallow-git = [\"https://example.org/a\"]\n",
            "[licenses]\nallow = [\"MIT\"]\n[bans]\ndeny = [\"openssl-sys\"]\n",
        ] {
            assert!(Policy::read(text).is_err(), "{text}");
        }
    }
}
