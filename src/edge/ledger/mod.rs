//! The mailbox: orders and traits on their way from the shop's backend, through a Durable Object, to the visitor's
//! cookie.
//!
//! 256 shards by visitor. An order stays until a later request shows, by the ring in the visitor's cookie,
//! that it arrived: an answer alone is no proof, because another answer may overwrite its cookie. Then all
//! of it but its id is erased; the id stays for [`MAILBOX_S`], so that a repeated order counts once. For what is
//! said of visitors see [`traits`].
//!
//! A login token that was brought is kept in the shard of its own hash, so that nobody else can bring it: see [`redeemed`].
//!
//! A command is text: what to do, the visitor (or the token's hash) and JSON, a line each. `SQLite` reads and writes the JSON, which spares
//! decoders.

mod redeemed;
mod traits;

pub(crate) use traits::name as trait_name;

use attune_core::limits::MAILBOX_S;
use attune_core::profile::{Order, Profile, Statement, hash32, login_id, to_hex};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, SqlCursor, SqlStorage, SqlStorageValue, State, durable_object};

/// Orders handed over at once, so that the ring still shows events beside them.
const TAKEN_MAX: i64 = 4;
const BINDING: &str = "ORDERS";

#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    total_minor: u64,
    at_s: u32,
    skus: Vec<String>,
    /// How the ring shows it.
    #[serde(default)]
    ring: u32,
}

/// What is said, or what a cookie shows.
#[derive(Serialize)]
struct Told<'a> {
    ring: &'a [u32],
    rows: Vec<traits::Row>,
    at_ms: u64,
}

/// What waits for a visitor.
pub(crate) struct Mail {
    pub(crate) orders: Vec<Order>,
    pub(crate) said: Statement,
}

/// Keeps an order; false when its id is known.
pub(crate) async fn put(env: &Env, visitor: &[u8; 16], order: &Order) -> worker::Result<bool> {
    let stored = Stored {
        id: order.id.to_string(),
        total_minor: order.total_minor,
        at_s: order.at_s,
        skus: order.skus.iter().map(ToString::to_string).collect(),
        ring: order.ring_id(),
    };
    Ok(ask(env, visitor, "put", serde_json::to_string(&stored)?).await? == b"true")
}

/// Keeps what is said of a visitor, and gives the names ([`trait_name`], `customer`) of which something later is known.
pub(crate) async fn say(env: &Env, visitor: &[u8; 16], said: &Statement) -> worker::Result<Vec<String>> {
    let told = Told { ring: &[], rows: traits::rows(said), at_ms: said.at_ms };
    Ok(serde_json::from_slice(&ask(env, visitor, "say", serde_json::to_string(&told)?).await?)?)
}

/// Whether a login token may be used by this visitor: nobody brought it before, or they did. It is remembered until it
/// has expired.
pub(crate) async fn redeem(env: &Env, token: &str, visitor: &[u8; 16]) -> worker::Result<bool> {
    // Only a hash with the token in it is kept: who is forgotten leaves nothing here that could name them.
    let by = hash32(&[token, &to_hex(visitor)]).to_string();
    Ok(ask(env, &login_id(token), "redeem", by).await? == b"true")
}

/// What waits for a visitor, after erasing what their cookie shows, as it came with the request. Without an answer
/// there is nothing: it comes at the next event.
pub(crate) async fn take(env: &Env, visitor: &[u8; 16], cookie: &Profile) -> Mail {
    let told = Told { ring: &cookie.events, rows: traits::shown(cookie), at_ms: 0 };
    let (orders, said) = taken(env, visitor, &told).await.unwrap_or_else(|error| {
        worker::console_error!("attune: orders: {error}");
        Default::default()
    });
    let order = |stored: Stored| Order {
        id: stored.id.into(),
        total_minor: stored.total_minor,
        at_s: stored.at_s,
        skus: stored.skus.into_iter().map(Into::into).collect(),
    };
    Mail { orders: orders.into_iter().map(order).collect(), said: traits::statement(said) }
}

async fn taken(env: &Env, visitor: &[u8; 16], told: &Told<'_>) -> worker::Result<(Vec<Stored>, Vec<traits::Row>)> {
    Ok(serde_json::from_slice(&ask(env, visitor, "take", serde_json::to_string(told)?).await?)?)
}

/// Erases everything of a visitor.
pub(crate) async fn forget(env: &Env, visitor: &[u8; 16]) {
    if let Err(error) = ask(env, visitor, "forget", String::new()).await {
        worker::console_error!("attune: orders: {error}");
    }
}

