//! A decision that an app, an e-mail run or a server asks for: `POST /_attune/decide`, and a line of a batch.

use super::body::{JsonProblem, REQUEST_FIELDS, VISITOR_FIELDS, VisitorRequest, arms, parse_in, request};
use super::node::{JsonError, Node, Result};
use super::profile::{FIELDS, read_profile};
use super::tree::{Part, Room, Tree};
use crate::bundle::{PathSegment, Site};
use crate::codec::percent_encode;
use crate::limits::{CATALOG_TEXT_BYTES_MAX, CUSTOMER_BYTES_MAX, KEY_BYTES_MAX, SKU_BYTES_MAX, TEXT_BYTES_MAX};
use crate::profile::model::Profile;
use crate::profile::tokens::preview::PREVIEW_TEXT_BYTES_MAX;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

/// The page that a decision is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedPage {
    /// Path and query.
    Path(Box<str>),
    /// Page type, product key and category key.
    Kind(Box<str>, Option<Box<str>>, Option<Box<str>>),
}

/// A decision that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The shop's own key of the customer.
    pub customer: Option<Box<str>>,
    /// The visitor's handle, not yet verified.
    pub visitor: Option<Box<str>>,
    /// What is known of them.
    pub profile: Profile,
    /// Place, device, language and clock.
    pub request: VisitorRequest,
    /// The page.
    pub page: Option<AskedPage>,
    /// Language tag of the content; empty for the site's first locale.
    pub locale: Box<str>,
    /// Campaigns with the arm they must show.
    pub arms: Vec<(Box<str>, Box<str>)>,
}

/// Reads a decision that is asked for.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_ask(body: &[u8]) -> core::result::Result<Ask, JsonProblem> {
    AskReader::default().parse(body)
}

/// Reads decisions that are asked for, one after the other, with the same memory.
#[derive(Debug, Default)]
pub struct AskReader {
    room: Room,
}

impl AskReader {
    /// [`parse_ask`].
    ///
    /// # Errors
    /// As for [`parse_ask`].
    pub fn parse(&mut self, body: &[u8]) -> core::result::Result<Ask, JsonProblem> {
        let tree = parse_in(mem::take(&mut self.room), body)?;
        let ask = ask(&tree);
        self.room = tree.into_room();
        ask
    }
}

fn ask(tree: &Tree<'_>) -> core::result::Result<Ask, JsonProblem> {
    let known = ["customer", "visitor", "profile", "request", "page", "locale", "arms"];
    let fields = Node::root(tree).object(&known)?;
    let visitor_fields = [REQUEST_FIELDS, &VISITOR_FIELDS].concat();
    let mut ask = Ask {
        customer: fields.optional("customer", |n| n.key(CUSTOMER_BYTES_MAX))?,
        visitor: fields.optional("visitor", |n| n.key(TEXT_BYTES_MAX))?,
        profile: fields.or_default("profile", |n| read_profile(n, FIELDS))?,
        request: fields.or_default("request", |n| request(n, &visitor_fields))?,
        page: fields.optional("page", page)?,
        locale: fields.or_default("locale", |n| n.key(PREVIEW_TEXT_BYTES_MAX))?,
        arms: fields.or_default("arms", arms)?,
    };
    if let Some(customer) = &ask.customer {
        ask.profile.mint_customer(customer);
    }
    // Somebody who would be enrolled has to be somebody, or all such people would get one and the same arm.
    if ask.visitor.is_none() && ask.profile.id.is_none() && ask.profile.needs_id() {
        let message = "is missing; give it, or `customer`, or `visitor`".into();
        return Err(JsonError { path: "profile.id".into(), message }.into());
    }
    Ok(ask)
}

fn page(node: &Node<'_>) -> Result<AskedPage> {
    if let Part::Text(path) = node.value {
        return if path.starts_with('/') && path.len() <= 4 * TEXT_BYTES_MAX {
            Ok(AskedPage::Path(path.as_ref().into()))
        } else {
            node.error("must be a path that begins with /, or an object with `type`")
        };
    }
    let fields = node.object(&["type", "sku", "category"])?;
    Ok(AskedPage::Kind(
        fields.required("type")?.key(KEY_BYTES_MAX)?,
        fields.optional("sku", |n| n.key(SKU_BYTES_MAX))?,
        fields.optional("category", |n| n.key(CATALOG_TEXT_BYTES_MAX))?,
    ))
}

impl AskedPage {
    /// Path and query: for a page type, the path of its first pattern that the keys fill.
    ///
    /// # Errors
    /// [`JsonError`] when the site has no such page type, or no pattern of it can be filled.
    pub fn path_and_query(&self, site: &Site) -> Result<(String, String)> {
        match self {
            Self::Path(path) => {
                let path = path.split('#').next().unwrap_or("");
                let (path, query) = path.split_once('?').unwrap_or((path, ""));
                Ok((path.into(), query.into()))
            }
            Self::Kind(kind, sku, category) => {
                let patterns = site.pages.iter().filter(|page| page.key == **kind).flat_map(|page| &page.patterns);
                let mut paths =
                    patterns.filter_map(|pattern| filled(&pattern.segments, sku.as_deref(), category.as_deref()));
                let message = || format!("no pattern of [pages] {kind} can be filled with this sku and category");
                let missing = || JsonError { path: "page".into(), message: message() };
                paths.next().map(|path| (path, String::new())).ok_or_else(missing)
            }
        }
    }
}

fn filled(segments: &[PathSegment], sku: Option<&str>, category: Option<&str>) -> Option<String> {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        match segment {
            PathSegment::Literal(text) => path.push_str(text),
            PathSegment::Sku => percent_encode(sku?, &mut path),
            PathSegment::Category => percent_encode(category?, &mut path),
            PathSegment::Any => path.push('-'),
            PathSegment::Rest => {}
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    Some(path)
}
