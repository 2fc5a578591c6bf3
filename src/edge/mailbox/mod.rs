//! The mailbox: what the shop's backend says of visitors, on its way through a Durable Object to their cookies.
//!
//! 256 shards by visitor. Each thing said is a row with a number that only rises; the cookie remembers the last number
//! that it has ([`attune_core::profile::MailboxMark`]). Whoever asks says the number that the request's cookie shows,
//! and gets the rows above it. A row that a cookie shows is kept for another [`MAILBOX_KEEP_S`], because a slow answer
//! may set an older cookie, and is erased when a later request still shows it. The id of an order stays for
//! [`MAILBOX_S`], so that a repeated order counts once. For what is said of visitors see [`rows`].
//!
//! A login token that was brought is kept in the shard of its own hash, so that nobody else can bring it: see [`redeemed`].
//!
//! A command is text: what to do, the visitor (or the token's hash) and JSON, a line each. `SQLite` reads and writes the
//! JSON, which spares decoders.

mod redeemed;
mod rows;
mod sql;

pub(crate) use rows::name as trait_name;

use crate::object;
use attune_core::codec::hash32;
use attune_core::codec::to_hex;
use attune_core::limits::{MAIL_MAX, MAILBOX_KEEP_S, MAILBOX_S};
use attune_core::profile::json::{parse_rows, parse_stored_order, parse_texts};
use attune_core::profile::{Mail, MailBody, Order, ServerUpdate, login_id};
use rows::Row;
use serde::Serialize;
use sql::{NEXT, now_s, number_min, text_of};
use worker::{DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue, State, durable_object};

const BINDING: &str = "ORDERS";

#[derive(Serialize)]
struct Stored {
    id: String,
    total_minor: u64,
    at_s: u32,
    skus: Vec<String>,
}

/// What is said of a visitor.
#[derive(Serialize)]
struct StoredUpdate {
    rows: Vec<Row>,
    at_ms: u64,
}

/// Keeps an order; false when its id is known.
pub(crate) async fn put(env: &Env, visitor: &[u8; 16], order: &Order) -> worker::Result<bool> {
    let stored = Stored {
        id: order.id.to_string(),
        total_minor: order.total_minor,
        at_s: order.at_s,
        skus: order.skus.iter().map(ToString::to_string).collect(),
    };
    Ok(ask(env, visitor, "put", serde_json::to_string(&stored)?).await? == b"true")
}

/// Keeps what is said of a visitor, and gives the names ([`trait_name`], `customer`) of which something later is known.
pub(crate) async fn say(env: &Env, visitor: &[u8; 16], update: &ServerUpdate) -> worker::Result<Vec<String>> {
    let update = StoredUpdate { rows: rows::of(update), at_ms: update.at_ms };
    let answer = ask(env, visitor, "say", serde_json::to_string(&update)?).await?;
    parse_texts(&answer).ok_or_else(unreadable)
}

/// Whether a login token may be used by this visitor: nobody brought it before, or they did. It is remembered until it
/// has expired.
pub(crate) async fn redeem(env: &Env, token: &str, visitor: &[u8; 16]) -> worker::Result<bool> {
    // Only a hash with the token in it is kept: who is forgotten leaves nothing here that could name them.
    let by = hash32(&[token, &to_hex(visitor)]).to_string();
    Ok(ask(env, &login_id(token), "redeem", by).await? == b"true")
}

/// The rows above the number that the request's cookie shows, at most [`MAIL_MAX`]; `None` when the mailbox does not
/// answer: they come at a later beacon.
pub(crate) async fn take(env: &Env, visitor: &[u8; 16], shown: u64) -> Option<Vec<Mail>> {
    match taken(env, visitor, shown).await {
        Ok(rows) => Some(rows.into_iter().filter_map(mail).collect()),
        Err(error) => {
            worker::console_error!("attune: mailbox: {error}");
            None
        }
    }
}

/// Number, name and value.
type Numbered = (u64, String, String);

async fn taken(env: &Env, visitor: &[u8; 16], shown: u64) -> worker::Result<Vec<Numbered>> {
    parse_rows(&ask(env, visitor, "take", shown.to_string()).await?).ok_or_else(unreadable)
}

/// The answer is not one that this module writes.
fn unreadable() -> worker::Error {
    worker::Error::RustError("the mailbox's answer cannot be read".into())
}

/// A row that can be read: each was written by this module.
fn mail((number, name, value): Numbered) -> Option<Mail> {
    if name != rows::ORDER {
        return Some(Mail { number, body: rows::body(&name, value)? });
    }
    Some(Mail { number, body: MailBody::Order(parse_stored_order(&value)?) })
}

/// Erases everything of a visitor.
pub(crate) async fn forget(env: &Env, visitor: &[u8; 16]) {
    if let Err(error) = ask(env, visitor, "forget", String::new()).await {
        worker::console_error!("attune: mailbox: {error}");
    }
}

