//! A signing key, read from its file.

use crate::failure::Failure;
use crate::input;
use attune_core::bundle::live;
use attune_core::bundle::manifest::{ArtifactKind, Signature};
use attune_core::codec::{from_hex, to_hex};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};
use std::path::Path;

pub(crate) struct Signer(SigningKey);

impl Signer {
    /// Reads a key file: 64 hexadecimal digits, as `attune keys` writes it.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = input::read_text(path, "a signing key")?;
        let secret = from_hex::<32>(text.trim()).ok_or_else(|| {
            Failure::new(
                format!("{} is not a signing key", path.display()),
                "give a file with 64 hexadecimal digits; `attune keys signing --out FILE` makes one for bundles, \
                 `attune keys data --out FILE` one for live data",
            )
        })?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// The public key, as `MANIFEST_KEYS` takes it.
    pub(crate) fn public(&self) -> String {
        to_hex(self.0.verifying_key().as_bytes())
    }

    /// The signature, with the id of its key.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Signature {
        let id: [u8; 32] = Sha256::digest(self.0.verifying_key().as_bytes()).into();
        Signature { key: id.first_chunk().copied().unwrap_or_default(), bytes: self.0.sign(bytes).to_bytes() }
    }

    /// Signed live data, in the form that KV holds.
    pub(crate) fn live(&self, site: &str, kind: ArtifactKind, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let signature = self.sign(&live::signed_bytes(site, kind, body));
        live::encode(kind, body, &[signature])
            .map_err(|error| Failure::new(format!("it cannot be signed: {error}"), "list fewer products"))
    }
}
