//! Key rings: which secrets sign and verify, and the keys derived from them for one site.

use crate::codec::from_hex;
pub(in crate::profile) use crate::codec::pae;
use crate::limits::KEYS_MAX;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Bytes of a truncated MAC.
pub const MAC_BYTES: usize = 16;

/// What a derived key is for; a value signed for one purpose never verifies for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// The profile cookie.
    Cookie,
    /// The consent cookie.
    Consent,
    /// A mint token.
    Mint,
    /// The handle of a visitor for the shop's own backend.
    Handle,
    /// A preview token.
    Preview,
    /// A login token.
    Login,
    /// The decision that the origin is told.
    Decision,
    /// The page token, which says what a page exposed its visitor to.
    Page,
}

impl KeyPurpose {
    const ALL: [Self; 8] =
        [Self::Cookie, Self::Consent, Self::Mint, Self::Handle, Self::Preview, Self::Login, Self::Decision, Self::Page];

    /// The label that separates this purpose in key derivation and in every MAC.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cookie => "attune-cookie-1",
            Self::Consent => "attune-consent-1",
            Self::Mint => "attune-mint-1",
            Self::Handle => "attune-handle-1",
            Self::Preview => "attune-preview-1",
            Self::Login => "attune-login-1",
            Self::Decision => "attune-decision-1",
            Self::Page => "attune-page-1",
        }
    }
}

/// Why a key ring was refused. No message repeats any part of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No key at all.
    #[error("the key ring is empty; give at least one line ID:sign:SECRET")]
    Empty,
    /// More keys than a ring may hold.
    #[error("the key ring holds more than {KEYS_MAX} keys; remove the oldest verify keys")]
    TooMany,
    /// Not three parts between colons; keys are counted from 1.
    #[error("key {0} is not of the form ID:STATE:SECRET")]
    Shape(usize),
    /// The id is not a number of 1 to 255.
    #[error("the id of key {0} is not a number from 1 to 255")]
    Id(usize),
    /// The state is not `sign` or `verify`.
    #[error("the state of key {0} is not sign or verify")]
    State(usize),
    /// The secret is not 64 hex digits.
    #[error("the secret of key {0} is not 64 hex digits (32 random bytes)")]
    Secret(usize),
    /// Two keys have one id.
    #[error("key id {0} appears twice; a new key needs an id of its own")]
    DuplicateId(u8),
    /// Two keys have one secret.
    #[error("keys {0} and {1} have the same secret; every key needs its own 32 random bytes")]
    DuplicateSecret(u8, u8),
    /// No key signs.
    #[error("no key of the ring signs; mark one of them sign")]
    NoSigner,
}

#[derive(Clone)]
struct Key {
    id: u8,
    signs: bool,
    secret: [u8; 32],
}

/// The live keys of a deployment, at most four. The first `sign` key signs; all verify.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<Key>,
    signer: Key,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = self.keys.iter().map(|key| (key.id, if key.signs { "sign" } else { "verify" }));
        f.debug_map().entries(states).finish()
    }
}

impl KeyRing {
    /// Reads `ID:STATE:SECRET` entries, one a line or separated by commas. ID is 1 to 255, STATE is `sign`
    /// or `verify`, SECRET is 64 hex digits; white space around an entry and empty entries are ignored.
    ///
    /// # Errors
    /// [`KeyError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let entries = text.split(['\n', ',']).map(str::trim);
        let mut keys: Vec<Key> = Vec::new();
        for (i, entry) in entries.filter(|entry| !entry.is_empty()).enumerate() {
            if i == KEYS_MAX {
                return Err(KeyError::TooMany);
            }
            let key = parse_key(entry, i + 1)?;
            for other in &keys {
                if other.id == key.id {
                    return Err(KeyError::DuplicateId(key.id));
                }
                if other.secret == key.secret {
                    return Err(KeyError::DuplicateSecret(other.id, key.id));
                }
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        let signer = keys.iter().find(|key| key.signs).cloned();
        let signer = signer.ok_or(KeyError::NoSigner)?;
        Ok(Self { keys, signer })
    }

    /// Id and derived key of every key of the ring, for whoever verifies what they sign: the only secret that leaves
    /// the deployment, good for one purpose and site.
    pub fn derived(&self, purpose: KeyPurpose, site: &str) -> Vec<(u8, [u8; 32])> {
        self.keys.iter().map(|key| (key.id, derive(&Hkdf::new(None, &key.secret), purpose, site))).collect()
    }

    /// Derives the keys for a site, once for every key and purpose.
    pub fn bind(&self, site: &str) -> SiteKeys {
        SiteKeys {
            site: site.into(),
            signer: BoundKey::derive(&self.signer, site),
            keys: self.keys.iter().map(|k| BoundKey::derive(k, site)).collect(),
        }
    }
}

fn parse_key(entry: &str, number: usize) -> Result<Key, KeyError> {
    let mut parts = entry.split(':');
    let (Some(id), Some(state), Some(secret), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Shape(number));
    };
    // `parse` alone would take a leading plus sign or zeros: two spellings of one id.
    let canonical = id.bytes().all(|b| b.is_ascii_digit()) && !id.starts_with('0');
    let id = id.parse::<u8>().ok().filter(|_| canonical);
    let id = id.ok_or(KeyError::Id(number))?;
    let signs = match state {
        "sign" => true,
        "verify" => false,
        _ => return Err(KeyError::State(number)),
    };
    let secret = from_hex(secret).ok_or(KeyError::Secret(number))?;
    Ok(Key { id, signs, secret })
}

