//! A site's publisher, asked with signed requests.

use super::address::Address;
use super::options::SiteOptions;
use super::transport;
use crate::failure::Failure;
use crate::host::{host, random};
use crate::http::{HttpAnswer, HttpRequest};
use crate::keys::{self, Signer};
use crate::output::Progress;
use crate::{input, output};
use attune_core::codec::to_hex;
use attune_publish::api::{Refusal, RefusalError, State};
use attune_publish::{Request, base, headers, sha256};
use serde::de::DeserializeOwned;
use std::time::Duration;

const PREFIX: &str = "/_attune/publish/";
/// How far this machine's clock and the site's may be apart.
const SKEW_S_MAX: u64 = 25;
/// How often a question is tried whose connection is lost.
const TRIES: u32 = 3;
/// How long a site may be busy: an upload that broke off is known to it when its connection has ended.
const BUSY_US_MAX: u64 = 45_000_000;

/// The publisher of a site, and the key that signs for it.
pub(crate) struct Client {
    pub(crate) address: Address,
    pub(crate) signer: Signer,
    audience: String,
}

/// What a publisher is asked.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    method: &'static str,
    /// Behind `/_attune/publish/`.
    route: &'a str,
    query: &'a str,
    body: &'a [u8],
}

impl<'a> Question<'a> {
    /// What changes nothing.
    pub(crate) fn get(route: &'a str) -> Self {
        Self { method: "GET", route, query: "", body: &[] }
    }

    /// What may be sent again, and is then the same.
    pub(crate) fn put(route: &'a str, body: &'a [u8]) -> Self {
        Self { method: "PUT", route, query: "", body }
    }

    /// What changes what is published.
    pub(crate) fn post(route: &'a str, body: &'a [u8]) -> Self {
        Self { method: "POST", route, query: "", body }
    }

    /// The same with a query.
    pub(crate) fn about(self, query: &'a str) -> Self {
        Self { query, ..self }
    }
}

/// An answer that is not a success.
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) error: Box<RefusalError>,
}

impl Refused {
    fn of(answer: &HttpAnswer) -> Self {
        let error = serde_json::from_slice::<Refusal>(&answer.body).map(|refusal| refusal.error).unwrap_or_default();
        Self { status: answer.status, error: Box::new(error) }
    }

    pub(crate) fn failure(&self, address: &Address) -> Failure {
        let RefusalError { code, message, remedy, .. } = &*self.error;
        if code.is_empty() {
            return Failure::new(
                format!("{} answers {} where its publisher should be", address.as_str(), self.status),
                "check the address, and that the control Worker is deployed with the Durable Object PUBLISHER",
            );
        }
        let remedy = if remedy.is_empty() { "see docs/publishing.md" } else { remedy };
        Failure::new(format!("the site refuses: {message} ({code})"), remedy)
    }
}

impl Client {
    /// Opens the key and gets to know the publisher; the first time, it is remembered beside the key.
    pub(crate) fn connect(options: &SiteOptions) -> Result<Self, Failure> {
        Self::connect_to(options.address()?, options.key.as_deref(), options.audience.as_deref())
    }

    /// As [`Self::connect`].
    pub(crate) fn connect_to(address: Address, key: Option<&str>, audience: Option<&str>) -> Result<Self, Failure> {
        Self::connect_with(address, Signer::open(key)?, audience)
    }

    /// As [`Self::connect`], with a key that is open already.
    pub(crate) fn connect_with(address: Address, signer: Signer, audience: Option<&str>) -> Result<Self, Failure> {
        let mut about = signer.place.as_ref().map(keys::Place::about).transpose()?;
        let pinned = audience.map(str::to_owned);
        let pinned = pinned.or_else(|| about.as_ref()?.audiences.get(address.as_str()).cloned());
        let found = introduce(&address)?;
        if let Some(pinned) = pinned.filter(|pinned| *pinned != found) {
            let place =
                signer.place.as_ref().map_or_else(String::new, |place| place.about_path().display().to_string());
            return Err(Failure::new(
                format!("{} is the publisher {found}, and this key has signed for {pinned} there", address.as_str()),
                format!(
                    "stop if you did not expect this: another site answers there. If the site was set up anew, take the line out of {place}"
                ),
            ));
        }
        if let (Some(about), Some(place)) = (&mut about, &signer.place)
            && about.audiences.insert(address.as_str().to_owned(), found.clone()).is_none()
        {
            place.write_about(about)?;
            output::print_error(&format!("{} is the publisher {found}, remembered for this key\n", address.as_str()));
        }
        Ok(Self { address, signer, audience: found })
    }

    /// What is current.
    pub(crate) fn state(&self) -> Result<State, Failure> {
        self.json(&Question::get("state"))
    }