async fn ask(env: &Env, visitor: &[u8; 16], what: &str, json: String) -> worker::Result<Vec<u8>> {
    let visitor: String = to_hex(visitor);
    let shard = visitor.get(..2).unwrap_or("00");
    let stub = env.durable_object(BINDING)?.get_by_name(&format!("orders-{shard}"))?;
    let body = [what, &visitor, &json].join("\n");
    // Not worker's own RequestInit: that one brings 10 KB of image options with it.
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let request = web_sys::Request::new_with_str_and_init("https://orders.invalid/", &init)?;
    let mut response = stub.fetch_with_request(request.into()).await?;
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
                traits::say(&sql, visitor, json)?
            }
            Some("take") => {
                let orders = waiting(&sql, visitor, json)?;
                ["[", &orders, ",", &traits::waiting(&sql, visitor, json)?, "]"].concat()
            }
            Some("redeem") => {
                self.clean_up_later().await?;
                redeemed::redeem(&sql, visitor, json)?.to_string()
            }
            Some("forget") => {
                sql.exec("DELETE FROM orders WHERE visitor = ?", vec![visitor.into()])?;
                sql.exec("DELETE FROM said WHERE visitor = ?", vec![visitor.into()])?;
                String::new()
            }
            _ => return Response::error("no such command", 400),
        };
        Response::ok(answer)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        let (sql, oldest_s) = (self.tables()?, i64::from(now_s().saturating_sub(MAILBOX_S)));
        sql.exec("DELETE FROM orders WHERE added_s < ?", vec![oldest_s.into()])?;
        sql.exec("DELETE FROM said WHERE added_s < ?", vec![oldest_s.into()])?;
        redeemed::clean_up(&sql)?;
        self.state.storage().set_alarm(clean_up_ms()).await?;
        Response::empty()
    }
}

impl Orders {
    fn tables(&self) -> worker::Result<SqlStorage> {
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, visitor TEXT, ring INTEGER NOT NULL,
             total_minor INTEGER NOT NULL, at_s INTEGER NOT NULL, skus TEXT NOT NULL, added_s INTEGER NOT NULL);
             CREATE INDEX IF NOT EXISTS by_visitor ON orders (visitor);
             CREATE TABLE IF NOT EXISTS said (visitor TEXT, name TEXT, value TEXT NOT NULL, waits INTEGER NOT NULL,
             at_ms INTEGER NOT NULL, added_s INTEGER NOT NULL, PRIMARY KEY (visitor, name)) WITHOUT ROWID;
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

/// Milliseconds until the next clean-up.
fn clean_up_ms() -> i64 {
    7 * 86_400_000
}

fn now_s() -> u32 {
    u32::try_from(worker::Date::now().as_millis() / 1_000).unwrap_or(u32::MAX)
}

fn insert(sql: &SqlStorage, visitor: &str, order: &str) -> worker::Result<bool> {
    let cursor = sql.exec(
        "INSERT INTO orders SELECT json_extract(o, '$.id'), ?, json_extract(o, '$.ring'), json_extract(o, '$.total_minor'),
         json_extract(o, '$.at_s'), json_extract(o, '$.skus'), ? FROM (SELECT ? AS o) WHERE true ON CONFLICT DO NOTHING",
        vec![visitor.into(), i64::from(now_s()).into(), order.into()],
    )?;
    Ok(cursor.rows_written() > 0)
}

/// The orders that wait, as JSON, after erasing those that the ring shows.
fn waiting(sql: &SqlStorage, visitor: &str, told: &str) -> worker::Result<String> {
    sql.exec(
        "UPDATE orders SET visitor = NULL, total_minor = 0, skus = ''
         WHERE visitor = ? AND ring IN (SELECT value FROM json_each(?, '$.ring'))",
        vec![visitor.into(), told.into()],
    )?;
    let found = sql.exec(
        "SELECT json_group_array(json_object('id', id, 'total_minor', total_minor, 'at_s', at_s, 'skus', json(skus)))
         FROM (SELECT * FROM orders WHERE visitor = ? ORDER BY added_s, at_s LIMIT ?)",
        vec![visitor.into(), TAKEN_MAX.into()],
    )?;
    text_of(&found)
}

/// The one text that was asked for: a list as JSON.
fn text_of(found: &SqlCursor) -> worker::Result<String> {
    match found.raw().next().transpose()?.unwrap_or_default().pop() {
        Some(SqlStorageValue::String(list)) => Ok(list),
        _ => Ok("[]".into()),
    }
}
