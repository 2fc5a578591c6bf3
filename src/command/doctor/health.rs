//! What `GET /_attune/health` says.

use super::visit::Answer;
use serde::Deserialize;

/// The answer of the health check.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Health {
    pub(super) status: String,
    pub(super) bundle: Option<ServedBundle>,
    /// What the lean core cannot do.
    #[serde(default)]
    pub(super) lacks: String,
    /// Nothing of it in a Worker of before.
    #[serde(default)]
    pub(super) published: Published,
}

/// What pages are decided with.
#[derive(Debug, Deserialize)]
pub(super) struct ServedBundle {
    /// First digits of its hash.
    pub(super) version: String,
    /// Version of the manifest; 0 for the bundle of the deployment.
    pub(super) manifest: u64,
    #[serde(default)]
    pub(super) disabled: u32,
}

/// What the isolate knows of what is published.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Published {
    pub(super) traps: u64,
    pub(super) expires_s: Option<i64>,
    pub(super) head: Option<Head>,
    pub(super) canary: Option<Canary>,
    pub(super) killed: Option<Killed>,
    pub(super) alarms: Vec<Alarm>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) age_s: i64,
    pub(super) withdrawn: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Canary {
    pub(super) share_bp: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct Killed {
    pub(super) campaigns: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Alarm {
    pub(super) what: String,
    pub(super) kind: String,
    pub(super) text: String,
}

/// Who answers for `/_attune/`.
#[derive(Debug)]
pub(super) enum Api {
    /// The control plane.
    Control(Health),
    /// The page Worker, which does not get an answer from the control Worker.
    WithoutControl,
    /// Nobody of ours.
    Foreign,
}

impl Api {
    /// Reads the answer to a health check.
    pub(super) fn of(answer: &Answer) -> Self {
        if answer.error_code().as_deref() == Some("unavailable") {
            return Self::WithoutControl;
        }
        match serde_json::from_slice::<Health>(&answer.http.body) {
            Ok(health) if !health.status.is_empty() => Self::Control(health),
            _ => Self::Foreign,
        }
    }

    /// The health check's answer, if the control plane gave one.
    pub(super) fn health(&self) -> Option<&Health> {
        match self {
            Self::Control(health) => Some(health),
            Self::WithoutControl | Self::Foreign => None,
        }
    }
}
