//! The JSON of `/_attune/publish/`, as a publisher reads and writes it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest message of a publication, in characters.
pub const MESSAGE_CHARS_MAX: usize = 500;
/// Largest artifact, in bytes.
pub const ARTIFACT_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Largest difference of a draft, in bytes of JSON.
pub const DIFF_BYTES_MAX: usize = 64 * 1024;

/// `GET state`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct State {
    /// Name of the site.
    pub site: String,
    /// Which publisher this is; requests are signed for it.
    pub audience: String,
    /// Its clock, in seconds since the Unix epoch.
    pub now_s: u64,
    /// Number of the last entry of the history; 0 before the first.
    pub serial: u64,
    /// How many keys must sign a version.
    pub threshold: usize,
    /// Lowest version that pages accept.
    pub floor: u64,
    /// What is published.
    pub current: Option<Current>,
    /// The catalogue and the indexes that a job has published beside versions.
    #[serde(default)]
    pub data: Option<Data>,
    /// What is turned off.
    #[serde(default)]
    pub kills: Kills,
    /// What waits for signatures.
    #[serde(default)]
    pub drafts: Vec<Draft>,
    /// What is there to be looked at.
    #[serde(default)]
    pub previews: Vec<PreviewDraft>,
    /// What pages were told last.
    #[serde(default)]
    pub head: Option<Head>,
    /// The keys that the site takes.
    #[serde(default)]
    pub keys: Vec<Key>,
    /// What went wrong lately.
    #[serde(default)]
    pub alarms: Vec<Alarm>,
}

/// The version that is published.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Current {
    /// SHA-256 of the manifest's body.
    pub id: String,
    /// Its number.
    pub version: u64,
    /// `version` or `rollback`.
    pub kind: String,
    /// Id of the manifest before.
    pub previous: String,
    /// Seconds since the Unix epoch.
    pub not_before_s: u64,
    /// Seconds since the Unix epoch.
    pub expires_s: u64,
    /// What it consists of.
    pub artifacts: Vec<NamedArtifact>,
    /// A second configuration.
    #[serde(default)]
    pub canary: Option<NamedCanary>,
    /// Whether its canary, or the version, was withdrawn.
    #[serde(default)]
    pub withdrawn: bool,
}

/// An artifact of a manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct NamedArtifact {
    /// Its kind.
    pub kind: u8,
    /// Its size.
    pub bytes: u32,
    /// Its hash, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// A canary of a manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct NamedCanary {
    /// Basis points of the visitors.
    pub share_bp: u16,
    /// 16 hexadecimal digits.
    pub salt: String,
    /// Hash of its configuration.
    pub sha256: String,
    /// Size of its configuration.
    pub bytes: u32,
}

/// The data manifest that is published.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Data {
    /// SHA-256 of its body.
    pub id: String,
    /// Its number.
    pub number: u64,
    /// Id of the data manifest before.
    pub previous: String,
    /// When it was made, in seconds since the Unix epoch.
    pub made_s: u64,
    /// The version that was published then.
    pub version: u64,
    /// Which catalogue and indexes that version names itself, as one hash.
    pub base: String,
    /// Whether it takes the place of what the present version names.
    pub holds: bool,
    /// The catalogue and the indexes.
    pub artifacts: Vec<NamedArtifact>,
}

/// What is turned off.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Kills {
    /// The number of the next statement.
    pub next: u64,
    /// Whether everything is off.
    #[serde(default)]
    pub everything: bool,
    /// Campaigns that are off.
    #[serde(default)]
    pub campaigns: Vec<String>,
    /// How many statements there are.
    #[serde(default)]
    pub statements: u64,
}

/// Something that waits for signatures.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The version that it would be; for a statement its number.
    #[serde(default)]
    pub version: Option<u64>,
    /// Why.
    #[serde(default)]
    pub message: String,
    /// Keys that have signed.
    #[serde(default)]
    pub by: Vec<String>,
    /// How many signatures it has.
    pub signatures: usize,
    /// How many it needs.
    pub needed: usize,
    /// When it was made.
    pub at_s: u64,
    /// When it is thrown away.
    pub expires_s: u64,
}

/// A draft that is there to be looked at.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PreviewDraft {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub at_s: u64,
    /// When it is thrown away.
    pub expires_s: u64,
}