    /// Asks, and reads the answer's JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, question: &Question<'_>) -> Result<T, Failure> {
        let answer = self.bytes(question)?;
        self.parse(&answer)
    }

    /// Reads JSON of the publisher.
    pub(crate) fn parse<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Failure> {
        serde_json::from_slice(body).map_err(|error| {
            Failure::new(
                format!("the answer of {} is not understood: {error}", self.address.as_str()),
                "take the `attune` of the version that the site's Workers are of",
            )
        })
    }

    /// Asks, and takes the answer's bytes.
    pub(crate) fn bytes(&self, question: &Question<'_>) -> Result<Vec<u8>, Failure> {
        let answer = self.ask(question, None)?;
        answer.map_err(|refused| refused.failure(&self.address))
    }

    /// Asks; what is not a success is handed back, too.
    pub(crate) fn ask(
        &self,
        question: &Question<'_>,
        bar: Option<&Progress>,
    ) -> Result<Result<Vec<u8>, Refused>, Failure> {
        self.exchange(question, bar).map(outcome)
    }

    /// Asks, and takes the answer with its headers.
    pub(crate) fn answer(&self, question: &Question<'_>) -> Result<HttpAnswer, Failure> {
        let answer = self.exchange(question, None)?;
        if is_success(&answer) { Ok(answer) } else { Err(Refused::of(&answer).failure(&self.address)) }
    }

    /// What changes nothing, or the same thing twice, is tried again when the connection is lost or the site is busy.
    fn exchange(&self, question: &Question<'_>, bar: Option<&Progress>) -> Result<HttpAnswer, Failure> {
        let may_repeat = question.method != "POST";
        let (start_us, mut lost, mut wait) = (host().clock_us(), 0, Duration::from_millis(250));
        loop {
            let answer = self.once(question, bar);
            let goes_on = if let Ok(answer) = &answer {
                is_busy(answer) && host().clock_us().saturating_sub(start_us) < BUSY_US_MAX
            } else {
                lost += 1;
                lost < TRIES
            };
            if !may_repeat || !goes_on {
                return answer;
            }
            host().sleep(wait);
            wait = (wait * 2).min(Duration::from_secs(2));
        }
    }

    fn once(&self, question: &Question<'_>, bar: Option<&Progress>) -> Result<HttpAnswer, Failure> {
        let Question { method, route, query, body } = *question;
        let path = format!("{PREFIX}{route}");
        let request = Request {
            method,
            path: &path,
            query,
            body_sha256: sha256(body),
            audience: &self.audience,
            created_s: input::now_s()?.into(),
            nonce: random()?,
            key: self.signer.id(),
        };
        let signature = self.signer.sign(base(&request).as_bytes()).bytes;
        let url = url(&self.address, &path, query);
        let mut headers: Vec<_> = headers(&request, &signature).into();
        if !body.is_empty() {
            headers.push(("content-type", "application/octet-stream".to_owned()));
        }
        let mut sent = |bytes| bar.into_iter().for_each(|bar| bar.show(bytes));
        sent(0);
        transport::send(&HttpRequest { headers, body, ..HttpRequest::new(method, &url) }, &mut sent)
    }

    /// What an isolate says of itself; nothing where it cannot be asked.
    pub(crate) fn health(&self) -> Option<serde_json::Value> {
        let url = url(&self.address, "/_attune/health", "");
        let answer = transport::send(&HttpRequest::new("GET", &url), &mut |_| ()).ok()?;
        serde_json::from_slice(&answer.body).ok()
    }

    /// Id of the key that signs, as the publisher writes it.
    pub(crate) fn key_id(&self) -> String {
        to_hex(&self.signer.id())
    }
}

fn url(address: &Address, path: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{path}{mark}{query}", address.as_str())
}

fn is_busy(answer: &HttpAnswer) -> bool {
    answer.status == 503 && matches!(Refused::of(answer).error.code.as_str(), "busy" | "unavailable" | "")
}

fn outcome(answer: HttpAnswer) -> Result<Vec<u8>, Refused> {
    if is_success(&answer) { Ok(answer.body) } else { Err(Refused::of(&answer)) }
}

fn is_success(answer: &HttpAnswer) -> bool {
    (200..300).contains(&answer.status)
}

/// Asks without a signature: the refusal says which publisher this is, and what time it is there.
fn introduce(address: &Address) -> Result<String, Failure> {
    let url = url(address, &format!("{PREFIX}state"), "");
    let refused = Refused::of(&transport::send(&HttpRequest::new("GET", &url), &mut |_| ())?);
    let (Some(audience), Some(now_s)) = (&refused.error.audience, refused.error.now_s) else {
        return Err(refused.failure(address));
    };
    let here_s = u64::from(input::now_s()?);
    if here_s.abs_diff(now_s) > SKEW_S_MAX {
        let order = if here_s > now_s { "ahead of" } else { "behind" };
        return Err(Failure::new(
            format!("this machine's clock is {} s {order} the site's", here_s.abs_diff(now_s)),
            "set the clock: a signed request is good for a minute only",
        ));
    }
    Ok(audience.clone())
}
