//! One page of the site, as a person and as a robot get it.

use super::document::Document;
use super::mark::Mark;
use super::visit::{Answer, Client, Coding, Who};

/// A page that was looked at.
#[derive(Debug)]
pub(super) struct Page {
    /// Path and query.
    pub(super) path: String,
    pub(super) person: Answer,
    /// What the header `Attune` says to the person.
    pub(super) mark: Option<Mark>,
    /// What the person's page says.
    pub(super) document: Document,
    /// The robot's, which is the origin's page; `None` where it could not be had.
    pub(super) robot: Option<Answer>,
}

/// How much of the Worker is seen in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// It says that it was there.
    Marked,
    /// It does not, but only its pages have this in them.
    Filled,
    /// It does not, but the headers are those that it gives to pages of its list.
    Listed,
    /// Nothing is.
    Absent,
}

impl Page {
    /// Looks at a page, with the person's answer in hand. A page that an isolate has served before its configuration came is
    /// asked for once more.
    pub(super) fn look(client: &Client, person: Answer) -> Self {
        let mut page = Self::of(person);
        if page.is_html() && page.listing() == Listing::Listed {
            let again = client.page(&page.person.url, Who::Person, Coding::Identity, "");
            page = again.map(Self::of).unwrap_or(page);
        }
        page.robot = client.page(&page.person.url, Who::Robot, Coding::Identity, "").ok();
        page
    }

    fn of(person: Answer) -> Self {
        let mark = Mark::of(&person.header("attune"));
        let document = if is_html(&person) { Document::parse(&person.http.body) } else { Document::default() };
        Self { path: person.path(), person, mark, document, robot: None }
    }

    /// A 200 of `text/html`, which the Worker may change.
    pub(super) fn is_html(&self) -> bool {
        is_html(&self.person)
    }

    /// How much of the Worker is seen.
    pub(super) fn listing(&self) -> Listing {
        if self.mark.is_some() {
            return Listing::Marked;
        }
        if self.document.plan().is_some() || self.document.marks > 0 {
            return Listing::Filled;
        }
        let is_private = self.person.lists("cache-control", "no-store")
            || (self.person.lists("cache-control", "private") && self.person.lists("cache-control", "no-cache"));
        if is_private && self.person.lists("vary", "cookie") { Listing::Listed } else { Listing::Absent }
    }

    /// The Worker decided it for a person, so it has all that such a page has.
    pub(super) fn is_decided(&self) -> bool {
        self.mark.as_ref().map_or(self.listing() == Listing::Filled, Mark::is_for_person)
    }

    /// The origin's own page, if the robot got it.
    pub(super) fn origin(&self) -> Option<&[u8]> {
        let robot = self.robot.as_ref().filter(|robot| is_html(robot))?;
        let mark = Mark::of(&robot.header("attune"));
        let is_origins = mark.is_none_or(|mark| !mark.is_for_person());
        is_origins.then_some(robot.http.body.as_slice())
    }
}

pub(super) fn is_html(answer: &Answer) -> bool {
    let kind = answer.header("content-type");
    answer.http.status == 200 && kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/html")
}
