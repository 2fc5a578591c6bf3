//! The mailbox: orders and traits on their way from the shop's backend, through a Durable Object, to the visitor's cookie.
//!
//! 256 shards by visitor. An order stays until a later request shows, by the ring in the visitor's cookie,
//! that it arrived: an answer alone is no proof, because another answer may overwrite its cookie. Then all
//! of it but its id is erased; the id stays for [`MAILBOX_S`], so that a repeated order counts once. For what is
//! said of visitors see [`traits`].

mod traits;

pub(crate) use traits::name as trait_name;

use attune_core::limits::MAILBOX_S;
use attune_core::profile::{Order, Profile, Statement, to_hex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use worker::{DurableObject, Env, Request, Response, SqlCursor, SqlStorage, SqlStorageValue, State, durable_object};

/// Orders handed over at once, so that the ring still shows events beside them.
const TAKEN_MAX: i64 = 4;
const BINDING: &str = "ORDERS";

#[derive(Serialize, Deserialize)]
enum Command {
    Put { visitor: String, order: Stored, ring: u32 },
    Say { visitor: String, said: Vec<traits::Row>, at_ms: i64 },
    Take { visitor: String, arrived: Vec<u32>, shown: BTreeMap<String, String> },
    Forget { visitor: String },
}

#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    total_minor: u64,
    at_s: u32,
    skus: Vec<String>,
}

/// What waits for a visitor.
#[derive(Default)]
pub(crate) struct Mail {
    pub(crate) orders: Vec<Order>,
    pub(crate) said: Statement,
}

#[derive(Default, Deserialize)]
struct StoredMail {
    orders: Vec<Stored>,
    said: Vec<traits::Row>,
}

/// Keeps an order; false when its id is known.
pub(crate) async fn put(env: &Env, visitor: &[u8; 16], order: &Order) -> worker::Result<bool> {
    let stored = Stored {
        id: order.id.to_string(),
        total_minor: order.total_minor,
        at_s: order.at_s,
        skus: order.skus.iter().map(ToString::to_string).collect(),
    };
    ask(env, visitor, |visitor| Command::Put { visitor, order: stored, ring: order.ring_id() }).await
}

/// Keeps what is said of a visitor, and gives the names ([`trait_name`], `customer`) of which something later is known.
pub(crate) async fn say(env: &Env, visitor: &[u8; 16], said: &Statement) -> worker::Result<Vec<String>> {
    let at_ms = i64::try_from(said.at_ms).unwrap_or(i64::MAX);
    ask(env, visitor, |visitor| Command::Say { visitor, said: traits::rows(said), at_ms }).await
}

/// What waits for a visitor, after erasing what their cookie shows, as it came with the request. Without an answer
/// there is nothing: it comes at the next event.
pub(crate) async fn take(env: &Env, visitor: &[u8; 16], cookie: &Profile) -> Mail {
    let (arrived, shown) = (cookie.events.clone(), traits::shown(cookie));
    let command = |visitor| Command::Take { visitor, arrived, shown };
    let stored: StoredMail = ask(env, visitor, command).await.unwrap_or_else(|error| {
        worker::console_error!("attune: orders: {error}");
        StoredMail::default()
    });
    let order = |stored: Stored| Order {
        id: stored.id.into(),
        total_minor: stored.total_minor,
        at_s: stored.at_s,
        skus: stored.skus.into_iter().map(Into::into).collect(),
    };
    Mail { orders: stored.orders.into_iter().map(order).collect(), said: traits::statement(stored.said) }
}

/// Erases everything of a visitor.
pub(crate) async fn forget(env: &Env, visitor: &[u8; 16]) {
    let done: worker::Result<bool> = ask(env, visitor, |visitor| Command::Forget { visitor }).await;
    if let Err(error) = done {
        worker::console_error!("attune: orders: {error}");
    }
}

async fn ask<T: for<'de> Deserialize<'de>>(
    env: &Env,
    visitor: &[u8; 16],
    command: impl FnOnce(String) -> Command,
) -> worker::Result<T> {
    let visitor: String = to_hex(visitor);
    let shard = visitor.get(..2).unwrap_or("00");
    let stub = env.durable_object(BINDING)?.get_by_name(&format!("orders-{shard}"))?;
    let body = serde_json::to_string(&command(visitor))?;
    // Not worker's own RequestInit: that one brings 10 KB of image options with it.
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let request = web_sys::Request::new_with_str_and_init("https://orders.invalid/", &init)?;
    let mut response = stub.fetch_with_request(request.into()).await?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
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
        let command = serde_json::from_slice(&request.bytes().await?)?;
        let sql = self.tables()?;
        let answer = match command {
            Command::Put { visitor, order, ring } => {
                self.clean_up_later().await?;
                serde_json::to_string(&insert(&sql, &visitor, &order, ring)?)
            }
            Command::Say { visitor, said, at_ms } => {
                self.clean_up_later().await?;
                serde_json::to_string(&traits::say(&sql, &visitor, said, at_ms)?)
            }
            Command::Take { visitor, arrived, shown } => {
                let (orders, said) = (waiting(&sql, &visitor, &arrived)?, traits::waiting(&sql, &visitor, &shown)?);
                Ok(format!("{{\"orders\":{orders},\"said\":{said}}}"))
            }
            Command::Forget { visitor } => {
                sql.exec("DELETE FROM orders WHERE visitor = ?", vec![visitor.as_str().into()])?;
                sql.exec("DELETE FROM said WHERE visitor = ?", vec![visitor.into()])?;
                serde_json::to_string(&true)
            }
        };
        Response::ok(answer?)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        let (sql, oldest_s) = (self.tables()?, i64::from(now_s().saturating_sub(MAILBOX_S)));
        sql.exec("DELETE FROM orders WHERE added_s < ?", vec![oldest_s.into()])?;
        sql.exec("DELETE FROM said WHERE added_s < ?", vec![oldest_s.into()])?;
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
             CREATE INDEX IF NOT EXISTS by_visitor ON orders (visitor)",
            None,
        )?;
        traits::table(&sql)?;
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

fn insert(sql: &SqlStorage, visitor: &str, order: &Stored, ring: u32) -> worker::Result<bool> {
    let values: Vec<SqlStorageValue> = vec![
        order.id.clone().into(),
        visitor.into(),
        i64::from(ring).into(),
        i64::try_from(order.total_minor).unwrap_or(i64::MAX).into(),
        i64::from(order.at_s).into(),
        serde_json::to_string(&order.skus)?.into(),
        i64::from(now_s()).into(),
    ];
    let cursor = sql.exec("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", values)?;
    Ok(cursor.rows_written() > 0)
}

/// The orders that wait, as JSON; `SQLite` writes it, which spares a decoder of rows.
fn waiting(sql: &SqlStorage, visitor: &str, arrived: &[u32]) -> worker::Result<String> {
    for ring in arrived {
        let values = vec![visitor.into(), i64::from(*ring).into()];
        sql.exec(
            "UPDATE orders SET visitor = NULL, total_minor = 0, skus = '' WHERE visitor = ? AND ring = ?",
            values,
        )?;
    }
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
