//! A site's ledger, read with a key that has the role publish or read.

use super::client::{Client, Question};
use super::options::SiteOptions;
use crate::failure::Failure;
use attune_core::codec::percent_encode;
use serde::de::DeserializeOwned;

/// Says how many shards the ledger has.
const SHARDS: &str = "attune-shards";

/// The ledger of a site.
pub struct Ledger {
    client: Client,
}

impl Ledger {
    /// Opens the key and gets to know the site. Without an address, `ATTUNE_URL` has it; without a key, the only one is taken.
    ///
    /// # Errors
    /// When there is no key, or the site does not answer.
    pub fn connect(from: Option<&str>, key: Option<&str>, audience: Option<&str>) -> Result<Self, Failure> {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let options = SiteOptions { to: own(from), key: own(key), audience: own(audience) };
        Ok(Self { client: Client::connect(&options)? })
    }

    /// The address of the site.
    pub fn address(&self) -> &str {
        self.client.address.as_str()
    }

    /// How many shards there are.
    ///
    /// # Errors
    /// When the site does not say.
    pub fn shards(&self) -> Result<u32, Failure> {
        let (shards, _) = ask(&self.client, "counts", 0, &[("from", "0"), ("to", "0")])?;
        shards.ok_or_else(|| {
            Failure::new(
                format!("{} does not say how many shards its ledger has", self.address()),
                "deploy both Workers of the version of this `attune`",
            )
        })
    }

    /// Lines of a shard, each JSON: of `sums`, `counts`, `experiments` or `rows`. Values of the query are encoded here.
    ///
    /// # Errors
    /// When the site refuses, or does not answer.
    pub fn lines(&self, what: &str, shard: u32, query: &[(&str, &str)]) -> Result<Vec<u8>, Failure> {
        Ok(ask(&self.client, what, shard, query)?.1)
    }

    /// Lets the site write to its bucket: `run`, `object` or `end`. What is asked twice is done once. Values of the query are encoded here.
    ///
    /// # Errors
    /// When the site refuses, or does not answer.
    pub fn export<T: DeserializeOwned>(&self, what: &str, query: &[(&str, &str)]) -> Result<T, Failure> {
        self.client.json(&Question::put(&format!("export/{what}"), &[]).about(&encoded(String::new(), query)))
    }
}

/// Lines of a shard, and how many shards there are, where the site says so. Values of the query are encoded here.
pub(crate) fn ask(
    client: &Client,
    what: &str,
    shard: u32,
    query: &[(&str, &str)],
) -> Result<(Option<u32>, Vec<u8>), Failure> {
    let text = encoded(format!("shard={shard}"), query);
    let answer = client.answer(&Question::get(&format!("ledger/{what}")).about(&text))?;
    let shards = answer.header(SHARDS).and_then(|shards| shards.parse().ok());
    Ok((shards, answer.body))
}

/// A query that begins with `text`.
fn encoded(mut text: String, query: &[(&str, &str)]) -> String {
    for (name, value) in query {
        let mark = if text.is_empty() { "" } else { "&" };
        text.extend([mark, name, "="]);
        percent_encode(value, &mut text);
    }
    text
}