/// The answer of `POST preview`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PreviewLink {
    /// The link.
    pub url: String,
    /// When it ends, in seconds since the Unix epoch.
    pub ends_s: u64,
    /// Id of the draft that it shows; without one what is published.
    pub draft: Option<String>,
}

/// What pages were told last.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Head {
    /// Number of the entry of the history that it is of.
    pub serial: u64,
    /// When it was written.
    pub moment_s: u64,
}

/// A key that the site takes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// What its signatures are good for.
    pub roles: Vec<String>,
}

/// Something that went wrong.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Alarm {
    /// When.
    pub at_s: u64,
    /// What kind.
    pub kind: String,
    /// In words.
    pub text: String,
}

/// The answer of `POST draft`, `approve`, `kill`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Accepted {
    /// It is published.
    #[serde(default)]
    pub published: Option<Published>,
    /// It waits.
    #[serde(default)]
    pub draft: Option<Waiting>,
    /// Number of the entry of the history, of a kill.
    #[serde(default)]
    pub serial: Option<u64>,
}

/// What was published.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Published {
    /// Number of the entry of the history.
    pub serial: u64,
    /// The version; a statement has none.
    #[serde(default)]
    pub version: Option<u64>,
    /// Id of the manifest; a statement has none.
    #[serde(default)]
    pub manifest: Option<String>,
    /// Number of the data manifest.
    #[serde(default)]
    pub number: Option<u64>,
}

/// What waits for signatures.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// How many signatures it has.
    pub signatures: usize,
    /// How many it needs.
    pub needed: usize,
}

/// `GET draft/ID`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct WholeDraft {
    /// Its id.
    pub id: String,
    /// The signed file in base64: a manifest.
    #[serde(default)]
    pub manifest: Option<String>,
    /// The signed file in base64: a statement.
    #[serde(default)]
    pub statement: Option<String>,
    /// Why.
    #[serde(default)]
    pub message: String,
    /// What it changes, as whoever made it says.
    #[serde(default)]
    pub diff: Value,
    /// Keys that have signed.
    #[serde(default)]
    pub by: Vec<String>,
    /// How many signatures it needs.
    pub needed: usize,
}

/// `GET missing`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Missing {
    /// Hashes of artifacts that are not there.
    pub missing: Vec<String>,
}

/// `GET history`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Page {
    /// Entries in their order.
    pub entries: Vec<RawEntry>,
    /// Whether there are more behind them.
    #[serde(default)]
    pub more: bool,
}

/// An entry of the history as its hash covers it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct RawEntry {
    /// The exact text of its JSON.
    pub text: String,
    /// SHA-256 of the text.
    pub hash: String,
}

/// An entry of the history.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Entry {
    /// Its number, from 1.
    pub serial: u64,
    /// When.
    pub at_s: u64,
    /// Who has signed.
    #[serde(default)]
    pub by: Vec<String>,
    /// `publish`, `rollback`, `canary`, `promote`, `withdraw`, `kill`, `revive` or `data`.
    pub action: String,
    /// The version that it made.
    #[serde(default)]
    pub version: Option<u64>,
    /// Id of the manifest that it is about.
    #[serde(default)]
    pub manifest: Option<String>,
    /// Of a kill or a revival: the signed statement or its id.
    #[serde(default)]
    pub statement: Option<Value>,
    /// Why.
    #[serde(default)]
    pub message: Option<String>,
    /// What it changed, as its maker says.
    #[serde(default)]
    pub diff: Value,
    /// Hash of the entry before.
    pub previous: String,
}

/// An error of the API.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Refusal {
    /// What is wrong.
    pub error: RefusalError,
}

/// What is wrong.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RefusalError {
    /// Stable code.
    #[serde(default)]
    pub code: String,
    /// What happened.
    #[serde(default)]
    pub message: String,
    /// What to do.
    #[serde(default)]
    pub remedy: String,
    /// Of a request that is not signed or is stale: which publisher this is.
    #[serde(default)]
    pub audience: Option<String>,
    /// Of a request that is not signed or is stale: its clock.
    #[serde(default)]
    pub now_s: Option<u64>,
    /// Of a conflict: what was published in between.
    #[serde(default)]
    pub between: Vec<Value>,
    /// Of missing artifacts: their hashes.
    #[serde(default)]
    pub missing: Vec<String>,
}
