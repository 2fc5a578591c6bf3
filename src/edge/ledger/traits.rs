//! What the shop's backend says of visitors: by trait, and `customer` for who they are, the latest thing said.
//!
//! A row waits until a request's cookie shows what it says. Then its value is erased; the time stays, so that what
//! was said earlier and arrives later changes nothing.

use super::{now_s, text_of};
use attune_core::limits::TRAITS_MAX;
use attune_core::profile::{Customer, Profile, Statement, TraitValue, from_hex, to_hex};
use worker::SqlStorage;

/// Rows handed over at once: the traits of a site, those that it had before, and the customer.
const TAKEN_MAX: usize = 2 * TRAITS_MAX + 1;
const CUSTOMER: &str = "customer";

/// A trait by the hash of its key in hexadecimal with its value, or `customer` with their hash; empty for nothing.
pub(super) type Row = (String, String);

/// A statement as rows.
pub(super) fn rows(said: &Statement) -> Vec<Row> {
    let customer = match said.customer {
        Customer::Unsaid => None,
        Customer::Nobody => Some(String::new()),
        Customer::Is(hash) => Some(to_hex(&hash)),
    };
    listed(&said.traits, customer)
}

/// What a visitor's cookie shows, as rows.
pub(super) fn shown(profile: &Profile) -> Vec<Row> {
    listed(&profile.traits, profile.customer.map(|hash| to_hex(&hash)))
}

fn listed(traits: &[TraitValue], customer: Option<String>) -> Vec<Row> {
    let traits = traits.iter().map(|held| (name(held.key), held.value.to_string()));
    traits.chain(customer.map(|hash| (CUSTOMER.to_owned(), hash))).collect()
}

/// Rows as a statement.
pub(super) fn statement(rows: Vec<Row>) -> Statement {
    let mut said = Statement::default();
    for (name, value) in rows {
        if name == CUSTOMER {
            said.customer = from_hex(&value).map_or(Customer::Nobody, Customer::Is);
        } else if let Some(key) = from_hex(&name) {
            said.traits.push(TraitValue { key: u32::from_be_bytes(key), value: value.into() });
        }
    }
    said
}

/// How the trait whose key has this hash is called here.
pub(crate) fn name(key: u32) -> String {
    to_hex(&key.to_be_bytes())
}

/// Keeps what is said, and gives the names of which something later is known, as JSON.
pub(super) fn say(sql: &SqlStorage, visitor: &str, told: &str) -> worker::Result<String> {
    sql.exec(
        "INSERT INTO said SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), 1,
         json_extract(?2, '$.at_ms'), ?3 FROM json_each(?2, '$.rows') WHERE true ON CONFLICT DO UPDATE SET
         value = excluded.value, waits = 1, at_ms = excluded.at_ms, added_s = excluded.added_s
         WHERE excluded.at_ms >= at_ms",
        vec![visitor.into(), told.into(), i64::from(now_s()).into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(name) FROM said WHERE visitor = ?1 AND at_ms > json_extract(?2, '$.at_ms')
         AND name IN (SELECT json_extract(value, '$[0]') FROM json_each(?2, '$.rows'))",
        vec![visitor.into(), told.into()],
    )?;
    text_of(&found)
}

/// What waits for a visitor, as JSON, after erasing what their cookie shows.
pub(super) fn waiting(sql: &SqlStorage, visitor: &str, told: &str) -> worker::Result<String> {
    sql.exec(
        "UPDATE said SET value = '', waits = 0 WHERE visitor = ? AND waits AND value = coalesce((
         SELECT json_extract(shown.value, '$[1]') FROM json_each(?, '$.rows') AS shown
         WHERE json_extract(shown.value, '$[0]') = said.name), '')",
        vec![visitor.into(), told.into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(json_array(name, value))
         FROM (SELECT * FROM said WHERE visitor = ? AND waits ORDER BY at_ms DESC LIMIT ?)",
        vec![visitor.into(), i64::try_from(TAKEN_MAX).unwrap_or(i64::MAX).into()],
    )?;
    text_of(&found)
}
