//! A visitor who agrees, does something, and comes back. All of it is in the cookies that the doctor throws away.

use super::mark::Mark;
use super::page::Page;
use super::set_cookie::Jar;
use super::visit::{Answer, Client, Coding, Who};
use crate::host::host;
use crate::http::HttpError;
use serde_json::{Value, json};

/// The calls of one visitor, in their order. The later ones are there where the earlier ones led to them.
#[derive(Debug)]
pub(super) struct Returning {
    pub(super) consent: Result<Answer, HttpError>,
    pub(super) events: Option<Result<Answer, HttpError>>,
    /// The page once more, with the cookies.
    pub(super) page: Option<Answer>,
    /// What is known of the visitor by then.
    pub(super) me: Option<Answer>,
    /// The erasure at the end.
    pub(super) forget: Option<Answer>,
}

impl Returning {
    /// Agrees, reports a view of the page, comes back, and is forgotten.
    pub(super) fn visit(client: &Client, page: &Page) -> Self {
        let mut jar = Jar::default();
        let url = &page.person.url;
        let mut body = json!({ "personalization": true, "measurement": true });
        if let (Some(body), Some(mint)) = (body.as_object_mut(), mint(page)) {
            body.insert("mint".to_owned(), mint);
        }
        let consent = client.call(url, "/_attune/consent", Some(&body.to_string()), "");
        let mut visit = Self { consent, events: None, page: None, me: None, forget: None };
        let Some(consent) = visit.consent.as_ref().ok().filter(|answer| has_agreed(answer)) else { return visit };
        jar.take(consent.set_cookies());
        if jar.header().is_empty() {
            return visit;
        }
        let events = client.call(url, "/_attune/events", Some(&view(page).to_string()), &jar.header());
        if let Ok(answer) = &events {
            jar.take(answer.set_cookies());
        }
        visit.events = Some(events);
        visit.page = client.page(url, Who::Person, Coding::Identity, &jar.header()).ok();
        visit.me = client.call(url, "/_attune/me", None, &jar.header()).ok();
        visit.forget = client.call(url, "/_attune/forget", Some("{}"), &jar.header()).ok();
        visit
    }

    /// What the header `Attune` of the second page says.
    pub(super) fn mark(&self) -> Option<Mark> {
        Mark::of(&self.page.as_ref()?.header("attune"))
    }
}

/// Whether the answer says that the visitor agreed.
pub(super) fn has_agreed(answer: &Answer) -> bool {
    let agreed = |answer: &Answer| Some(answer.json()?.get("consent")?.get("personalization")?.as_str()? == "granted");
    answer.http.status == 200 && agreed(answer) == Some(true)
}

/// The mint token of a page's plan.
pub(super) fn mint(page: &Page) -> Option<Value> {
    page.document.plan()?.get("mint").filter(|mint| mint.is_string()).cloned()
}

/// A beacon as the page script sends it, with the view of the page. Its log has a name that no other log has.
fn view(page: &Page) -> Value {
    let log = host().clock_us() ^ (host().now_s().unsigned_abs() << 20);
    let path = page.person.url.path();
    let event = json!({ "n": 1, "name": "page_view", "age": 0, "params": { "page_path": path } });
    json!({ "log": format!("{:08x}", log & 0xffff_ffff), "oldest": 1, "mail": 0, "page": path, "events": [event] })
}
