//! A signing key: a person's, by its name, or a file.

use super::stored::{self, Place};
use crate::failure::Failure;
use crate::{host, input};
use attune_core::bundle::live;
use attune_core::bundle::manifest::{ArtifactKind, Signature};
use attune_core::codec::{from_hex, to_hex};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};
use std::path::Path;

pub struct Signer {
    key: SigningKey,
    /// Where a person's key is; a file of a job has no place for what is remembered.
    pub place: Option<Place>,
}

/// The id of a public key.
pub(super) fn id_of(public: &[u8; 32]) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::digest(public).into();
    hash.first_chunk().copied().unwrap_or_default()
}

impl Signer {
    /// Reads a key file: 64 hexadecimal digits, as `attune keys signing` and `attune keys data` write it, or an encrypted key.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = input::read(path, "a signing key")?;
        if bytes.starts_with(b"age-encryption.org/") {
            let secret = stored::decrypt(&bytes, &path.display().to_string(), path)?;
            return Ok(Self { key: SigningKey::from_bytes(&secret), place: None });
        }
        let text = String::from_utf8_lossy(&bytes);
        let secret = from_hex::<32>(text.trim()).ok_or_else(|| {
            Failure::new(
                format!("{} is not a signing key", path.display()),
                "give a file with 64 hexadecimal digits; `attune keys signing --out FILE` makes one for bundles, \
                 `attune keys data --out FILE` one for live data",
            )
        })?;
        Ok(Self { key: SigningKey::from_bytes(&secret), place: None })
    }

    /// Opens the key that `--key` names; without it, the only one that there is.
    pub fn open(key: Option<&str>) -> Result<Self, Failure> {
        let help =
            "give --key with a name of `attune keys list`, or with a file; `attune keys new --name NAME` makes a key";
        let place = match key {
            Some(key) if key.contains(['/', '\\', '.']) || host::is_file(Path::new(key)) => {
                return Self::read(Path::new(key));
            }
            Some(name) => Place::of(name)?,
            None => {
                let mut places = Place::all()?;
                let names = places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join(", ");
                match (places.pop(), places.len()) {
                    (Some(place), 0) => place,
                    (None, _) => return Err(Failure::new("there is no key to sign with", help)),
                    (Some(_), others) => {
                        return Err(Failure::new(format!("there are {} keys: {names}", others + 1), help));
                    }
                }
            }
        };
        if !place.is_there() {
            return Err(Failure::new(format!("there is no key `{}`", place.name), help));
        }
        let secret = place.open()?;
        Ok(Self { key: SigningKey::from_bytes(&secret), place: Some(place) })
    }

    /// The public key, as `MANIFEST_KEYS` takes it.
    pub fn public(&self) -> String {
        to_hex(self.key.verifying_key().as_bytes())
    }

    /// Which key it is.
    pub fn id(&self) -> [u8; 8] {
        id_of(self.key.verifying_key().as_bytes())
    }

    /// The signature, with the id of its key.
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        Signature { key: self.id(), bytes: self.key.sign(bytes).to_bytes() }
    }

    /// Signed live data, in the form that KV holds.
    pub fn live(&self, site: &str, kind: ArtifactKind, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let signature = self.sign(&live::signed_bytes(site, kind, body));
        live::encode(kind, body, &[signature])
            .map_err(|error| Failure::new(format!("it cannot be signed: {error}"), "list fewer products"))
    }
}
