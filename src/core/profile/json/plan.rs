//! `POST /_attune/plan`: a page that does not pass through the page Worker asks what it has to show.

use super::beacon::{Beacon, BeaconError, beacon, well_formed};
use super::body::parse;
use super::node::{Node, Result};
use crate::limits::EVENTS_BYTES_MAX;
use alloc::boxed::Box;

/// A page that a plan is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanBody {
    /// Path of the page.
    pub path: Box<str>,
    /// Its query, without `?`.
    pub query: Box<str>,
    /// Address of the page that led to it; empty for none.
    pub referrer: Box<str>,
    /// What `<html lang>` says; empty where it says nothing.
    pub lang: Box<str>,
    /// It is shown in a frame.
    pub frame: bool,
    /// The view of the page was told before, or is among what happened.
    pub viewed: bool,
    /// The browser decides the next pages itself, and asks for what it needs.
    pub local: bool,
    /// What happened before.
    pub beacon: Option<Beacon>,
}

/// Reads a body that arrives at `now_s`. Fields that are not known are passed over: a newer page script may talk to an older
/// Worker.
///
/// # Errors
/// [`BeaconError`] when it is too long, not JSON, or not `{ "url": "/...", ... }`; and where the beacon in it would be refused.
pub fn parse_plan(body: &[u8], now_s: u32) -> core::result::Result<PlanBody, BeaconError> {
    if body.len() > EVENTS_BYTES_MAX {
        return Err(BeaconError::TooLarge);
    }
    let body = well_formed(body);
    let value = parse(&body)?;
    let fields = Node::root(&value).open_object()?;
    let url = fields.required("url")?;
    let (path, query) = path_and_query(&url, url.text()?)?;
    let text = |node: &Node<'_>| node.text().map(Box::from);
    Ok(PlanBody {
        path,
        query,
        referrer: fields.or_default("referrer", text)?,
        lang: fields.or_default("lang", text)?,
        frame: fields.or_default("frame", Node::bool)?,
        viewed: fields.or_default("viewed", Node::bool)?,
        local: fields.or_default("local", Node::bool)?,
        beacon: fields.field("beacon").map(|node| beacon(&node, now_s)).transpose()?,
    })
}

/// Path and query of a page of this site: not what browsers take for an address of another host. The node is where it stands.
pub(super) fn path_and_query(node: &Node<'_>, url: &str) -> Result<(Box<str>, Box<str>)> {
    let url = url.split('#').next().unwrap_or_default();
    let behind = url.strip_prefix('/').filter(|rest| !rest.starts_with(['/', '\\']));
    if behind.is_none() || url.contains(|char: char| char.is_ascii_control()) {
        return node.error("must be path and query of a page of this site, such as /p/1?size=2");
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    Ok((path.into(), query.into()))
}
