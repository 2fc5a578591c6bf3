//! Preview tokens: a persona, a place, a clock and forced arms, vouched for by a signature, for a while.

use crate::codec::{Reader, put_text, put_varint};
use crate::context::{Context, DEVICE_KINDS, Device};
use crate::limits::{
    ARMS_MAX, CLOCK_SKEW_S_MAX, COOKIE_CANDIDATES_MAX, COOKIE_CHARS_MAX, COOKIE_HEADER_BYTES_MAX, PREVIEW_TTL_S_MAX,
};
use crate::profile::cookie::header;
use crate::profile::cookie::selection::{Dropped, Selection};
use crate::profile::cookie::{read_sections, write_sections};
use crate::profile::keys::{KeyPurpose, SiteKeys};
use crate::profile::model::Profile;
use crate::profile::tokens::handle::{TokenError, seal, unseal};
use crate::sort;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Name of the cookie that holds a preview token.
pub const PREVIEW_COOKIE: &str = "__Host-attune-preview";
/// Longest preview token, in characters: as long as a profile cookie may be.
pub const PREVIEW_CHARS_MAX: usize = COOKIE_CHARS_MAX;
/// Longest name and longest overridden value, in bytes.
pub const PREVIEW_TEXT_BYTES_MAX: usize = 64;

/// What a preview says about the request in place of the platform; `None` leaves the platform's word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestOverrides {
    /// Country, ISO 3166-1 alpha-2 in capitals.
    pub country: Option<Box<str>>,
    /// Region within the country.
    pub region: Option<Box<str>>,
    /// Continent: AF, AN, AS, EU, NA, OC or SA.
    pub continent: Option<Box<str>>,
    /// In the European Union.
    pub eu: Option<bool>,
    /// First language, lower case.
    pub language: Option<Box<str>>,
    /// phone, tablet, desktop or tv.
    pub device: Option<Box<str>>,
    /// What to add to UTC where the visitor is, in minutes.
    pub utc_offset_min: Option<i16>,
    /// The moment, in seconds since the Unix epoch.
    pub now_s: Option<u32>,
    /// City.
    pub city: Option<Box<str>>,
    /// Latitude and longitude, in hundredths of a degree: about a kilometre.
    pub place_centi: Option<(i16, i16)>,
}

impl RequestOverrides {
    /// Latitude and longitude, in degrees.
    pub fn place(&self) -> Option<(f64, f64)> {
        let degrees = |centi: i16| f64::from(centi) / 100.0;
        self.place_centi.map(|(latitude, longitude)| (degrees(latitude), degrees(longitude)))
    }

    /// The moment with these overrides; what they leave open stays.
    pub fn applied<'a>(&'a self, context: Context<'a>) -> Context<'a> {
        let text = |own: &'a Option<Box<str>>, other| own.as_deref().unwrap_or(other);
        let kind = DEVICE_KINDS.into_iter().find(|kind| Some(*kind) == self.device.as_deref());
        Context {
            now_s: self.now_s.unwrap_or(context.now_s),
            country: text(&self.country, context.country),
            region: text(&self.region, context.region),
            continent: text(&self.continent, context.continent),
            eu: self.eu.or(context.eu),
            language: text(&self.language, context.language),
            device: Device { kind: kind.unwrap_or(context.device.kind), ..context.device },
            utc_offset_min: self.utc_offset_min.or(context.utc_offset_min),
            city: text(&self.city, context.city),
            place: self.place().or(context.place),
            ..context
        }
    }
}

/// What somebody who was given a link looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewSubject {
    /// What is published.
    Published,
    /// The draft whose manifest has this id: the SHA-256 of its body.
    Draft([u8; 32]),
}

/// A preview: who to be, where and when, until it expires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Name of the persona, shown to the person who previews.
    pub name: Box<str>,
    /// When it ends.
    pub expires_s: u32,
    /// The persona's profile; a blank one is a visitor of whom nothing is known.
    pub profile: Profile,
    /// The request.
    pub request: RequestOverrides,
    /// Campaigns with the arm they must show.
    pub arms: Vec<(Box<str>, Box<str>)>,
    /// Of a link: what it shows, and says so on the page. `None` for what the shop's server made for itself.
    pub subject: Option<PreviewSubject>,
}

