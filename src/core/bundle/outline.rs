//! What the control plane needs of a bundle, so that only the page core has to load it.

use super::{Loaded, Rules, Site};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The site, and how long each campaign's impressions count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// The bundle's version: first 12 hexadecimal digits of its SHA-256.
    pub version: String,
    /// The site, without its rules.
    pub site: Site,
    /// What the site decides about its vocabulary.
    pub rules: Rules,
    /// Key of each campaign and the window of its cap, in seconds; 0 without one.
    pub windows: Vec<(String, u32)>,
    /// How many parts of the bundle could not be used.
    pub disabled: u32,
}

impl Outline {
    /// The outline of a bundle.
    pub fn of(loaded: &Loaded) -> Self {
        let window = |cap: &super::Cap| cap.per_s;
        let campaigns = loaded.campaigns.iter().flatten();
        Self {
            version: loaded.version.clone(),
            site: Site { rules: Rules::default(), ..loaded.site.clone() },
            rules: loaded.site.rules.clone(),
            windows: campaigns.map(|c| (c.key.clone(), c.cap.as_ref().map_or(0, window))).collect(),
            disabled: u32::try_from(loaded.disabled.len()).unwrap_or(u32::MAX),
        }
    }

    /// The outline as bytes, for the same build of another module: not a format that is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A vector that grows has no way to fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads the bytes back; `None` when they are of another build.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_reads_back_as_written() {
        let mut outline = Outline { version: "0123456789ab".into(), disabled: 2, ..Outline::default() };
        outline.site.name = "giftshop".into();
        outline.windows.push(("sale".into(), 604_800));
        assert_eq!(Outline::from_bytes(&outline.to_bytes()), Some(outline));
        assert_eq!(Outline::from_bytes(&[1]), None);
    }
}
