//! The events beacon, `POST /_attune/events`: what the page script sends.

use super::body::{JsonProblem, parse};
use super::node::{JsonError, Node, Object, Result};
use super::params::{items, key_text, plain};
use super::profile::hex_number;
use super::report::{CLICK, EXPOSURE, Report, VOID, report};
use super::tree::{Part, Value};
use crate::bundle::SCRIPT_EVENTS;
use crate::limits::{CARDS_MAX, EVENTS_BYTES_MAX, EVENTS_MAX, KEY_BYTES_MAX, TEXT_BYTES_MAX};
use crate::profile::events::event::{Event, EventKind, transaction_named};
use crate::profile::events::log::{Batch, Sent};
use crate::profile::tokens::mint::MINT_CHARS;
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// What else the page script sends. `void` is what it puts in the place of an event that it had to give up.
const OWN_NAMES: [&str; 5] = ["attune_impression", "attune_lost", CLICK, EXPOSURE, VOID];

/// A beacon that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// The events, in order. What only the bundle knows is still to be filled in ([`Event::resolve`]).
    pub batch: Batch,
    /// Highest number of a mailbox's row that this browser has seen; 0 for none.
    pub mail: u64,
    /// The mint token of the page's plan, not yet verified; empty without one.
    pub mint: Box<str>,
    /// The events that could not be read.
    pub rejected: Vec<RejectedEvent>,
    /// What the events say to the ledger, also those of a name that only a goal may know: they are among the rejected.
    pub reports: Vec<Report>,
}

/// An event that was not applied.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RejectedEvent {
    /// Its number in the log; 0 where it has none, or one out of order.
    pub n: u32,
    /// `unknown_event`, `malformed_event`, or the code of an [`EventRefusal`](super::super::EventRefusal).
    pub code: &'static str,
    /// What is wrong, with the path.
    pub message: String,
}

/// Why a whole beacon was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BeaconError {
    /// Too long.
    #[error("the body is longer than {EVENTS_BYTES_MAX} bytes")]
    TooLarge,
    /// Not JSON, or not a beacon.
    #[error(transparent)]
    Json(#[from] JsonProblem),
    /// Too many events.
    #[error("events: more than {EVENTS_MAX}; send the rest in another request")]
    TooMany,
}

impl BeaconError {
    /// A stable short name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Json(JsonProblem::Syntax(_)) => "not_json",
            Self::Json(JsonProblem::Value(_)) => "malformed",
            Self::TooMany => "too_many_events",
        }
    }
}

impl From<JsonError> for BeaconError {
    fn from(error: JsonError) -> Self {
        Self::Json(error.into())
    }
}

/// Reads a beacon that arrives at `now_s`. One event that cannot be read does not take the others with it, and of an
/// event only what cannot be used is left out.
///
/// Fields that are not known are passed over: a page's data layer holds more than is asked for, and a newer
/// page script may talk to an older Worker.
///
/// # Errors
/// [`BeaconError`] when it is too long, not JSON, or not `{ "log": "1a2b3c4d", "page": "/...", "events": [...] }`.
pub fn parse_beacon(body: &[u8], now_s: u32) -> core::result::Result<Beacon, BeaconError> {
    if body.len() > EVENTS_BYTES_MAX {
        return Err(BeaconError::TooLarge);
    }
    let body = well_formed(body);
    let value = parse(&body)?;
    beacon(&Node::root(&value), now_s)
}