/// Why a preview token was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// It would expire before now, or more than 24 hours from now.
    #[error("a preview lasts from 1 to {PREVIEW_TTL_S_MAX} seconds")]
    Lifetime,
    /// The name or a value is too long.
    #[error("the name and each value of a preview are at most {PREVIEW_TEXT_BYTES_MAX} bytes")]
    Text,
    /// A campaign has two arms, or there are too many.
    #[error("a preview forces at most one arm a campaign and {ARMS_MAX} in all")]
    Arms,
    /// The profile has entries over their limits, which a cookie could not hold.
    #[error("the profile has entries over their limits, or with keys that are empty, too long or there twice")]
    Profile,
    /// The token would be longer than a cookie may be.
    #[error("the preview does not fit into {PREVIEW_CHARS_MAX} characters; shorten the profile")]
    TooLong,
}

impl Preview {
    /// Signs the preview, to be stored in [`PREVIEW_COOKIE`].
    ///
    /// A persona who agreed to personalization, or remembers something that needs it, gets an id drawn from
    /// the preview's name if it has none ([`Profile::mint_named`]).
    ///
    /// # Errors
    /// [`PreviewError`] when it would last too long, or holds more than it may.
    pub fn seal(&self, keys: &SiteKeys, now_s: u32) -> Result<String, PreviewError> {
        if self.expires_s <= now_s || self.expires_s - now_s > PREVIEW_TTL_S_MAX {
            return Err(PreviewError::Lifetime);
        }
        if self.texts().any(|text| text.len() > PREVIEW_TEXT_BYTES_MAX) {
            return Err(PreviewError::Text);
        }
        let mut preview = self.clone();
        preview.profile.mint_named(&preview.name);
        sort::by_key(&mut preview.arms, Clone::clone);
        let repeated = preview.arms.iter().zip(preview.arms.iter().skip(1)).any(|(a, b)| a.0 == b.0);
        if repeated || preview.arms.len() > ARMS_MAX {
            return Err(PreviewError::Arms);
        }
        let selection = Selection::of(&preview.profile);
        if selection.dropped != Dropped::default() {
            return Err(PreviewError::Profile);
        }
        let token = seal(keys, KeyPurpose::Preview, &preview.content(&selection));
        if token.len() > PREVIEW_CHARS_MAX {
            return Err(PreviewError::TooLong);
        }
        Ok(token)
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// [`TokenError`] when it is not a preview token of this site, or is not valid at this time.
    pub fn open(token: &[u8], keys: &SiteKeys, now_s: u32) -> Result<Self, TokenError> {
        let content = unseal(token, PREVIEW_CHARS_MAX, keys, KeyPurpose::Preview)?;
        let preview = read(&content).ok_or(TokenError::Malformed)?;
        if preview.content(&Selection::of(&preview.profile)) != content {
            return Err(TokenError::Malformed);
        }
        if preview.expires_s <= now_s {
            return Err(TokenError::Expired(preview.expires_s));
        }
        if preview.expires_s - now_s > PREVIEW_TTL_S_MAX + CLOCK_SKEW_S_MAX {
            return Err(TokenError::TooLasting(preview.expires_s));
        }
        Ok(preview)
    }

    /// The preview that a `Cookie` request header brings: of all cookies of the name the one that is valid. Several
    /// that differ are none.
    pub fn of_request(cookie_header: &[u8], keys: &SiteKeys, now_s: u32) -> Option<Self> {
        if cookie_header.len() > COOKIE_HEADER_BYTES_MAX {
            return None;
        }
        let tokens = header::values(cookie_header, PREVIEW_COOKIE).take(COOKIE_CANDIDATES_MAX);
        let mut previews = tokens.filter_map(|token| Self::open(token, keys, now_s).ok());
        let first = previews.next()?;
        previews.all(|other| other == first).then_some(first)
    }

    /// The `Set-Cookie` header that stores a token until it expires.
    pub fn set_cookie(token: &str, ttl_s: u32) -> String {
        format!("{PREVIEW_COOKIE}={token}; Path=/; Max-Age={ttl_s}; Secure; HttpOnly; SameSite=Lax")
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let request = &self.request;
        let fields =
            [&request.country, &request.region, &request.continent, &request.language, &request.device, &request.city];
        let arms = self.arms.iter().flat_map(|(campaign, arm)| [&**campaign, &**arm]);
        fields.into_iter().flatten().map(AsRef::as_ref).chain(arms).chain([&*self.name])
    }

    /// Everything that is signed after format and key id: the end, then fields as `[tag][length][bytes]`.
    fn content(&self, selection: &Selection<'_>) -> Vec<u8> {
        let mut out = self.expires_s.to_be_bytes().to_vec();
        let mut field = |tag: u8, bytes: Option<&[u8]>| {
            if let Some(bytes) = bytes {
                out.push(tag);
                put_varint(&mut out, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
        };
        let present = |bytes: Vec<u8>| (!bytes.is_empty()).then_some(bytes);
        let text = |text: &Option<Box<str>>| text.as_ref().map(|text| text.as_bytes().to_vec());
        let mut profile = Vec::new();
        write_sections::write(selection, &mut profile);
        let mut arms = Vec::new();
        for (campaign, arm) in &self.arms {
            put_text(&mut arms, campaign);
            put_text(&mut arms, arm);
        }
        let request = &self.request;
        let fields = [
            (NAME, present(self.name.as_bytes().to_vec())),
            (PROFILE, present(profile)),
            (COUNTRY, text(&request.country)),
            (REGION, text(&request.region)),
            (CONTINENT, text(&request.continent)),
            (EU, request.eu.map(|eu| [u8::from(eu)].to_vec())),
            (LANGUAGE, text(&request.language)),
            (DEVICE, text(&request.device)),
            (UTC_OFFSET, request.utc_offset_min.map(|offset| offset.to_be_bytes().to_vec())),
            (NOW, request.now_s.map(|now| now.to_be_bytes().to_vec())),
            (ARMS, present(arms)),
            (CITY, text(&request.city)),
            (PLACE, request.place_centi.map(|(n, e)| [n.to_be_bytes(), e.to_be_bytes()].concat())),
            (SUBJECT, self.subject.as_ref().map(subject_bytes)),
        ];
        for (tag, bytes) in fields {
            field(tag, bytes.as_deref());
        }
        out
    }
}

const NAME: u8 = 1;
const PROFILE: u8 = 2;
const COUNTRY: u8 = 3;
const REGION: u8 = 4;
const CONTINENT: u8 = 5;
const EU: u8 = 6;
const LANGUAGE: u8 = 7;
const DEVICE: u8 = 8;
const UTC_OFFSET: u8 = 9;
const NOW: u8 = 10;
const ARMS: u8 = 11;
const CITY: u8 = 12;
const PLACE: u8 = 13;
const SUBJECT: u8 = 14;

fn subject_bytes(subject: &PreviewSubject) -> Vec<u8> {
    match subject {
        PreviewSubject::Published => Vec::new(),
        PreviewSubject::Draft(id) => id.to_vec(),
    }
}

fn read(content: &[u8]) -> Option<Preview> {
    let mut reader = Reader::new(content);
    let mut preview = Preview { expires_s: u32::from_be_bytes(reader.array()?), ..Preview::default() };
    while !reader.is_empty() {
        let tag = reader.byte()?;
        read_field(tag, reader.block()?, &mut preview)?;
    }
    Some(preview)
}

fn read_field(tag: u8, bytes: &[u8], preview: &mut Preview) -> Option<()> {
    let text = || core::str::from_utf8(bytes).ok().map(Box::<str>::from);
    let request = &mut preview.request;
    match tag {
        NAME => preview.name = text()?,
        PROFILE => preview.profile = read_sections::read(bytes)?,
        COUNTRY => request.country = Some(text()?),
        REGION => request.region = Some(text()?),
        CONTINENT => request.continent = Some(text()?),
        EU => request.eu = Some(bytes == [1]),
        LANGUAGE => request.language = Some(text()?),
        DEVICE => request.device = Some(text()?),
        UTC_OFFSET => request.utc_offset_min = Some(i16::from_be_bytes(bytes.try_into().ok()?)),
        NOW => request.now_s = Some(u32::from_be_bytes(bytes.try_into().ok()?)),
        ARMS => {
            let mut reader = Reader::new(bytes);
            while !reader.is_empty() {
                preview.arms.push((reader.text()?, reader.text()?));
            }
        }
        CITY => request.city = Some(text()?),
        PLACE => {
            let mut reader = Reader::new(bytes);
            request.place_centi = Some((i16::from_be_bytes(reader.array()?), i16::from_be_bytes(reader.array()?)));
        }
        SUBJECT if bytes.is_empty() => preview.subject = Some(PreviewSubject::Published),
        SUBJECT => preview.subject = Some(PreviewSubject::Draft(bytes.try_into().ok()?)),
        _ => return None,
    }
    Some(())
}
