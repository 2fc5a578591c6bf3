//! A person's keys: each an encrypted file, and beside it what is no secret.

use super::age::{self, AgeError, Randomness};
use super::{home, passphrase};
use crate::failure::Failure;
use crate::host::{self, host, random};
use crate::output::write_private;
use attune_core::codec::{from_hex, to_hex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 128 MB of memory for each guess of a passphrase.
const LOG_N: u8 = 17;

/// What is known of a key without its passphrase.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct About {
    /// The public key in hexadecimal digits.
    pub public: String,
    /// What it was made for.
    pub roles: String,
    /// For each site, by its URL, the publisher that requests are signed for.
    #[serde(default)]
    pub audiences: BTreeMap<String, String>,
}

/// Where a key is.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: String,
    secret: PathBuf,
    about: PathBuf,
}

impl Place {
    /// The key of this name.
    pub(super) fn of(name: &str) -> Result<Self, Failure> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 64 || !name.chars().all(is_allowed) {
            return Err(Failure::new(
                format!("`{name}` is not a name for a key"),
                "give a name of letters, digits, `-` and `_`",
            ));
        }
        let folder = home::keys()?;
        let at = |ending: &str| folder.join(format!("{name}.{ending}"));
        Ok(Self { name: name.to_owned(), secret: at("age"), about: at("json") })
    }

    /// All keys, by name.
    pub(super) fn all() -> Result<Vec<Self>, Failure> {
        let folder = home::keys()?;
        let Ok(files) = host().names(&folder) else { return Ok(Vec::new()) };
        let mut names: Vec<String> =
            files.iter().filter_map(|file| file.strip_suffix(".age").map(str::to_owned)).collect();
        names.sort();
        names.iter().map(|name| Self::of(name)).collect()
    }

    pub(super) fn is_there(&self) -> bool {
        host::is_file(&self.secret)
    }

    pub(super) fn path(&self) -> &Path {
        &self.secret
    }

    /// What is known of it without its passphrase.
    pub fn about(&self) -> Result<About, Failure> {
        let help = "restore it from a copy; it has the public key and the sites that the key has signed for";
        let text = host::read(&self.about).map_err(|error| Failure::file("read", &self.about, &error, help))?;
        serde_json::from_slice(&text)
            .map_err(|error| Failure::new(format!("{} cannot be read: {error}", self.about.display()), help))
    }

    /// Where [`Self::about`] is.
    pub fn about_path(&self) -> &Path {
        &self.about
    }

    pub fn write_about(&self, about: &About) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(about).unwrap_or_default() + "\n";
        write_private(&self.about, text.as_bytes(), true)
    }

    /// Encrypts and writes the key; never over another one, unless it is the same with another passphrase.
    pub(super) fn write(&self, secret: &[u8; 32], passphrase: &str, replaces: bool) -> Result<(), Failure> {
        if let Some(folder) = self.secret.parent() {
            host()
                .make_private_folder(folder)
                .map_err(|error| Failure::file("create", folder, &error, "set ATTUNE_HOME to a folder of yours"))?;
        }
        let random = Randomness { file_key: random()?, salt: random()?, nonce: random()? };
        let text = format!("attune-key-1\n{}\n", to_hex(secret));
        let encrypted = age::encrypt(text.as_bytes(), passphrase, LOG_N, &random)
            .map_err(|error| Failure::new(format!("the key cannot be encrypted: {error}"), "please report this"))?;
        write_private(&self.secret, &encrypted, replaces)
    }

    /// Asks for the passphrase and decrypts the key.
    pub(super) fn open(&self) -> Result<[u8; 32], Failure> {
        let encrypted = host::read(&self.secret)
            .map_err(|error| Failure::file("read", &self.secret, &error, "`attune keys list` lists your keys"))?;
        decrypt(&encrypted, &self.name, &self.secret)
    }
}

/// Asks for the passphrase of an encrypted key and decrypts it.
pub(super) fn decrypt(encrypted: &[u8], name: &str, path: &Path) -> Result<[u8; 32], Failure> {
    let passphrase = passphrase::of(name)?;
    let refused = |error: AgeError| {
        let help = match error {
            AgeError::Passphrase => "type it again, or correct ATTUNE_PASSPHRASE: nobody can recover a passphrase",
            AgeError::Format | AgeError::Changed => {
                "restore the file from a copy, or make a new key with `attune keys new`"
            }
        };
        Failure::new(format!("{} is not decrypted: {error}", path.display()), help)
    };
    let text = age::decrypt(encrypted, &passphrase).map_err(refused)?;
    let text = std::str::from_utf8(&text).unwrap_or_default();
    let secret = text.strip_prefix("attune-key-1\n").and_then(|digits| from_hex(digits.trim()));
    secret.ok_or_else(|| refused(AgeError::Format))
}