/// Reads a beacon out of a body that [`well_formed`] gave.
pub(super) fn beacon(node: &Node<'_>, now_s: u32) -> core::result::Result<Beacon, BeaconError> {
    let fields = node.open_object()?;
    let log = fields.required("log").and_then(|node| hex_number(&node))?;
    let page = fields.required("page").and_then(|node| path(&node))?;
    let list = fields.required("events")?;
    if matches!(list.value, Part::List(events) if events.count > EVENTS_MAX) {
        return Err(BeaconError::TooMany);
    }
    let mut beacon = Beacon {
        batch: Batch { log, oldest: fields.or_default("oldest", |n| n.whole(0, u32::MAX))?, events: Vec::new() },
        mail: fields.or_default("mail", |n| n.whole(0, MAIL_NUMBER_MAX))?,
        mint: fields.or_default("mint", |n| n.key(MINT_CHARS))?,
        rejected: Vec::new(),
        reports: Vec::new(),
    };
    let mut before = 0;
    for node in list.list(EVENTS_MAX)? {
        let number = node.open_object().and_then(|fields| fields.required("n")?.whole(before + 1, NUMBER_MAX));
        let number = match number {
            Ok(number) => number,
            // Without its number, or out of order, it cannot be told from one that was taken before.
            Err(error) => {
                beacon.rejected.push(RejectedEvent { n: 0, code: "malformed_event", message: error.to_string() });
                continue;
            }
        };
        before = number;
        beacon.reports.extend(reported(number, &node, now_s));
        let (page, event) = match event(&node, &page, now_s) {
            Ok(read) => read,
            Err((code, error)) => {
                beacon.rejected.push(RejectedEvent { n: number, code, message: error.to_string() });
                (page.clone(), None)
            }
        };
        beacon.batch.events.push(Sent { number, page, event });
    }
    Ok(beacon)
}

/// The highest number of an event.
const NUMBER_MAX: u32 = u32::MAX - 1;
/// The highest number of a mailbox's row: what a browser's numbers hold exactly.
const MAIL_NUMBER_MAX: u64 = (1 << 53) - 1;

