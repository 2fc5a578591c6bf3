//! How two outcomes on the same sessions differ, with the standard error of the difference.

use super::metrics::Outcome;
use crate::sessions::Sessions;

/// A mean per prediction, and its standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Standard error of the mean. Sessions are independent of each other; the predictions of one session are not.
    pub error: f64,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// HR@20.
    Hits,
    /// MRR@20.
    Ranks,
    /// HR@20 + MRR@20.
    Both,
}

/// Differences of two outcomes, session by session. More sessions may be added behind.
#[derive(Debug, Clone, Default)]
pub struct Paired {
    sessions: Vec<Session>,
}

/// What one session adds: its predictions, and by how much its hits and reciprocal ranks differ.
#[derive(Debug, Clone, Copy)]
struct Session {
    predictions: f64,
    hits: f64,
    reciprocals: f64,
}

impl Paired {
    /// Adds the sessions that both outcomes were measured on.
    pub fn add(&mut self, sessions: &Sessions, outcome: &Outcome, than: &Outcome) {
        let mut pairs = outcome.reciprocals.iter().zip(&than.reciprocals);
        for clicks in sessions.iter() {
            let mut session = Session { predictions: 0.0, hits: 0.0, reciprocals: 0.0 };
            for (reciprocal, other) in pairs.by_ref().take(clicks.len().saturating_sub(1)) {
                session.predictions += 1.0;
                session.hits += f64::from(u8::from(*reciprocal > 0.0)) - f64::from(u8::from(*other > 0.0));
                session.reciprocals += f64::from(*reciprocal) - f64::from(*other);
            }
            self.sessions.push(session);
        }
    }

    /// Adds the differences of other sessions.
    pub fn append(&mut self, other: &Self) {
        self.sessions.extend_from_slice(&other.sessions);
    }

    /// By how much a figure differs. `chance` is added to the differences as a session of its own, without a mean: with
    /// few predictions, of which most are the same in both outcomes, the spread of the others says too little.
    pub fn estimate(&self, figure: Figure, chance: f64) -> Estimate {
        let difference = |session: &Session| match figure {
            Figure::Hits => session.hits,
            Figure::Ranks => session.reciprocals,
            Figure::Both => session.hits + session.reciprocals,
        };
        let count = self.sessions.iter().map(|session| session.predictions).sum::<f64>().max(1.0);
        let mean = self.sessions.iter().map(difference).sum::<f64>() / count;
        let square = |session: &Session| (difference(session) - mean * session.predictions).powi(2);
        let variance: f64 = self.sessions.iter().map(square).sum();
        Estimate { mean, error: (variance + chance.powi(2)).sqrt() / count }
    }
}
