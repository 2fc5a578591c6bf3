//! What a request's two cookies say of its visitor.
//!
//! The consent cookie has one writer, the consent and forget calls; the profile cookie another, the control plane. So no
//! slow answer can undo what came between: a page writes neither.

use crate::bundle::{ConsentTool, Gpc, Terms};
use crate::limits::{COOKIE_CANDIDATES_MAX, COOKIE_HEADER_BYTES_MAX};
use crate::profile::consent::tool::choices_of;
use crate::profile::consent::{Choices, ConsentState, Effective};
use crate::profile::cookie::frame as cookie;
use crate::profile::cookie::frame::Encoded;
use crate::profile::cookie::frame::{Kind, Problem, Refusal, Unreadable, authentic};
use crate::profile::cookie::header;
use crate::profile::cookie::scope::CookieScope;
use crate::profile::keys::SiteKeys;
use crate::profile::model::{Choice, Consent, ConsentSource, Profile};
use alloc::string::String;
use alloc::vec::Vec;

/// What a request's two cookies say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held<'h> {
    /// The profile, with the answer that holds in its consent record; a blank one where there is none, where it was
    /// erased, and where the visitor is anonymous.
    pub profile: Profile,
    /// The consent cookie's state; without one, the answer that a profile of format 1 still carries.
    pub consent: ConsentState,
    /// Why it cannot be told who the visitor is: nothing is granted for this response, and it sets no cookie.
    pub anonymous: Option<Unreadable>,
    /// Why a profile cookie counts as none.
    pub refusal: Option<Refusal>,
    /// What the site's consent tool says in its own cookie; `None` where no such cookie is read.
    pub tool: Option<Choices>,
    /// The value of the visitor's own profile cookie; empty without one.
    value: &'h [u8],
    /// There is a consent cookie.
    answered: bool,
}

/// The visitor's own among the cookies of one name.
enum Found<'h> {
    Absent,
    One { value: &'h [u8], signed: Vec<u8> },
    Anonymous(Unreadable),
    Refused(Refusal),
}

impl CookieScope {
    /// Reads both cookies of a `Cookie` request header.
    pub fn read<'h>(&self, cookie_header: &'h [u8], keys: &SiteKeys, now_s: u32) -> Held<'h> {
        let mut held = Held::default();
        if cookie_header.len() > COOKIE_HEADER_BYTES_MAX {
            held.anonymous = Some(Unreadable::HeaderTooLong);
            return held;
        }
        match self.find(cookie_header, self.consent_name(), &cookie::CONSENT, keys) {
            Found::One { signed, .. } => match cookie::consent_in(&signed) {
                Ok(state) => (held.consent, held.answered) = (state, true),
                // Authentic, so that it may be a refusal.
                Err(_) => held.anonymous = Some(Unreadable::Sections),
            },
            Found::Anonymous(why) => held.anonymous = Some(why),
            Found::Absent | Found::Refused(_) => {}
        }
        match self.find(cookie_header, self.cookie_name(), &cookie::PROFILE, keys) {
            Found::One { value, signed } => {
                held.value = value;
                match cookie::profile_in(&signed, now_s) {
                    Ok(profile) => held.profile = profile,
                    Err(refusal) => held.refusal = Some(refusal),
                }
            }
            Found::Anonymous(why) => held.anonymous = Some(held.anonymous.unwrap_or(why)),
            Found::Refused(refusal) => held.refusal = Some(refusal),
            Found::Absent => {}
        }
        if held.anonymous.is_some() {
            // What the visitor answered is kept, so that no answer of theirs overwrites a refusal.
            let Held { consent, anonymous, answered, .. } = held;
            return Held { consent, anonymous, answered, ..Held::default() };
        }
        if !held.answered {
            held.consent.record = held.profile.consent;
            held.consent.opt_out = held.profile.opt_out;
        }
        if held.consent.erased_s > 0 && held.profile.issued_s <= held.consent.erased_s {
            held.profile = Profile::default();
        }
        held.agree();
        held
    }

    fn find<'h>(&self, header: &'h [u8], name: &'h str, kind: &Kind, keys: &SiteKeys) -> Found<'h> {
        let mut found: Option<(&[u8], Vec<u8>)> = None;
        let (mut foreign, mut refused) = (None, None);
        for (index, value) in header::values(header, name).enumerate() {
            if index == COOKIE_CANDIDATES_MAX {
                return Found::Anonymous(Unreadable::TooMany);
            }
            // The same value twice says one thing.
            if found.as_ref().is_some_and(|(known, _)| *known == value) {
                continue;
            }
            match authentic(value, kind, keys, self.host()) {
                Ok(signed) if found.is_none() => found = Some((value, signed)),
                Ok(_) => return Found::Anonymous(Unreadable::Several),
                Err(Problem::Foreign(why)) => foreign = foreign.or(Some(why)),
                Err(Problem::Refused(why)) => refused = refused.or(Some(why)),
            }
        }
        match (found, foreign, refused) {
            (Some((value, signed)), _, _) => Found::One { value, signed },
            (None, Some(why), _) => Found::Anonymous(why),
            (None, None, Some(why)) => Found::Refused(why),
            (None, None, None) => Found::Absent,
        }
    }

    /// The `Set-Cookie` header after which the browser holds this profile, if it needs one: none when it already does,
    /// the deletion when there is nothing to remember.
    pub fn update(&self, held: &Held<'_>, keys: &SiteKeys) -> Option<String> {
        let mut profile = held.profile.clone();
        if held.answered {
            // The answer has its own cookie. A profile of format 1 carries it on until there is one.
            (profile.consent, profile.opt_out) = (Consent::default(), false);
        }
        let Encoded { value, blank, .. } = self.encode(&profile, keys);
        if blank {
            return (!held.value.is_empty()).then(|| self.delete_cookie());
        }
        (held.value != value.as_bytes()).then(|| self.set_cookie(&value))
    }

    /// What of a `Cookie` request header Attune reads, once a browser has taken a `Set-Cookie` header of
    /// [`CookieScope::update`] or [`CookieScope::delete_cookie`]: its own cookies, and the consent tool's.
    pub fn cookie_after(&self, cookie_header: &str, set_cookie: &str, tool: &ConsentTool) -> String {
        let mut after = String::from(set_cookie.split(';').next().unwrap_or_default());
        let (name, of_tool, header) = (self.consent_name(), tool.cookie.as_str(), cookie_header.as_bytes());
        let own = header::values(header, name).map(|value| (name, value));
        // Without a tool nothing has its name: a name is not empty.
        let tools = header::values_of_site(header, of_tool).filter(|_| !of_tool.is_empty());
        for (name, value) in own.chain(tools.map(|value| (of_tool, value))) {
            for piece in ["; ", name, "=", str::from_utf8(value).unwrap_or_default()] {
                after.push_str(piece);
            }
        }
        after
    }

    /// The `Set-Cookie` header that stores the consent state, after which the profile carries no answer any more.
    pub fn answer(&self, held: &mut Held<'_>, keys: &SiteKeys) -> String {
        held.answered = true;
        self.set_consent(&cookie::encode_consent(&held.consent, keys, self.host()))
    }
}

