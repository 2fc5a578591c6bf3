//! Selectors of slots and of elements inside a slot: one compound, no combinators.
use super::limits::{MAX_NAME_BYTES, MAX_SELECTOR_PARTS, MAX_VALUE_BYTES};
use crate::codec::blob::{Blob, Read, Write, wire};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::{fmt, str::FromStr};

/// A compound selector: an optional tag, then any of `#id`, `.class`, `[attr]` and `[attr="v"]`.
///
/// Tag and attribute names are lower case; ids, classes and values are compared exactly.
///
/// ```
/// use attune_core::html::Selector;
/// let selector: Selector = "section#top.wide[data-slot='hero']".parse()?;
/// assert_eq!(selector.to_string(), r#"section#top.wide[data-slot="hero"]"#);
/// # Ok::<(), attune_core::html::SelectorError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selector {
    tag: Option<String>,
    parts: Vec<SelectorPart>,
}

/// One condition of a selector, on one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SelectorPart {
    /// `#id`: the attribute `id` equals this.
    Id(String),
    /// `.class`: one of the words of the attribute `class` equals this.
    Class(String),
    /// `[attr]`: the attribute is there.
    Has(String),
    /// `[attr="v"]`: the attribute (first) equals the value (second).
    Equals(String, String),
}

/// Why a text is not a selector; positions are bytes from the start of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// Nothing is selected.
    #[error("the selector is empty: write a tag, #id, .class, [attr] or [attr=\"value\"]")]
    Empty,
    /// A space, `>`, `+`, `~` or `,` between two selectors.
    #[error(
        "`{found}` at byte {at}: a selector names one element, without combinators or lists; \
         give the element itself an id, a class or an attribute"
    )]
    Combinator {
        /// Byte offset of the combinator.
        at: usize,
        /// The combinator.
        found: char,
    },
    /// A pseudo-class, a universal selector, or anything else that is not accepted.
    #[error("`{found}` at byte {at}: accepted are a tag first, then #id, .class, [attr] and [attr=\"value\"]")]
    Unexpected {
        /// Byte offset of the character.
        at: usize,
        /// The character.
        found: char,
    },
    /// An attribute operator other than `=`.
    #[error("`{found}=` at byte {at}: the only comparison accepted is [attr=\"value\"]")]
    Operator {
        /// Byte offset of the operator.
        at: usize,
        /// First character of the operator.
        found: char,
    },
    /// A name is missing, or begins with a digit or with `-` and a digit.
    #[error(
        "expected a name at byte {at}: a letter, `_`, `-` or a character outside ASCII, \
         then also digits; write [id=\"…\"] or [class=\"…\"] for any other text"
    )]
    Name {
        /// Byte offset where the name should begin.
        at: usize,
    },
    /// A bracket or quote that was opened is not closed.
    #[error("`{open}` at byte {at} is not closed")]
    Unclosed {
        /// Byte offset of the opening character.
        at: usize,
        /// The opening character.
        open: char,
    },
    /// A name or value is longer than [`MAX_NAME_BYTES`] or [`MAX_VALUE_BYTES`].
    #[error("the text at byte {at} is longer than {limit} bytes")]
    TooLong {
        /// Byte offset of the name or value.
        at: usize,
        /// Most bytes accepted.
        limit: usize,
    },
    /// More than [`MAX_SELECTOR_PARTS`] parts.
    #[error("more than {MAX_SELECTOR_PARTS} parts at byte {at}")]
    TooManyParts {
        /// Byte offset of the first part too many.
        at: usize,
    },
}

impl Selector {
    /// The selector `[name="value"]`, as slots have by default (`[data-slot="hero"]`).
    ///
    /// # Errors
    /// When the name is not an attribute name, or a limit is exceeded.
    pub fn attribute(name: &str, value: &str) -> Result<Self, SelectorError> {
        Unchecked { tag: None, parts: [SelectorPart::Equals(name.to_ascii_lowercase(), value.to_owned())].into() }
            .try_into()
    }

    /// The tag that the element must have, in lower case.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The conditions on attributes, in the order written.
    pub fn parts(&self) -> &[SelectorPart] {
        &self.parts
    }
}

