//! The age format (age-encryption.org/v1) with a passphrase: one scrypt recipient, and a file of one chunk.
//!
//! By hand, because the crate `age` brings 155 others, among them second versions of every hash and curve here. What is
//! written here is read by `age --decrypt`.

use base64ct::{Base64Unpadded, Encoding as _};
use chacha20poly1305::aead::{Aead, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

const VERSION: &str = "age-encryption.org/v1";
/// Most work that a file may ask for: 1 GB of memory.
const LOG_N_MAX: u8 = 20;
/// Bytes of a chunk, of which a key needs one.
const CHUNK_BYTES: usize = 64 * 1024;
const FILE_KEY_BYTES: usize = 16;

/// What makes each file another one.
pub(super) struct Randomness {
    pub(super) file_key: [u8; FILE_KEY_BYTES],
    pub(super) salt: [u8; 16],
    pub(super) nonce: [u8; 16],
}

/// Why a file is not decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AgeError {
    #[error("it is not encrypted with a passphrase in the age format")]
    Format,
    #[error("the passphrase is another one")]
    Passphrase,
    #[error("it was changed after it was encrypted")]
    Changed,
}

/// Encrypts a short text.
pub(super) fn encrypt(text: &[u8], passphrase: &str, log_n: u8, random: &Randomness) -> Result<Vec<u8>, AgeError> {
    let wrapping = wrapping_key(passphrase, &random.salt, log_n)?;
    let wrapped = seal(&wrapping, [0; 12], &random.file_key)?;
    let salt = Base64Unpadded::encode_string(&random.salt);
    let header = format!("{VERSION}\n-> scrypt {salt} {log_n}\n{}\n---", Base64Unpadded::encode_string(&wrapped));
    let mac = header_mac(&random.file_key, header.as_bytes())?.finalize().into_bytes();
    let mut out = format!("{header} {}\n", Base64Unpadded::encode_string(&mac)).into_bytes();
    out.extend_from_slice(&random.nonce);
    out.extend(seal(&payload_key(&random.file_key, &random.nonce)?, LAST_CHUNK, text)?);
    Ok(out)
}

/// The nonce of the first chunk, which is the last.
const LAST_CHUNK: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Decrypts what [`encrypt`], or `age --passphrase`, has encrypted.
pub(super) fn decrypt(bytes: &[u8], passphrase: &str) -> Result<Vec<u8>, AgeError> {
    let (header, mac, payload) = parts(bytes).ok_or(AgeError::Format)?;
    let mut lines = header.lines();
    let (version, recipient, wrapped) = (lines.next(), lines.next(), lines.next());
    let mut words = recipient.unwrap_or_default().split(' ');
    if version != Some(VERSION) || words.next() != Some("->") || words.next() != Some("scrypt") {
        return Err(AgeError::Format);
    }
    let salt = words.next().and_then(decoded::<16>).ok_or(AgeError::Format)?;
    let log_n = words.next().and_then(|text| text.parse().ok()).filter(|log_n| *log_n <= LOG_N_MAX);
    let wrapped = wrapped.and_then(decoded::<32>).ok_or(AgeError::Format)?;
    let wrapping = wrapping_key(passphrase, &salt, log_n.ok_or(AgeError::Format)?)?;
    let file_key = open(&wrapping, [0; 12], &wrapped).map_err(|_| AgeError::Passphrase)?;
    let file_key: [u8; FILE_KEY_BYTES] = file_key.try_into().map_err(|_| AgeError::Format)?;
    header_mac(&file_key, header.as_bytes())?.verify_slice(&mac).map_err(|_| AgeError::Changed)?;
    let (nonce, chunk) = payload.split_first_chunk::<16>().ok_or(AgeError::Changed)?;
    if chunk.len() > CHUNK_BYTES {
        return Err(AgeError::Format);
    }
    open(&payload_key(&file_key, nonce)?, LAST_CHUNK, chunk)
}

/// The header up to its MAC, the MAC, and what follows.
fn parts(bytes: &[u8]) -> Option<(&str, [u8; 32], &[u8])> {
    const END: &[u8] = b"\n--- ";
    let at = bytes.windows(END.len()).position(|window| window == END)? + END.len();
    let (head, rest) = bytes.split_at_checked(at)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let mac = decoded::<32>(std::str::from_utf8(rest.get(..end)?).ok()?)?;
    let header = std::str::from_utf8(head.get(..at - 1)?).ok()?;
    Some((header, mac, rest.get(end + 1..)?))
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    Base64Unpadded::decode_vec(text).ok()?.try_into().ok()
}

fn wrapping_key(passphrase: &str, salt: &[u8; 16], log_n: u8) -> Result<[u8; 32], AgeError> {
    let salt = [b"age-encryption.org/v1/scrypt".as_slice(), salt].concat();
    let parameters = scrypt::Params::new(log_n, 8, 1).map_err(|_| AgeError::Format)?;
    let mut key = [0; 32];
    scrypt::scrypt(passphrase.as_bytes(), &salt, &parameters, &mut key).map_err(|_| AgeError::Format)?;
    Ok(key)
}

fn derived(file_key: &[u8; FILE_KEY_BYTES], salt: Option<&[u8]>, label: &[u8]) -> Result<[u8; 32], AgeError> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(salt, file_key).expand(label, &mut key).map_err(|_| AgeError::Format)?;
    Ok(key)
}

fn payload_key(file_key: &[u8; FILE_KEY_BYTES], nonce: &[u8; 16]) -> Result<[u8; 32], AgeError> {
    derived(file_key, Some(nonce), b"payload")
}

fn header_mac(file_key: &[u8; FILE_KEY_BYTES], header: &[u8]) -> Result<Hmac<Sha256>, AgeError> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&derived(file_key, None, b"header")?)
        .map_err(|_| AgeError::Format)?;
    mac.update(header);
    Ok(mac)
}

fn seal(key: &[u8; 32], nonce: [u8; 12], text: &[u8]) -> Result<Vec<u8>, AgeError> {
    ChaCha20Poly1305::new(key.into()).encrypt(&Nonce::from(nonce), text).map_err(|_| AgeError::Format)
}

fn open(key: &[u8; 32], nonce: [u8; 12], sealed: &[u8]) -> Result<Vec<u8>, AgeError> {
    ChaCha20Poly1305::new(key.into()).decrypt(&Nonce::from(nonce), sealed).map_err(|_| AgeError::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: Randomness = Randomness { file_key: [1; 16], salt: [2; 16], nonce: [3; 16] };

    fn example() -> Vec<u8> {
        encrypt(b"secret", "correct horse", 4, &RANDOM).unwrap_or_default()
    }

    #[test]
    fn a_text_comes_back_with_its_passphrase_only() {
        assert_eq!(decrypt(&example(), "correct horse"), Ok(b"secret".to_vec()));
        assert_eq!(decrypt(&example(), "correct house"), Err(AgeError::Passphrase));
        assert_eq!(decrypt(b"0011", "correct horse"), Err(AgeError::Format));
    }

    #[test]
    fn a_file_with_any_byte_changed_cut_or_added_is_refused() {
        let file = example();
        for at in 0..file.len() {
            let mut changed = file.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1;
            }
            assert!(decrypt(&changed, "correct horse").is_err(), "byte {at}");
            assert!(file.get(..at).is_some_and(|cut| decrypt(cut, "correct horse").is_err()), "cut at {at}");
        }
        assert!(decrypt(&[&file[..], &[0]].concat(), "correct horse").is_err());
    }
}
