//! The address of a site.

use crate::failure::Failure;

/// Scheme and host, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(String);

impl Address {
    /// Reads `https://www.shop.example`, or `http://` of this machine.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let help = "give scheme and host only, such as https://www.shop.example or http://localhost:8787";
        let trimmed = text.trim_end_matches('/');
        let refused = |why: &str| Failure::new(format!("`{text}` {why}"), help);
        let (scheme, host) = trimmed.split_once("://").ok_or_else(|| refused("is not the address of a site"))?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(refused("is not the address of a site"));
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_here = matches!(name, "localhost" | "[::1]") || name.starts_with("127.") || name.ends_with(".localhost");
        match scheme {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(refused("is not encrypted")),
            _ => return Err(refused("is not the address of a site")),
        }
        Ok(Self(format!("{scheme}://{}", host.to_ascii_lowercase())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_without_encryption() {
        for good in ["https://www.shop.example", "http://localhost:8787/", "http://127.0.0.1:1", "http://[::1]:8787"] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["www.shop.example", "http://www.shop.example", "https://", "https://a/b", "ftp://a", "http://127.0.0.1@x"]
        {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