async fn ask(env: &Env, visitor: &[u8; 16], what: &str, json: String) -> worker::Result<Vec<u8>> {
    let visitor: String = to_hex(visitor);
    let shard = visitor.get(..2).unwrap_or("00");
    let body = [what, &visitor, &json].join("\n");
    let mut response = object::post(env, BINDING, &format!("orders-{shard}"), "", body).await?;
    if response.status_code() != 200 {
        return Err(worker::Error::RustError(format!("{what} was answered with {}", response.status_code())));
    }
    response.bytes().await
}

/// One shard.
#[durable_object]
#[derive(Debug)]
pub struct Orders {
    state: State,
}

impl DurableObject for Orders {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let command = request.text().await?;
        let mut lines = command.splitn(3, '\n');
        let (what, visitor, json) = (lines.next(), lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let sql = self.tables()?;
        let answer = match what {
            Some("put") => {
                self.clean_up_later().await?;
                insert(&sql, visitor, json)?.to_string()
            }
            Some("say") => {
                self.clean_up_later().await?;
                rows::say(&sql, visitor, json)?
            }
            Some("take") => waiting(&sql, visitor, json)?,
            Some("redeem") => {
                self.clean_up_later().await?;
                redeemed::redeem(&sql, visitor, json)?.to_string()
            }
            Some("forget") => {
                sql.exec("DELETE FROM mail WHERE visitor = ?", vec![visitor.into()])?;
                sql.exec("DELETE FROM said WHERE visitor = ?", vec![visitor.into()])?;
                String::new()
            }
            _ => return Response::error("no such command", 400),
        };
        Response::ok(answer)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        let sql = self.tables()?;
        let ago = |seconds: u32| SqlStorageValue::from(i64::from(now_s().saturating_sub(seconds)));
        sql.exec("DELETE FROM ordered WHERE added_s < ?", vec![ago(MAILBOX_S)])?;
        sql.exec("DELETE FROM said WHERE added_s < ?", vec![ago(MAILBOX_S)])?;
        // Nobody came again to show once more that it arrived.
        sql.exec("DELETE FROM mail WHERE added_s < ?1 OR shown_s < ?2", vec![ago(MAILBOX_S), ago(CLEAN_UP_S)])?;
        redeemed::clean_up(&sql)?;
        self.state.storage().set_alarm(clean_up_ms()).await?;
        Response::empty()
    }
}

impl Orders {
    fn tables(&self) -> worker::Result<SqlStorage> {
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS ordered (id TEXT PRIMARY KEY, added_s INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS mail (visitor TEXT, number INTEGER, name TEXT NOT NULL, value TEXT NOT NULL,
             shown_s INTEGER, added_s INTEGER NOT NULL, PRIMARY KEY (visitor, number)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS said (visitor TEXT, name TEXT, at_ms INTEGER NOT NULL, added_s INTEGER NOT NULL,
             PRIMARY KEY (visitor, name)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS redeemed (token TEXT PRIMARY KEY, by TEXT NOT NULL, until_s INTEGER NOT NULL) WITHOUT ROWID",
            None,
        )?;
        Ok(sql)
    }

    async fn clean_up_later(&self) -> worker::Result<()> {
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage.set_alarm(clean_up_ms()).await?;
        }
        Ok(())
    }
}

/// Seconds until the next clean-up.
const CLEAN_UP_S: u32 = 7 * 86_400;

fn clean_up_ms() -> i64 {
    i64::from(CLEAN_UP_S) * 1_000
}

fn insert(sql: &SqlStorage, visitor: &str, order: &str) -> worker::Result<bool> {
    let added = sql.exec(
        "INSERT INTO ordered VALUES (json_extract(?, '$.id'), ?) ON CONFLICT DO NOTHING",
        vec![order.into(), i64::from(now_s()).into()],
    )?;
    if added.rows_written() == 0 {
        return Ok(false);
    }
    sql.exec(
        &format!("INSERT INTO mail VALUES (?1, {NEXT}, ?3, ?4, NULL, ?5)"),
        vec![visitor.into(), number_min(), rows::ORDER.into(), order.into(), i64::from(now_s()).into()],
    )?;
    Ok(true)
}

/// The rows above a number that a cookie shows, as JSON, after noting what it shows.
fn waiting(sql: &SqlStorage, visitor: &str, shown: &str) -> worker::Result<String> {
    let shown: i64 = shown.parse().unwrap_or(0);
    let now = i64::from(now_s());
    // A slow answer set an older cookie: what it lacks has not arrived after all.
    sql.exec("UPDATE mail SET shown_s = NULL WHERE visitor = ? AND number > ?", vec![visitor.into(), shown.into()])?;
    sql.exec(
        "DELETE FROM mail WHERE visitor = ? AND number <= ? AND shown_s < ?",
        vec![visitor.into(), shown.into(), (now - i64::from(MAILBOX_KEEP_S)).into()],
    )?;
    sql.exec(
        "UPDATE mail SET shown_s = ? WHERE visitor = ? AND number <= ? AND shown_s IS NULL",
        vec![now.into(), visitor.into(), shown.into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(json_array(number, name, value))
         FROM (SELECT * FROM mail WHERE visitor = ? AND number > ? ORDER BY number LIMIT ?)",
        vec![visitor.into(), shown.into(), i64::try_from(MAIL_MAX).unwrap_or(i64::MAX).into()],
    )?;
    text_of(&found)
}
