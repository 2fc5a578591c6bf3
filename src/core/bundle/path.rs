//! Which paths a pattern has: the one matcher of `[pages]`, `never_profile`, `[decision_header]` and `ROUTES`.
//!
//! A path is divided at its slashes, and each segment is compared in its canonical form: escapes that spell UTF-8 are
//! decoded, once, and all others are in capitals (`%e9` is `%E9`). So an escaped slash is a character of its segment.
//! One slash at the end makes no difference. An empty segment is none that a pattern could mean.

use crate::codec::percent_decoded;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::iter;
use core::str::Split;

/// A path pattern such as `/p/{sku}` or `/health/*`.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// Segments between the slashes.
    pub segments: Vec<PathSegment>,
}

/// One segment of a path pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PathSegment {
    /// Exactly this text.
    Literal(String),
    /// `{sku}`: one segment, the product key.
    Sku,
    /// `{category}`: one segment, the category key.
    Category,
    /// `{anything-else}` or `*` inside: one segment, not kept.
    Any,
    /// `*` at the end: whatever follows, also nothing.
    Rest,
}

/// What a pattern captures of a path, as it stands there; empty where it captures nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Captured<'p> {
    /// The product key.
    pub sku: &'p str,
    /// The category key.
    pub category: &'p str,
}

/// One segment of a pattern.
enum Part<'t> {
    Literal(&'t str),
    Sku,
    Category,
    Any,
    Rest,
}

impl PathPattern {
    /// What the pattern captures of a path; `None` if it does not have it.
    pub fn captured<'p>(&self, path: &'p str) -> Option<Captured<'p>> {
        captured(&mut self.parts(), path, same)
    }

    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.segments.iter().map(|segment| match segment {
            PathSegment::Literal(text) => Part::Literal(text),
            PathSegment::Sku => Part::Sku,
            PathSegment::Category => Part::Category,
            PathSegment::Any => Part::Any,
            PathSegment::Rest => Part::Rest,
        })
    }
}

/// Whether a path is on a list of patterns as authored, one a line. What is no pattern has no path.
///
/// ```
/// use attune_core::bundle::is_listed;
///
/// assert!(is_listed("/\n/p/{sku}", "/%70/22423/"));
/// assert!(!is_listed("/\n/p/{sku}", "/p%2F22423"));
/// ```
pub fn is_listed(patterns: &str, path: &str) -> bool {
    patterns.split('\n').any(|pattern| has(pattern, path))
}

/// Whether a pattern as authored has a path.
pub(super) fn has(pattern: &str, path: &str) -> bool {
    let Some(texts) = segments(pattern) else { return false };
    let mut texts = texts.peekable();
    let mut parts = iter::from_fn(|| {
        let text = texts.next()?;
        Some(match text {
            "*" if texts.peek().is_none() => Part::Rest,
            "*" => Part::Any,
            _ if text.starts_with('{') && text.ends_with('}') => Part::Any,
            _ => Part::Literal(text),
        })
    });
    captured(&mut parts, path, same).is_some()
}

/// Whether a path is one of those whose views leave no memory.
///
/// Servers read a path in more ways than one, and whatever they would serve under it has to count. So a path is also
/// read as the most lenient of them do: escapes are decoded until there are none, three times at most; then a slash is a
/// slash, and a backslash is one too; empty segments and `.` are left out, `..` goes back; what stands behind a `;` is
/// not part of a segment; capitals are small letters.
pub(crate) fn leaves_no_memory(patterns: &[PathPattern], path: &str) -> bool {
    if patterns.is_empty() {
        return false;
    }
    let lenient = lenient(path);
    let has = |pattern: &PathPattern| captured(&mut pattern.parts(), &lenient, alike).is_some();
    patterns.iter().any(|pattern| pattern.captured(path).is_some() || has(pattern))
}

fn captured<'p>(
    parts: &mut dyn Iterator<Item = Part<'_>>,
    path: &'p str,
    fits: fn(&str, &str) -> bool,
) -> Option<Captured<'p>> {
    let mut captured = Captured::default();
    let mut segments = segments(path)?;
    for part in parts {
        if let Part::Rest = part {
            return Some(captured);
        }
        let found = segments.next()?;
        match part {
            Part::Literal(literal) if fits(literal, found) => {}
            Part::Sku if !found.is_empty() => captured.sku = found,
            Part::Category if !found.is_empty() => captured.category = found,
            Part::Any if !found.is_empty() => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(captured)
}

/// The segments of a path or a pattern, as they stand there.
fn segments(path: &str) -> Option<Split<'_, char>> {
    let inner = path.strip_prefix('/')?;
    let mut segments = inner.strip_suffix('/').unwrap_or(inner).split('/');
    if inner.is_empty() {
        segments.next();
    }
    Some(segments)
}

/// Whether two segments are one in their canonical form.
fn same(literal: &str, found: &str) -> bool {
    literal == found || percent_decoded(literal, false) == percent_decoded(found, false)
}

/// Whether a segment is that of a path which was read leniently.
fn alike(literal: &str, found: &str) -> bool {
    percent_decoded(literal, false).eq_ignore_ascii_case(found)
}

/// How often a path is decoded: a server behind a proxy may do what the proxy did before.
const DECODED_TIMES: usize = 3;

fn lenient(path: &str) -> Cow<'_, str> {
    // Nearly every path reads like that as it stands.
    let is_clear = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'_');
    if path.starts_with('/') && path.bytes().all(is_clear) && !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut text = plain(path);
    for _ in 0..DECODED_TIMES {
        text = plain(&percent_decoded(&text, false));
    }
    let mut read = String::with_capacity(text.len());
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => read.truncate(read.rfind('/').unwrap_or(0)),
            segment => {
                read.push('/');
                read.push_str(segment);
            }
        }
    }
    if read.is_empty() {
        read.push('/');
    }
    Cow::Owned(read)
}

/// A path with slashes for backslashes, small letters for capitals, and nothing behind the `;` of a segment.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut is_parameter = false;
    for letter in path.chars() {
        let letter = if letter == '\\' { '/' } else { letter.to_ascii_lowercase() };
        is_parameter = letter == ';' || (is_parameter && letter != '/');
        if !is_parameter {
            plain.push(letter);
        }
    }
    plain
}
