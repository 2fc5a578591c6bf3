//! What the shop's backend says of visitors: by trait, and `customer` for who they are.
//!
//! Of two things said of one name the later holds, in whatever order they arrive: the moment of the last one is kept, and
//! a new row takes the place of one that still waits.

use super::sql::{NEXT, now_s, number_min, text_of};
use attune_core::codec::from_hex;
use attune_core::codec::to_hex;
use attune_core::profile::{Customer, MailBody, ServerUpdate, TraitValue};
use worker::SqlStorage;

/// The name of an order's rows.
pub(super) const ORDER: &str = "order";
const CUSTOMER: &str = "customer";

/// A trait by the hash of its key in hexadecimal with its value, or `customer` with their hash; empty for nothing.
pub(super) type Row = (String, String);

/// The names of what is said of which nothing later was known, in SQL: `?1` is the visitor, `?3` what is said.
const HOLDS: &str = "SELECT name FROM said WHERE visitor = ?1 AND at_ms = json_extract(?3, '$.at_ms')
     AND name IN (SELECT json_extract(value, '$[0]') FROM json_each(?3, '$.rows'))";

/// An update as rows.
pub(super) fn of(update: &ServerUpdate) -> Vec<Row> {
    let customer = match update.customer {
        Customer::Unsaid => None,
        Customer::Nobody => Some(String::new()),
        Customer::Is(hash) => Some(to_hex(&hash)),
    };
    let traits = update.traits.iter().map(|held| (name(held.key), held.value.to_string()));
    traits.chain(customer.map(|hash| (CUSTOMER.to_owned(), hash))).collect()
}

/// What a row says; `None` for a name that this version does not write.
pub(super) fn body(name: &str, value: String) -> Option<MailBody> {
    if name == CUSTOMER {
        return Some(MailBody::Customer(from_hex(&value).map_or(Customer::Nobody, Customer::Is)));
    }
    let key = u32::from_be_bytes(from_hex(name)?);
    Some(MailBody::Trait(TraitValue { key, value: value.into() }))
}

/// How the trait whose key has this hash is called here.
pub(crate) fn name(key: u32) -> String {
    to_hex(&key.to_be_bytes())
}

/// Keeps what is said, and gives the names of which something later is known, as JSON.
pub(super) fn say(sql: &SqlStorage, visitor: &str, update: &str) -> worker::Result<String> {
    let now = i64::from(now_s());
    sql.exec(
        "INSERT INTO said SELECT ?1, json_extract(value, '$[0]'), json_extract(?2, '$.at_ms'), ?3
         FROM json_each(?2, '$.rows') WHERE true ON CONFLICT DO UPDATE SET
         at_ms = excluded.at_ms, added_s = excluded.added_s WHERE excluded.at_ms >= at_ms",
        vec![visitor.into(), update.into(), now.into()],
    )?;
    // Numbers go in and out as doubles: whole, and then text.
    let next =
        sql.exec(&format!("SELECT CAST(CAST({NEXT} AS INTEGER) AS TEXT)"), vec![visitor.into(), number_min()])?;
    let first: i64 = text_of(&next)?.parse().map_err(|_| worker::Error::RustError("no number".into()))?;
    sql.exec(
        &format!("DELETE FROM mail WHERE visitor = ?1 AND ?2 > 0 AND name IN ({HOLDS})"),
        vec![visitor.into(), first.into(), update.into()],
    )?;
    sql.exec(
        &format!(
            "INSERT INTO mail SELECT ?1, ?2 + key, json_extract(value, '$[0]'), json_extract(value, '$[1]'), NULL, ?4
             FROM json_each(?3, '$.rows') WHERE json_extract(value, '$[0]') IN ({HOLDS})"
        ),
        vec![visitor.into(), first.into(), update.into(), now.into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(name) FROM said WHERE visitor = ?1 AND at_ms > json_extract(?2, '$.at_ms')
         AND name IN (SELECT json_extract(value, '$[0]') FROM json_each(?2, '$.rows'))",
        vec![visitor.into(), update.into()],
    )?;
    text_of(&found)
}