impl Held<'_> {
    /// Puts the consent state into the profile, which conditions and events ask.
    pub fn agree(&mut self) {
        (self.profile.consent, self.profile.opt_out) = (self.consent.record, self.consent.opt_out);
    }

    /// Reads what the site's consent tool says in its own cookie, where the site names one.
    pub fn hear(&mut self, tool: &ConsentTool, cookie_header: &[u8]) {
        self.tool = choices_of(tool, cookie_header);
    }

    /// Forgets the visitor: the answer as [`ConsentState::forget`] does, and everything up to now. Of whom it cannot be
    /// told what they answered, it may have been a refusal, which must not be lost.
    pub fn forget(&mut self, now_s: u32) {
        if self.anonymous.is_some() && !self.answered {
            self.consent.record(false, false, now_s, ConsentSource::Api);
        }
        self.consent.forget();
        self.consent.erase(self.profile.issued_s, now_s);
    }

    /// Begins anew for a visitor who agrees, and whose cookies this deployment cannot read: what was in them counts as
    /// erased.
    ///
    /// # Errors
    /// [`Unreadable`] where a new cookie would be one of several, or too far back to be read.
    pub fn begin_anew(&mut self, now_s: u32) -> Result<(), Unreadable> {
        match self.anonymous {
            None => Ok(()),
            Some(why) if why.is_of_another_deployment() => {
                self.anonymous = None;
                self.consent.erase(0, now_s);
                Ok(())
            }
            Some(why) => Err(why),
        }
    }

    /// What holds for this request.
    pub fn effective(&self, gpc: bool, terms: Terms) -> Effective {
        match self.anonymous {
            Some(_) => Effective::default(),
            None => Effective::of(&self.consent.record, self.consent.opt_out, self.tool, gpc, terms),
        }
    }

    /// The browser holds a profile that nothing allows any more, so that any response deletes it: consent was refused,
    /// or the profile was erased, or the agreement forgotten, and a slow answer brought it back. One that was agreed to
    /// outlives a request with `Sec-GPC: 1`, which another user of the device may have sent, unless the site takes the
    /// signal as final. It outlives the absence of the consent tool's cookie, too, but not a no in it.
    pub fn must_go(&self, effective: Effective, terms: Terms) -> bool {
        let refused = effective.personalization == Choice::Denied
            && (self.consent.record.personalization != Choice::Granted
                || terms.gpc == Gpc::Final
                || self.tool.is_some_and(|tool| tool.personalization == Choice::Denied));
        // What carries an answer on is not deleted.
        let erased = self.profile.id.is_none() && self.answered;
        let forgotten =
            effective.personalization == Choice::Unknown && self.consent.erased_s > 0 && self.tool.is_none();
        !self.value.is_empty() && (erased || forgotten || (refused && (self.answered || self.profile.id.is_some())))
    }

    /// The visitor's own profile cookie, in characters; 0 without one.
    pub fn chars(&self) -> usize {
        self.value.len()
    }

    /// A profile cookie is there, be it erased or refused.
    pub fn has_cookie(&self) -> bool {
        !self.value.is_empty()
    }
}
