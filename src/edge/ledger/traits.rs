//! What the shop's backend says of visitors: by trait, and `customer` for who they are, the latest thing said.
//!
//! A row waits until a request's cookie shows what it says. Then its value is erased; the time stays, so that what
//! was said earlier and arrives later changes nothing.

use super::{now_s, text_of};
use attune_core::limits::TRAITS_MAX;
use attune_core::profile::{Customer, Profile, Statement, TraitValue, from_hex, to_hex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use worker::{SqlStorage, SqlStorageValue};

/// Rows handed over at once: the traits of a site, those that it had before, and the customer.
const TAKEN_MAX: usize = 2 * TRAITS_MAX + 1;
const CUSTOMER: &str = "customer";

/// Something said: a trait by the hash of its key in hexadecimal, or `customer` with their hash; empty for nothing.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) value: String,
}

/// A statement as rows.
pub(super) fn rows(said: &Statement) -> Vec<Row> {
    let row = |said: &TraitValue| Row { name: name(said.key), value: said.value.to_string() };
    let customer = match said.customer {
        Customer::Unsaid => None,
        Customer::Nobody => Some(String::new()),
        Customer::Is(hash) => Some(to_hex(&hash)),
    };
    let customer = customer.map(|value| Row { name: CUSTOMER.to_owned(), value });
    said.traits.iter().map(row).chain(customer).collect()
}

/// Rows as a statement.
pub(super) fn statement(rows: Vec<Row>) -> Statement {
    let mut said = Statement::default();
    for Row { name, value } in rows {
        if name == CUSTOMER {
            said.customer = from_hex(&value).map_or(Customer::Nobody, Customer::Is);
        } else if let Some(key) = from_hex(&name) {
            said.traits.push(TraitValue { key: u32::from_be_bytes(key), value: value.into() });
        }
    }
    said
}

/// What a visitor's cookie shows, by name.
pub(super) fn shown(profile: &Profile) -> BTreeMap<String, String> {
    let traits = profile.traits.iter().map(|held| (name(held.key), held.value.to_string()));
    traits.chain(profile.customer.map(|hash| (CUSTOMER.to_owned(), to_hex(&hash)))).collect()
}

/// How the trait whose key has this hash is called here.
pub(crate) fn name(key: u32) -> String {
    to_hex(&key.to_be_bytes())
}

pub(super) fn table(sql: &SqlStorage) -> worker::Result<()> {
    sql.exec(
        "CREATE TABLE IF NOT EXISTS said (visitor TEXT, name TEXT, value TEXT NOT NULL, waits INTEGER NOT NULL,
         at_ms INTEGER NOT NULL, added_s INTEGER NOT NULL, PRIMARY KEY (visitor, name)) WITHOUT ROWID",
        None,
    )?;
    Ok(())
}

/// Keeps what is said, and gives the names of which something later is known.
pub(super) fn say(sql: &SqlStorage, visitor: &str, rows: Vec<Row>, at_ms: i64) -> worker::Result<Vec<String>> {
    let mut outdated = Vec::new();
    for Row { name, value } in rows {
        let values = vec![
            visitor.into(),
            name.as_str().into(),
            value.into(),
            SqlStorageValue::Integer(at_ms),
            i64::from(now_s()).into(),
        ];
        let cursor = sql.exec(
            "INSERT INTO said VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, waits = 1,
             at_ms = excluded.at_ms, added_s = excluded.added_s WHERE excluded.at_ms >= at_ms",
            values,
        )?;
        if cursor.rows_written() == 0 {
            outdated.push(name);
        }
    }
    Ok(outdated)
}

/// What waits for a visitor, as JSON, after erasing what their cookie shows.
pub(super) fn waiting(sql: &SqlStorage, visitor: &str, shown: &BTreeMap<String, String>) -> worker::Result<String> {
    sql.exec(
        "UPDATE said SET value = '', waits = 0 WHERE visitor = ? AND waits
         AND value = coalesce((SELECT shown.value FROM json_each(?) AS shown WHERE shown.key = said.name), '')",
        vec![visitor.into(), serde_json::to_string(shown)?.into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(json_object('name', name, 'value', value))
         FROM (SELECT * FROM said WHERE visitor = ? AND waits ORDER BY at_ms DESC LIMIT ?)",
        vec![visitor.into(), i64::try_from(TAKEN_MAX).unwrap_or(i64::MAX).into()],
    )?;
    text_of(&found)
}