/// A body as JSON can be read: what is no UTF-8, and the half of a surrogate pair alone, become U+FFFD. A browser writes
/// such a half as an escape (a text that was cut in the middle of an emoji), and no reader of JSON takes it.
pub(super) fn well_formed(body: &[u8]) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(body);
    let half = |at: usize, pair: u8| {
        matches!(text.as_bytes().get(at..at + 6), Some([b'\\', b'u', d, high, a, b])
            if d.eq_ignore_ascii_case(&b'd') && a.is_ascii_hexdigit() && b.is_ascii_hexdigit()
                && char::from(*high).to_digit(16).is_some_and(|digit| (8..16).contains(&digit) && (digit < 12) == (pair == 0)))
    };
    let mut lone = Vec::new();
    let mut at = 0;
    while let Some(found) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        if half(at, 0) && half(at + 6, 1) {
            at += 12;
        } else if half(at, 0) || half(at, 1) {
            lone.push(at);
            at += 6;
        } else {
            at += 2;
        }
    }
    if lone.is_empty() {
        return match text {
            Cow::Borrowed(_) => Cow::Borrowed(body),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut bytes = text.into_owned().into_bytes();
    for at in lone {
        bytes.iter_mut().skip(at).zip(*b"\\uFFFD").for_each(|(to, from)| *to = from);
    }
    Cow::Owned(bytes)
}

/// A path, without the query and the fragment that it may have.
fn path(node: &Node<'_>) -> Result<Box<str>> {
    let text = node.key(TEXT_BYTES_MAX)?;
    let path = text.split(['?', '#']).next().unwrap_or_default();
    if path.starts_with('/') { Ok(path.into()) } else { node.error("must be a path that begins with /") }
}

type Wrong = (&'static str, JsonError);

/// What an event says to the ledger.
fn reported(number_in_log: u32, node: &Node<'_>, now_s: u32) -> Option<Report> {
    let fields = node.open_object().ok()?;
    let name = fields.field("name")?;
    report(number_in_log, happened_s(&fields, now_s), name.text().ok()?, fields.field("params").as_ref())
}

/// When an event happened. Without an age it happened now.
fn happened_s(event: &Object<'_>, now_s: u32) -> u32 {
    let milliseconds: u64 =
        event.field("age").and_then(|node| node.whole(0, u64::from(u32::MAX) * 1_000).ok()).unwrap_or(0);
    now_s.saturating_sub(u32::try_from(milliseconds / 1_000).unwrap_or(u32::MAX))
}

/// The page that an event happened on, and the event; `None` for one that was given up.
fn event(node: &Node<'_>, page: &str, now_s: u32) -> core::result::Result<(Box<str>, Option<Event>), Wrong> {
    let malformed = |error| ("malformed_event", error);
    let fields = node.open_object().map_err(malformed)?;
    let name = fields.required("name").map_err(malformed)?;
    let text = name.text().map_err(malformed)?;
    let is_known = |name: &str| SCRIPT_EVENTS.contains(&name) || OWN_NAMES.contains(&name);
    if !is_known(text) {
        let shown: String = text.chars().take(KEY_BYTES_MAX).collect();
        let message =
            format!("unknown event {shown:?}; known are {}, {}", SCRIPT_EVENTS.join(", "), OWN_NAMES.join(", "));
        return Err(("unknown_event", JsonError { path: name.path.to_string(), message }));
    }
    let page = fields.optional("page", path).map_err(malformed)?.unwrap_or_else(|| page.into());
    // What the profile keeps nothing of.
    if text == VOID || text == EXPOSURE || text == CLICK {
        return Ok((page, None));
    }
    let kind = kind(text, fields.field("params").as_ref(), &fields, &page).map_err(malformed)?;
    Ok((page, Some(Event { at_s: happened_s(&fields, now_s), kind })))
}

fn kind(name: &str, params: Option<&Node<'_>>, event: &Object<'_>, page: &str) -> Result<EventKind> {
    // An event without parameters, or with something else in their place, has empty ones.
    let none = Node::new(Value::EMPTY_OBJECT, event.path_of("params"));
    let params = params.filter(|node| matches!(node.value, Part::Object(_))).unwrap_or(&none).open_object()?;
    let items = || items(&params);
    Ok(match name {
        "page_view" => EventKind::PageView {
            path: params.optional("page_path", path)?.unwrap_or_else(|| page.into()),
            sku: None,
            category: None,
        },
        "view_item" => EventKind::ViewItem { items: items(), served: false },
        "view_item_list" => EventKind::ViewItemList(items()),
        "add_to_cart" => EventKind::AddToCart(items()),
        "remove_from_cart" => EventKind::RemoveFromCart(items()),
        "view_cart" => EventKind::ViewCart(items()),
        "begin_checkout" => EventKind::BeginCheckout(items()),
        "purchase" => EventKind::Purchase { items: items(), transaction: transaction(&params) },
        "refund" => EventKind::Refund,
        "search" => EventKind::Search,
        "login" => EventKind::Login,
        "attune_lost" => EventKind::Lost {
            slot: params.required("slot")?.key(KEY_BYTES_MAX)?,
            campaign: params.required("campaign")?.key(KEY_BYTES_MAX)?,
            arm: params.or_default("arm", arm)?,
        },
        _ => EventKind::Impression {
            slot: params.required("slot")?.key(KEY_BYTES_MAX)?,
            campaign: match params.field("products") {
                Some(_) => params.or_default("campaign", arm)?,
                None => params.required("campaign")?.key(KEY_BYTES_MAX)?,
            },
            arm: params.or_default("arm", arm)?,
            per_s: 0,
            products: params.or_default("products", products)?,
        },
    })
}

/// An arm key; null and empty for a campaign without an experiment, as the plan has it.
fn arm(node: &Node<'_>) -> Result<Box<str>> {
    match node.value {
        Part::Null => Ok(Box::default()),
        Part::Text(text) if text.is_empty() => Ok(Box::default()),
        _ => node.key(KEY_BYTES_MAX),
    }
}

/// Keys of the products that a slot showed; those that are none are left out.
fn products(node: &Node<'_>) -> Result<Vec<Box<str>>> {
    Ok(node.list(CARDS_MAX)?.filter_map(|node| key_text(&node)).collect())
}

/// The shop's id of an order, as a text or a number; anything else is none.
fn transaction(params: &Object<'_>) -> Option<u32> {
    transaction_named(&plain(&params.field("transaction_id")?)?)
}