#[derive(Clone)]
struct BoundKey {
    id: u8,
    /// Keyed and ready, one for each purpose: cloning one saves hashing the key for every MAC.
    macs: [Hmac<Sha256>; KeyPurpose::ALL.len()],
}

impl BoundKey {
    fn derive(key: &Key, site: &str) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, &key.secret);
        // This cannot fail: HMAC takes a key of any length.
        let keyed = |derived: [u8; 32]| Hmac::new_from_slice(&derived).expect("an HMAC key of 32 bytes");
        let macs = KeyPurpose::ALL.map(|purpose| keyed(derive(&hkdf, purpose, site)));
        Self { id: key.id, macs }
    }

    fn mac(&self, purpose: KeyPurpose, pieces: &[&[u8]]) -> [u8; 32] {
        let [cookie, consent, mint, handle, preview, login, decision, page] = &self.macs;
        let mut mac = match purpose {
            KeyPurpose::Cookie => cookie,
            KeyPurpose::Consent => consent,
            KeyPurpose::Mint => mint,
            KeyPurpose::Handle => handle,
            KeyPurpose::Preview => preview,
            KeyPurpose::Login => login,
            KeyPurpose::Decision => decision,
            KeyPurpose::Page => page,
        }
        .clone();
        pae(pieces, |bytes| mac.update(bytes));
        mac.finalize().into_bytes().into()
    }
}

/// The key of one purpose and site.
fn derive(hkdf: &Hkdf<Sha256>, purpose: KeyPurpose, site: &str) -> [u8; 32] {
    let mut info = Vec::new();
    pae(&[purpose.label().as_bytes(), site.as_bytes()], |bytes| info.extend_from_slice(bytes));
    let mut derived = [0; 32];
    // This cannot fail: HKDF-SHA256 gives up to 8,160 bytes.
    hkdf.expand(&info, &mut derived).expect("32 bytes of HKDF output");
    derived
}

/// A key ring bound to one site: what signs and verifies cookies, handles, preview and login tokens.
#[derive(Clone)]
pub struct SiteKeys {
    site: Box<str>,
    keys: Vec<BoundKey>,
    signer: BoundKey,
}

impl fmt::Debug for SiteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<u8> = self.keys.iter().map(|key| key.id).collect();
        let mut out = f.debug_struct("SiteKeys");
        out.field("site", &self.site).field("ids", &ids);
        out.finish_non_exhaustive()
    }
}

impl SiteKeys {
    /// The site these keys belong to.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Id of the key that signs.
    pub fn signer(&self) -> u8 {
        self.signer.id
    }

    /// A key with this id is in the ring.
    pub fn knows(&self, id: u8) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// The signing key's MAC over `PAE(label, site, scope..., bytes)`.
    pub(in crate::profile) fn sign(&self, purpose: KeyPurpose, scope: &[&str], bytes: &[u8]) -> [u8; MAC_BYTES] {
        self.mac(&self.signer, purpose, scope, bytes)
    }

    /// Whether a MAC is that of the key with this id, compared in constant time; false for an unknown id.
    pub(in crate::profile) fn verifies(
        &self,
        id: u8,
        purpose: KeyPurpose,
        scope: &[&str],
        bytes: &[u8],
        mac: &[u8],
    ) -> bool {
        let Some(key) = self.keys.iter().find(|key| key.id == id) else {
            return false;
        };
        let expected = self.mac(key, purpose, scope, bytes);
        expected.as_slice().ct_eq(mac).into()
    }

    fn mac(&self, key: &BoundKey, purpose: KeyPurpose, scope: &[&str], bytes: &[u8]) -> [u8; MAC_BYTES] {
        let mut pieces = Vec::with_capacity(5);
        pieces.extend([purpose.label().as_bytes(), self.site.as_bytes()]);
        pieces.extend(scope.iter().map(|scope| scope.as_bytes()));
        pieces.push(bytes);
        short(&key.mac(purpose, &pieces))
    }

    /// All 32 bytes of the MAC over `PAE(label, site, pieces...)` by the key with this id; `None` for an unknown id. Page
    /// tokens are encrypted with it.
    pub(in crate::profile) fn whole_mac(&self, id: u8, purpose: KeyPurpose, scope: [&[u8]; 2]) -> Option<[u8; 32]> {
        let key = self.keys.iter().find(|key| key.id == id)?;
        let [first, second] = scope;
        Some(key.mac(purpose, &[purpose.label().as_bytes(), self.site.as_bytes(), first, second]))
    }
}

/// The first bytes of a MAC.
fn short(mac: &[u8; 32]) -> [u8; MAC_BYTES] {
    let mut short = [0; MAC_BYTES];
    short.iter_mut().zip(mac).for_each(|(to, from)| *to = *from);
    short
}
