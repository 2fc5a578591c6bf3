//! One line of a batch: a visitor or customer, and a page.

use super::input::DecisionInput;
use super::options::MomentOptions;
use super::site::LoadedSite;
use crate::failure::Failure;
use crate::input;
use attune_core::profile::json::{Ask, AskReader};
use attune_core::profile::{KeyRing, SiteKeys, open_handle};

/// Longest line that is read, in bytes.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Reads lines. What a line leaves out comes from here.
pub(crate) struct LineReader<'a> {
    site: &'a LoadedSite,
    keys: Option<SiteKeys>,
    /// Path and query.
    url: Option<(String, String)>,
    now_s: u32,
    lang: &'a str,
}

impl<'a> LineReader<'a> {
    pub(crate) fn new(
        site: &'a LoadedSite,
        keys: Option<&KeyRing>,
        url: Option<&str>,
        moment: &'a MomentOptions,
    ) -> Result<Self, Failure> {
        Ok(Self {
            site,
            keys: keys.map(|keys| keys.bind(&site.loaded.site.name)),
            url: url.map(input::path_and_query).transpose()?,
            now_s: input::moment("--now", moment.now.as_deref())?,
            lang: &moment.lang,
        })
    }

    /// The moment of lines that have none.
    pub(crate) fn now_s(&self) -> u32 {
        self.now_s
    }

    /// Whether there is a page for lines that have none.
    pub(crate) fn has_url(&self) -> bool {
        self.url.is_some()
    }

    /// Parses one line.
    pub(crate) fn parse(&self, asks: &mut AskReader, line: &[u8]) -> Result<Ask, String> {
        if line.len() > LINE_BYTES_MAX {
            return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
        }
        let mut ask = asks.parse(line).map_err(|problem| problem.to_string())?;
        if let Some(handle) = &ask.visitor {
            let keys = self.keys.as_ref().ok_or("visitor: a handle needs --keys FILE")?;
            ask.profile.id = Some(open_handle(handle, keys).map_err(|problem| format!("visitor: {problem}"))?);
        }
        Ok(ask)
    }

    /// The input that a line describes.
    pub(crate) fn input(&self, ask: Ask) -> Result<DecisionInput, String> {
        let (path, query) = match (&ask.page, &self.url) {
            (Some(page), _) => page.path_and_query(&self.site.loaded.site).map_err(|problem| problem.to_string())?,
            (None, Some(url)) => url.clone(),
            (None, None) => return Err("page: is missing, and there is no --url".to_owned()),
        };
        Ok(DecisionInput {
            now_s: ask.request.overrides.now_s.unwrap_or(self.now_s),
            lang: if ask.locale.is_empty() { self.lang.to_owned() } else { ask.locale.into() },
            profile: ask.profile,
            request: ask.request,
            path,
            query,
            name: None,
            counts_page: false,
            is_anonymous: false,
            arms: ask.arms,
        })
    }
}
