//! Character references by name, as far as they are certain without the whole table of 2,231.

use super::references::numeric;

/// Named references that need no semicolon and mean U+00A0 to U+00FF, in that order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
    sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde \
    Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
    Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml";
/// Others that need none, each before the character that it means.
const BARE: &str = "amp& lt< gt> quot\" AMP& LT< GT> QUOT\" COPY© REG®";
/// Some that need one.
const CLOSED: &str =
    "apos' hellip… ndash– mdash— lsquo‘ rsquo’ ldquo“ rdquo” bull• trade™ euro€ rarr→ larr← check✓ hearts♥";
/// The longest name that needs no semicolon.
const BARE_BYTES_MAX: usize = 6;

/// What a reference means that begins behind `&`, and how long it is: nothing where the `&` is only that.
#[inline(never)]
pub(super) fn reference(text: &str, in_value: bool) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        return Some(numeric(number.as_bytes()).map_or(('&', 0), |(char, len)| (char, len + 1)));
    }
    let len = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = text.split_at_checked(len)?;
    if behind.starts_with(';') {
        let char = bare(name).or_else(|| listed(CLOSED, name))?;
        return Some((char, len + 1));
    }
    let found = match in_value {
        // What a `=` follows, or a letter, is a parameter of an address.
        true if behind.starts_with('=') => None,
        true => bare(name).map(|char| (char, len)),
        // In text the longest name that it begins with counts.
        false => (1..=len.min(BARE_BYTES_MAX)).rev().find_map(|len| Some((bare(name.get(..len)?)?, len))),
    };
    Some(found.unwrap_or(('&', 0)))
}

/// What a name without a semicolon means.
fn bare(name: &str) -> Option<char> {
    let position = LATIN.split(' ').position(|known| known == name);
    let latin = position.and_then(|at| char::from_u32(0xA0 + u32::try_from(at).ok()?));
    latin.or_else(|| listed(BARE, name))
}

/// What a name of a list means.
fn listed(list: &str, name: &str) -> Option<char> {
    list.split(' ').find_map(|entry| {
        let mut chars = entry.strip_prefix(name)?.chars();
        chars.next().filter(|char| !char.is_ascii_alphanumeric() && chars.next().is_none())
    })
}
