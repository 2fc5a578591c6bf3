//! The table of findings: stable code, severity, title and explanation.
//!
//! A code is never used again for something else.

use serde::{Serialize, Serializer};

/// How bad a finding is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Pages are not personalized, or nothing is remembered or measured; or visitors get what is not theirs.
    Error,
    /// Something is lost, or will be.
    Warning,
    /// Nothing is wrong, but whoever looks for a fault has to know it.
    Note,
}

impl Severity {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// What it is, in a few words.
    pub title: &'static str,
    /// How it is known, what follows from it, and what to do.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($( $id:ident $variant:ident $severity:ident $title:literal $explanation:literal; )*) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $( #[doc = $title] $variant, )* }

        /// Every finding, in order of code.
        pub const CODES: &[CodeInfo] = &[ $( CodeInfo { code: Code::$variant, title: $title, explanation: $explanation }, )* ];

        impl Code {
            /// The code as written: `D0201`.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => stringify!($id), )* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )* }
            }
        }
    };
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

codes! {
    D0101 HostNotFound Error "the host is not found" "The name of the host has no address. Check the spelling, the DNS record, and whether this machine is online.";
    D0102 NoConnection Error "the site does not answer" "No connection could be made, or no answer came in time. Nothing else can be looked at.";
    D0103 Tls Error "no encrypted connection can be made" "The certificate of the site is not valid for this host, has expired, or comes from nobody that this machine trusts; or the port speaks no TLS. Browsers show an error in place of the page.";
    D0104 RedirectLoop Error "the redirects do not end" "More than ten redirects follow one another. Often two layers disagree, such as the shop and a proxy about HTTPS.";
    D0105 Redirected Note "the address leads elsewhere" "The page that was looked at is the one at the end of the redirects.";
    D0106 NotOk Error "the page is not answered with 200" "Only a 200 is personalized. Every other status passes as the origin sends it.";
    D0107 NotHtml Error "the page is not HTML" "Only `text/html` is personalized. Look at the header Content-Type that the origin sends.";
    D0108 Insecure Error "the site is served without HTTPS" "Attune's cookies have the attribute Secure. Browsers do not keep them on a page of http://, so nobody is remembered, and consent is asked for on every page.";
    D0109 OtherHost Warning "the configuration does not have this host" "[site] hosts lists the names that visitors use. It decides which cookies there are and for which domain.";
    D0110 BrokenOff Error "the page breaks off" "The connection ended before all of the body had come that Content-Length or the chunks announce. Browsers show a part of the page, or an error.";

    D0201 NoWorker Error "Attune is not in front of the site" "Pages lack the response header `Attune`, and GET /_attune/health is not answered by the Worker. Its route in wrangler.toml or in the dashboard does not have this host, or the Worker is not deployed.";
    D0202 NoApi Error "/_attune/ does not reach the Worker" "Pages pass through the Worker, but addresses under /_attune/ do not: the page script, consent and events are missing. The Worker's route has to have the whole host (`www.shop.example/*`), and nothing in front may answer for it.";
    D0203 HeaderLost Warning "the response header Attune is lost on the way" "The page was made by the Worker, but the header that says so is missing. A proxy in front of the Worker removes it. Visitors lose nothing, but whoever looks for a fault does.";
    D0204 NoControl Error "the control Worker is missing" "Addresses under /_attune/ are answered with `unavailable`: the page Worker has no service binding CONTROL, or the Worker that it names is not deployed or fails. Pages are decided, but nobody can agree and nothing is remembered.";
    D0205 NoKeys Error "the cookie keys are missing" "The secret ATTUNE_KEYS is not set, or cannot be read. No page is personalized without it.";
    D0206 NoBundle Error "no configuration is loaded" "KV has none that can be used, and the deployment brought none. Pages are the origin's.";
    D0207 Killed Error "everything is switched off" "Somebody has used `attune kill`. Pages are the origin's until `attune revive`.";
    D0208 CampaignsKilled Warning "campaigns are switched off" "Somebody has used `attune kill --campaign`. They show nothing until `attune revive --campaign`.";
    D0209 Resting Error "the core trapped too often, and rests" "More than five pages a minute made the core trap with this bundle. Pages are the origin's for a minute, and then it is tried again. Go back with `attune rollback`, and report the bundle.";
    D0210 Traps Warning "the core has trapped" "A page that made the core trap was served as the origin's. The Worker's log has the messages.";
    D0211 Expired Error "the published manifest has expired" "A manifest counts until a date. Isolates that run go on with what they have; new ones refuse it. Publish again.";
    D0212 Refused Error "what is published is refused" "The signature, the site, or the bytes are not what the Worker expects, so that it serves an earlier configuration or none. Often MANIFEST_KEYS, MANIFEST_SIGNATURES, SITE or ATTUNE_KEYS of the deployment are not those that it was signed for.";
    D0213 Stale Warning "what KV says is older than it should be" "KV shows an older state than this isolate has seen, or the publisher has not renewed its head. The newest version may not be served.";
    D0214 Missing Error "KV lacks what it should have" "The head or a manifest names something that is not in KV: an upload that did not finish, another namespace, or a value that was deleted.";
    D0215 Unpublished Note "nothing is published: the bundle of the deployment is served" "The configuration came with the Worker. `attune push` publishes one that takes its place.";
    D0216 OtherVersion Warning "the site serves another configuration than the folder has" "The folder, compiled, has another hash than the bundle that is served. Either it is not published yet, or somebody published another one. `attune diff --base URL` says what is different.";
    D0217 VersionsDiffer Warning "pages come from different versions" "Within this visit several versions answered. For about a minute after a publication this is normal. Later it means that several deployments stand behind one address, or that a cache keeps pages.";
    D0218 Canary Note "a canary is running" "A share of the visitors who agreed gets another configuration. Everybody else, and whoever has not agreed, gets the present one.";
    D0219 Withdrawn Warning "the newest version was withdrawn" "Its canary, or the version itself, trapped more often than the one before, or a person withdrew it. The one before is served. `attune history` says by whom and why.";
    D0220 Disabled Warning "parts of the configuration cannot be used" "The Worker could not use some campaigns, contents or slots of the bundle: it is older than the compiler, or the lean page core is deployed. Deploy the Workers again, then publish again.";
    D0221 Lacks Warning "the lean page core cannot do what the configuration asks" "The bundle has recommendations or a decision header, and the lean core has neither. Deploy the full one: `cargo xtask build` without `--lean`.";
    D0222 ExpiresSoon Warning "the published manifest expires soon" "After that, new isolates refuse it and pages are the origin's. Publish again before.";
    D0223 HeadOld Warning "the publisher does not renew its head" "It writes the head anew every day. After two days new isolates refuse it. Look at the log of the control Worker, and at its binding CONFIG.";
    D0224 NoApiKey Note "no API key is set" "Without the secret ATTUNE_API_KEY the shop's servers can send neither orders nor traits, and nobody can make a preview.";
    D0225 NoPublisher Warning "nothing can be published" "The publisher of this deployment lacks a variable or a binding, so that `attune push` is refused. The message says which.";

    D0301 NotListed Error "the Worker leaves the page alone" "The page passes through untouched, because ROUTES in wrangler.toml does not have its path. Add the path and deploy the page Worker.";
    D0302 NoPageType Warning "the Worker personalizes a page of no type" "ROUTES has the path, but no pattern of [pages] has it, so that conditions on page.type, and slots and products of a type, do not apply there.";
    D0303 SlotNowhere Warning "a slot is on no page" "No element of the pages that were looked at matches the slot's selector. Campaigns that fill only this slot show nothing.";
    D0304 SlotMissing Warning "a page lacks a slot of its type" "[slots.NAME] pages names the type of this page, but no element of the page matches.";
    D0305 SlotUnfillable Warning "a slot's element cannot be filled" "The element is there, but where it ends or what a browser makes of it is not certain, so that the origin's content stays.";
    D0306 NoElement Warning "an element of a slot is missing" "The slot is there, but nothing in it matches the selector of one of its elements. That field of a content has no place.";
    D0307 UnknownSlot Warning "the page has a slot that the configuration does not know" "An element has the attribute data-slot with a name that no slot of the configuration has. Nothing is ever put there.";
    D0308 Fragment Warning "the page is no document" "It does not begin with a doctype, <html>, <head> or <body>, so that it is taken for a part of a page and passes untouched.";
    D0309 Amp Note "the page is AMP" "A script of ours would make it invalid. It passes untouched.";
    D0310 Unfinished Warning "the page begins too late" "Its first tag does not come within 16 KB, or not within a second after the first bytes, so that it passes untouched.";
    D0311 ForeignBytes Warning "the page is in an encoding that is never changed" "Pages in UTF-16, UTF-7, ISO-2022 or HZ, and those that are compressed in another way than gzip or br, pass as they are.";
    D0312 NoNavigation Warning "the headers of a navigation do not reach the Worker" "The Worker takes the request for one that wants no page (untouched=other). Something in front changes Sec-Fetch-Dest, Sec-Fetch-Mode or Sec-Purpose.";
    D0313 NothingFilled Note "no slot is filled for a new visitor" "Nothing is wrong with that if all campaigns ask for something that is not known of a new visitor. `attune why` says what each one lacks.";
    D0314 MarksLost Warning "what marks a filled slot is removed on the way" "The content of a filled slot ends with a comment. Something behind the Worker takes comments out of pages (a minifier), so that no impression is counted.";
    D0315 RobotsPersonalized Error "robots get personalized pages" "A request with the user agent of a robot was answered as one of a person. Something in front replaces the header User-Agent, or serves robots from a cache. Search engines index what was meant for one visitor.";
    D0316 TakenForRobot Error "visitors are taken for robots" "A request with the user agent of a browser was answered as one of a robot: the header User-Agent does not reach the Worker as the browser sends it. Robots get the shop's own page.";

    D0401 Cacheable Error "caches may keep a personalized page" "The Worker sends `Cache-Control: private, no-cache`, and this is lost or replaced on the way. A cache may show the page of one visitor to others.";
    D0402 FromCache Error "a cache answers for the Worker" "The page was not made for this request: it has an Age, or a cache says that it had it, or two visitors got one and the same page. No cache may stand in front of the Worker for pages on its list.";
    D0403 VaryLost Warning "the header Vary is lost on the way" "The Worker sends `Vary: Cookie`. Without it a cache that ignores Cache-Control takes the page for the same for everybody.";
    D0404 ApiCached Error "answers under /_attune/ come from a cache" "They are for one visitor, and are sent with `Cache-Control: no-store`. Exclude /_attune/ from every cache rule.";
    D0405 Uncompressed Warning "pages are not compressed" "The request accepted gzip and br, and the page came as it is. Behind the Worker the platform compresses, unless the origin says `no-transform` or compression is switched off.";

    D0501 ConsentRefused Error "consent is not taken" "POST /_attune/consent was not answered with what the visitor agreed to. Nobody can be remembered. A firewall or a proxy may stand in the way of POST requests.";
    D0502 SetCookieLost Error "cookies are removed on the way" "An answer under /_attune/ has to set a cookie, and came without Set-Cookie. A cache or a proxy removes it.";
    D0503 CookieAttributes Error "the attributes of cookies are changed on the way" "The Worker sets its cookies with Path=/, Max-Age, Secure, HttpOnly and SameSite=Lax. Something in front rewrites them.";
    D0504 CookieRejected Error "browsers refuse the cookie" "A cookie of __Host- must have Secure and Path=/ and no Domain; one of __Secure- must have Secure; and a Domain must have the host of the page. Look at [site] hosts, and at what rewrites cookies.";
    D0505 CookieNotReturned Error "the visitor's cookie does not reach the Worker" "The request had the cookie, and the page was decided without it. Something in front removes Cookie from requests for pages, often a cache. Where silence grants nothing, a cookie that the Worker cannot read (D0506) looks the same from outside.";
    D0506 CookieUnreadable Error "the site does not know its own cookie" "The Worker got the cookie that it had set itself and could not read it. Several deployments with different ATTUNE_KEYS or SITE stand behind one address, or something changes the value.";
    D0507 CookiesTooLarge Warning "the site's cookies are too large" "Browsers do not keep a cookie of more than 4,096 bytes, and many servers refuse requests with more than 8 KB of headers.";
    D0508 NobodyAsks Warning "nothing on the page asks for consent" "Silence grants nothing in this place, and neither the page nor a script that it loads from its own host mentions /_attune/consent. Scripts of other hosts, and those that scripts load, were not looked at.";

    D0601 ScriptKeptOut Error "a content security policy keeps the page script out" "The Worker puts the script in only where every policy lets it in. Without it slots are filled, but nothing is measured or remembered. Allow 'self' or a nonce in script-src.";
    D0602 ScriptBlocked Error "a content security policy blocks the page script" "The script is in the page, and a policy that came with the page forbids it: the policy is added or changed behind the Worker. Allow 'self', or add the policy at the origin.";
    D0603 NotMeasured Warning "the page has no page script" "No content security policy keeps it out: MEASURE is \"off\". Nothing is measured or remembered.";
    D0604 ScriptMissing Error "the page script cannot be loaded" "GET /_attune/page.js has to be answered with 200 and a JavaScript type. Deploy the Worker with its assets (ASSETS), and let nothing answer for /_attune/.";
    D0605 EventsBlocked Error "a content security policy blocks the events" "connect-src (or default-src) does not let the page script send to /_attune/events. Allow 'self' in connect-src.";
    D0606 ScriptHeld Warning "something holds the page script back" "The type of the script tag was changed behind the Worker, so that a browser does not run it before another program allows it: Rocket Loader, or a consent tool that blocks scripts. Exclude /_attune/page.js.";
    D0607 EventsRefused Error "events are not taken" "POST /_attune/events was not answered by the control Worker. A firewall or a proxy may stand in the way of POST requests with JSON.";
    D0608 EventLost Error "an event is taken and not kept" "The event of a visitor who agreed was answered, but is not in the profile afterwards. The message has the reason that the Worker gave.";
    D0609 ClockSkew Warning "the clocks of the site and of this machine differ" "Signed requests count for 60 seconds, and a clock that is more than 30 seconds ahead is refused: `attune push` fails with `clock` or `stale`. Set the clock of this machine.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_says_something_of_its_own() {
        let ids: Vec<_> = CODES.iter().map(|info| info.code.id()).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
        let titles: std::collections::BTreeSet<_> = CODES.iter().map(|info| info.title).collect();
        assert_eq!(titles.len(), CODES.len());
        for info in CODES {
            assert!(!info.title.ends_with('.'), "{}", info.title);
            assert!(info.explanation.ends_with('.'), "{}", info.title);
        }
    }
}
