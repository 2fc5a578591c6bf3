//! `POST /_attune/ofrep/v1/evaluate/flags`: the evaluation context of OpenFeature.

use super::body::{JsonProblem, overrides, parse};
use super::node::{Node, Object, Result};
use super::plan::path_and_query;
use super::profile::{CHOICES, FIELDS, read_profile};
use super::tree::Part;
use crate::limits::{CUSTOMER_BYTES_MAX, TEXT_BYTES_MAX};
use crate::profile::model::{Choice, Profile};
use crate::profile::tokens::preview::RequestOverrides;
use alloc::boxed::Box;

/// The page and the visitor that flags are evaluated for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagsBody {
    /// Path and query of the page.
    pub page: Option<(Box<str>, Box<str>)>,
    /// Address of the page that led to it; empty for none.
    pub referrer: Box<str>,
    /// Language tag of the page; empty where it says nothing.
    pub locale: Box<str>,
    /// Of a server's context: who it is.
    pub visitor: FlagsVisitor,
}

/// The visitor of a server's context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagsVisitor {
    /// The visitor's handle, not yet verified.
    pub handle: Option<Box<str>>,
    /// What is known of them.
    pub profile: Profile,
    /// Place, device, language and clock.
    pub request: RequestOverrides,
}

impl FlagsVisitor {
    /// It would be enrolled, and nobody says who it is: all such visitors would get one and the same arm.
    pub fn lacks_key(&self) -> bool {
        self.handle.is_none() && self.profile.id.is_none() && self.profile.needs_id()
    }
}

/// Reads the body of a server or of a browser, whose visitor is that of its cookies. What else is in the context is passed over:
/// it is the application's.
///
/// # Errors
/// [`JsonProblem`] with the path of the first value that is wrong.
pub fn parse_flags(body: &[u8], is_server: bool) -> core::result::Result<FlagsBody, JsonProblem> {
    let tree = parse(body)?;
    let root = Node::root(&tree).open_object()?;
    let Some(context) = root.field("context") else { return Ok(FlagsBody::default()) };
    let fields = context.open_object()?;
    Ok(FlagsBody {
        page: fields.optional("url", page)?,
        referrer: fields.or_default("referrer", text)?,
        locale: fields.or_default("locale", text)?,
        visitor: if is_server { visitor(&fields)? } else { FlagsVisitor::default() },
    })
}

fn visitor(fields: &Object<'_>) -> Result<FlagsVisitor> {
    let mut profile = fields.or_default("profile", |n| read_profile(n, FIELDS))?;
    if let Some(choice) = fields.optional("consent", consent)? {
        profile.consent.personalization = choice;
    }
    if let Some(customer) = fields.optional("targetingKey", |n| n.key(CUSTOMER_BYTES_MAX))? {
        profile.mint_customer(&customer);
    }
    Ok(FlagsVisitor {
        handle: fields.optional("visitor", |n| n.key(TEXT_BYTES_MAX))?,
        profile,
        request: overrides(fields)?,
    })
}

/// Whether the visitor agreed to personalization: yes or no, or the word.
fn consent(node: &Node<'_>) -> Result<Choice> {
    match node.value {
        Part::Bool(true) => Ok(Choice::Granted),
        Part::Bool(false) => Ok(Choice::Denied),
        _ => node.word(CHOICES),
    }
}

/// Path and query of a page of this site; also of its whole address, as `location.href` says it.
fn page(node: &Node<'_>) -> Result<(Box<str>, Box<str>)> {
    let url = node.text()?;
    let whole = url.split_once(':').filter(|(scheme, _)| !scheme.contains('/'));
    let path = match whole.and_then(|(_, rest)| rest.strip_prefix("//")) {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => url,
    };
    path_and_query(node, path)
}

fn text(node: &Node<'_>) -> Result<Box<str>> {
    node.text().map(Box::from)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use alloc::format;
    use alloc::string::ToString as _;

    fn page_of(url: &str) -> Option<(Box<str>, Box<str>)> {
        let body = format!("{{\"context\":{{\"url\":\"{url}\"}}}}");
        parse_flags(body.as_bytes(), false).unwrap().page
    }

    #[test]
    fn an_address_is_path_and_query_or_the_whole() {
        for (url, path, query) in [
            ("/p/1?size=2#top", "/p/1", "size=2"),
            ("https://shop.example/p/1?size=2", "/p/1", "size=2"),
            ("http://localhost:8787", "/", ""),
            ("/login?to=https://shop.example/p/1", "/login", "to=https://shop.example/p/1"),
        ] {
            assert_eq!(page_of(url), Some((path.into(), query.into())), "{url}");
        }
        for url in ["p/1", "", "//evil.example/", "https://shop.example//evil.example", "/\\u005cevil.example"] {
            let body = format!("{{\"context\":{{\"url\":\"{url}\"}}}}");
            let error = parse_flags(body.as_bytes(), false).unwrap_err().to_string();
            assert!(error.starts_with("context.url: "), "{url}: {error}");
        }
    }

    #[test]
    fn a_browser_says_nothing_of_who_it_is() {
        let body = br#"{"context":{"targetingKey":7,"consent":"maybe","profile":[],"country":1,"mine":{"a":[1]}}}"#;
        assert_eq!(parse_flags(body, false).unwrap(), FlagsBody::default());
        let error = parse_flags(body, true).unwrap_err().to_string();
        assert!(error.starts_with("context.profile: "), "{error}");
    }

    #[test]
    fn who_has_agreed_needs_a_key() {
        let lacks = |context: &str| {
            let body = format!("{{\"context\":{context}}}");
            parse_flags(body.as_bytes(), true).unwrap().visitor.lacks_key()
        };
        for context in ["{}", r#"{"consent":false}"#, r#"{"consent":true,"targetingKey":"C-1"}"#] {
            assert!(!lacks(context), "{context}");
        }
        assert!(!lacks(r#"{"consent":"granted","visitor":"AAAA"}"#));
        assert!(lacks(r#"{"consent":true}"#));
    }
}