impl SelectorPart {
    /// Name of the attribute that is looked at.
    pub fn attribute_name(&self) -> &str {
        match self {
            Self::Id(_) => "id",
            Self::Class(_) => "class",
            Self::Has(name) | Self::Equals(name, _) => name,
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.tag.as_deref().unwrap_or_default())?;
        for part in &self.parts {
            match part {
                SelectorPart::Id(id) => write!(out, "#{id}")?,
                SelectorPart::Class(class) => write!(out, ".{class}")?,
                SelectorPart::Has(name) => write!(out, "[{name}]")?,
                SelectorPart::Equals(name, value) => {
                    write!(out, "[{name}=\"")?;
                    for char in value.chars() {
                        if matches!(char, '"' | '\\') {
                            out.write_str("\\")?;
                        }
                        write!(out, "{char}")?;
                    }
                    out.write_str("\"]")?;
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Selector {
    type Err = SelectorError;
    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let end = text.trim_end_matches(is_css_space).len();
        let at = end.min(text.len() - text.trim_start_matches(is_css_space).len());
        Parser { text: text.get(..end).unwrap_or_default(), at }.selector()
    }
}

/// The fields of a selector as they come from a file or a bundle.
struct Unchecked {
    tag: Option<String>,
    parts: Vec<SelectorPart>,
}

impl Read for Selector {
    fn read(blob: &mut Blob<'_>) -> Self {
        let unchecked = Unchecked { tag: Read::read(blob), parts: Read::read(blob) };
        Self::try_from(unchecked).unwrap_or_else(|_| {
            blob.spoil();
            Self { tag: None, parts: Vec::new() }
        })
    }
}

impl Write for Selector {
    fn write(&self, out: &mut Vec<u8>) {
        self.tag.write(out);
        self.parts.write(out);
    }
}

wire! {
    enum SelectorPart { Id(id), Class(class), Has(name), Equals(name, value) }
}

impl TryFrom<Unchecked> for Selector {
    type Error = SelectorError;
    fn try_from(raw: Unchecked) -> Result<Self, SelectorError> {
        if raw.tag.is_none() && raw.parts.is_empty() {
            return Err(SelectorError::Empty);
        }
        if raw.parts.len() > MAX_SELECTOR_PARTS {
            return Err(SelectorError::TooManyParts { at: 0 });
        }
        let tag_ok = raw.tag.as_deref().is_none_or(is_lower_name);
        let parts_ok = raw.parts.iter().all(|part| match part {
            SelectorPart::Id(text) | SelectorPart::Class(text) => is_name(text),
            SelectorPart::Has(name) | SelectorPart::Equals(name, _) => is_lower_name(name),
        });
        if !tag_ok || !parts_ok {
            return Err(SelectorError::Name { at: 0 });
        }
        let name_limit = |name: &str| (name.len() <= MAX_NAME_BYTES, MAX_NAME_BYTES);
        let value_limit = |value: &str| (value.len() <= MAX_VALUE_BYTES, MAX_VALUE_BYTES);
        let tag = raw.tag.as_deref().map(name_limit);
        let parts = raw.parts.iter().flat_map(|part| match part {
            SelectorPart::Id(text) | SelectorPart::Class(text) => [value_limit(text); 2],
            SelectorPart::Has(name) => [name_limit(name); 2],
            SelectorPart::Equals(name, value) => [name_limit(name), value_limit(value)],
        });
        if let Some((_, limit)) = tag.into_iter().chain(parts).find(|(fits, _)| !fits) {
            return Err(SelectorError::TooLong { at: 0, limit });
        }
        Ok(Self { tag: raw.tag, parts: raw.parts })
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn selector(mut self) -> Result<Selector, SelectorError> {
        let mut parts = Vec::new();
        let tag = match self.peek() {
            None => return Err(SelectorError::Empty),
            Some(found) if is_name_char(found) => Some(self.name(MAX_NAME_BYTES)?.to_ascii_lowercase()),
            Some(_) => None,
        };
        while let Some(found) = self.peek() {
            let at = self.at;
            if parts.len() == MAX_SELECTOR_PARTS {
                return Err(SelectorError::TooManyParts { at });
            }
            self.at += found.len_utf8();
            parts.push(match found {
                '#' => SelectorPart::Id(self.name(MAX_VALUE_BYTES)?),
                '.' => SelectorPart::Class(self.name(MAX_VALUE_BYTES)?),
                '[' => self.attribute(at)?,
                '>' | '+' | '~' | ',' => return Err(SelectorError::Combinator { at, found }),
                _ if is_css_space(found) => return Err(SelectorError::Combinator { at, found }),
                _ => return Err(SelectorError::Unexpected { at, found }),
            });
        }
        Ok(Selector { tag, parts })
    }

    fn attribute(&mut self, open: usize) -> Result<SelectorPart, SelectorError> {
        self.skip_space();
        let name = self.name(MAX_NAME_BYTES)?.to_ascii_lowercase();
        self.skip_space();
        let at = self.at;
        let part = match self.next() {
            Some(']') => return Ok(SelectorPart::Has(name)),
            Some('=') => SelectorPart::Equals(name, self.value()?),
            Some(found @ ('~' | '|' | '^' | '$' | '*')) => {
                return Err(SelectorError::Operator { at, found });
            }
            Some(found) => return Err(SelectorError::Unexpected { at, found }),
            None => {
                return Err(SelectorError::Unclosed { at: open, open: '[' });
            }
        };
        self.skip_space();
        let at = self.at;
        match self.next() {
            Some(']') => Ok(part),
            Some(found) => Err(SelectorError::Unexpected { at, found }),
            None => Err(SelectorError::Unclosed { at: open, open: '[' }),
        }
    }

    fn value(&mut self) -> Result<String, SelectorError> {
        self.skip_space();
        let at = self.at;
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            return self.name(MAX_VALUE_BYTES);
        };
        self.at += 1;
        let mut value = String::new();
        loop {
            match self.next() {
                None => return Err(SelectorError::Unclosed { at, open: quote }),
                Some(char) if char == quote => break,
                Some('\\') => value.extend(self.next()),
                Some(char) => value.push(char),
            }
        }
        if value.len() > MAX_VALUE_BYTES {
            return Err(SelectorError::TooLong { at, limit: MAX_VALUE_BYTES });
        }
        Ok(value)
    }

    fn name(&mut self, limit: usize) -> Result<String, SelectorError> {
        let at = self.at;
        let rest = self.text.get(at..).unwrap_or_default();
        let len = rest.find(|char| !is_name_char(char)).unwrap_or(rest.len());
        let name = rest.get(..len).unwrap_or_default();
        if !is_name(name) {
            return Err(SelectorError::Name { at });
        }
        if len > limit {
            return Err(SelectorError::TooLong { at, limit });
        }
        self.at += len;
        Ok(name.to_owned())
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(is_css_space) {
            self.at += 1;
        }
    }
}

fn is_css_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_') || !char.is_ascii()
}

/// A CSS identifier without escapes.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let begins = match chars.next() {
        None | Some('0'..='9') => false,
        Some('-') => !matches!(chars.next(), None | Some('0'..='9')),
        Some(_) => true,
    };
    begins && text.chars().all(is_name_char)
}

fn is_lower_name(text: &str) -> bool {
    is_name(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}
