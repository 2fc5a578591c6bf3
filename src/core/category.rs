//! One key for a category, however a feed, a page or an event names it.

use crate::limits::CATEGORY_BYTES_MAX;
use alloc::borrow::Cow;
use alloc::string::String;

/// The key of a category name or path.
///
/// `Games > Axis &amp; Allies`, `Games/Axis & Allies`, `AXIS & ALLIES` and `axis-allies` are all `axis-allies`:
/// entities of HTML are decoded, the last part of a path counts (parts stand between `>` or `/`), letters are lower
/// case, and whatever is no letter or digit becomes one `-`. Latin letters lose their marks (`Küche` and `Kuche` are
/// `kuche`, `ß` is `ss`), composed or not, because shops leave them out of paths; other scripts keep their letters.
/// At most 48 bytes are kept. Empty when nothing is left.
pub fn category_key(name: &str) -> Cow<'_, str> {
    if is_key(name) {
        return Cow::Borrowed(name);
    }
    let mut key = String::with_capacity(name.len().min(CATEGORY_BYTES_MAX));
    let mut part_ended = false;
    let mut rest = name;
    while let Some((c, after)) = next(rest) {
        rest = after;
        match spelling(c) {
            // The next part takes the place of this one, unless there is nothing in it.
            Spelling::PathEnd => part_ended = true,
            Spelling::Gap if part_ended || key.is_empty() || key.ends_with('-') => {}
            Spelling::Gap => key.push('-'),
            Spelling::Mark => {}
            letters => {
                if core::mem::take(&mut part_ended) {
                    key.clear();
                }
                match letters {
                    Spelling::Letters(letters) => key.push_str(letters),
                    Spelling::Letter(letter) => key.push(letter),
                    _ => {}
                }
            }
        }
    }
    let mut end = key.len().min(CATEGORY_BYTES_MAX);
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    key.truncate(end);
    key.truncate(key.trim_end_matches('-').len());
    Cow::Owned(key)
}

/// It is a key already, as most are.
fn is_key(name: &str) -> bool {
    let mut before = b'-';
    name.len() <= CATEGORY_BYTES_MAX
        && !name.ends_with('-')
        && name.bytes().all(|byte| {
            let fits = byte.is_ascii_lowercase() || byte.is_ascii_digit() || (byte == b'-' && before != b'-');
            before = byte;
            fits
        })
}

/// What a character becomes.
enum Spelling {
    /// Another part of the path begins.
    PathEnd,
    /// One `-`, together with its neighbours.
    Gap,
    /// Nothing: a mark over the letter before it, or an apostrophe, which paths leave out.
    Mark,
    /// These letters.
    Letters(&'static str),
    /// This letter.
    Letter(char),
}

fn spelling(c: char) -> Spelling {
    let code = u32::from(c);
    match c {
        '>' | '/' | '\u{203a}' | '\u{bb}' => Spelling::PathEnd,
        '\'' | '\u{2019}' | '\u{2bc}' => Spelling::Mark,
        _ if c.is_ascii_alphanumeric() => Spelling::Letter(c.to_ascii_lowercase()),
        _ if c.is_ascii() => Spelling::Gap,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {
            Spelling::Mark
        }
        // Signs of Latin-1, punctuation and symbols of all scripts.
        '\u{80}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' => Spelling::Gap,
        _ => latin(code).unwrap_or_else(|| Spelling::Letter(lower(code).unwrap_or(c))),
    }
}

/// Lower case of Greek and Cyrillic letters, which have capitals; the tables of all scripts would be 10 KB of every page.
fn lower(code: u32) -> Option<char> {
    char::from_u32(match code {
        0x386 | 0x3ac => 0x3b1,
        0x388 | 0x3ad => 0x3b5,
        0x389 | 0x3ae => 0x3b7,
        0x38a | 0x3aa | 0x390 | 0x3af | 0x3ca => 0x3b9,
        0x38c | 0x3cc => 0x3bf,
        0x38e | 0x3ab | 0x3b0 | 0x3cd | 0x3cb => 0x3c5,
        0x38f | 0x3ce => 0x3c9,
        0x3c2 => 0x3c3,
        // As they are without their marks, which may stand behind them.
        0x419 | 0x439 => 0x438,
        0x401 | 0x451 => 0x435,
        0x407 | 0x457 => 0x456,
        0x391..=0x3a9 | 0x410..=0x42f => code + 0x20,
        0x400..=0x40f => code + 0x50,
        0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => code | 1,
        other => other,
    })
}

/// A Latin letter without its marks.
fn latin(code: u32) -> Option<Spelling> {
    /// From U+00C0 to U+017F; a digit stands for several letters.
    const BASES: &[u8; 192] = b"aaaaaa1ceeeeiiiidnooooo-ouuuuy23aaaaaa1ceeeeiiiidnooooo-ouuuuy2y\
        aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii44jjkkkllllllllllnnnnnnnnnoooooo55rrrrrrsssssssstttttt\
        uuuuuuuuuuuuwwyyyzzzzzzs";
    let base = match code {
        0xc0..=0x17f => *BASES.get(code as usize - 0xc0)?,
        0x218..=0x219 => b's',
        0x21a..=0x21b => b't',
        0x1e9e => b'3',
        0x1ea0..=0x1eb7 => b'a',
        0x1eb8..=0x1ec7 => b'e',
        0x1ec8..=0x1ecb => b'i',
        0x1a0..=0x1a1 | 0x1ecc..=0x1ee3 => b'o',
        0x1af..=0x1b0 | 0x1ee4..=0x1ef1 => b'u',
        0x1ef2..=0x1ef9 => b'y',
        _ => return None,
    };
    Some(match base {
        b'1' => Spelling::Letters("ae"),
        b'2' => Spelling::Letters("th"),
        b'3' => Spelling::Letters("ss"),
        b'4' => Spelling::Letters("ij"),
        b'5' => Spelling::Letters("oe"),
        letter => Spelling::Letter(letter.into()),
    })
}

/// The next character, an entity of HTML decoded, and what comes after it.
fn next(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let after = text.get(first.len_utf8()..)?;
    if first != '&' {
        return Some((first, after));
    }
    // Whatever was escaped twice has `amp;` in front of the rest.
    let mut body = after;
    while let Some(rest) = strip(body, "amp;") {
        body = rest;
    }
    let escaped = body.len() < after.len();
    match entity(body) {
        Some(found) => Some(found),
        None => Some(('&', if escaped { body } else { after })),
    }
}

fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The character of an entity without its `&`: a number, or a name. Letters with marks are named by their letter, so
/// it is enough to know the marks; any other name stands for a sign.
fn entity(body: &str) -> Option<(char, &str)> {
    const ENTITY_BYTES_MAX: usize = 12;
    let end = body.bytes().take(ENTITY_BYTES_MAX).position(|byte| byte == b';')?;
    let (name, rest) = (body.get(..end)?, body.get(end + 1..)?);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return Some((char::from_u32(code.ok()?)?, rest));
    }
    let letter = name.chars().next().filter(|_| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    let c = match name.get(1..)? {
        "acute" | "grave" | "circ" | "uml" | "tilde" | "cedil" | "ring" | "slash" | "caron" => letter,
        "zlig" => '\u{df}',
        "Elig" | "elig" if letter.eq_ignore_ascii_case(&'a') => '\u{e6}',
        "Elig" | "elig" => '\u{153}',
        "t" if letter == 'g' => '>',
        "pos" | "squo" if matches!(letter, 'a' | 'r') => '\'',
        _ => ' ',
    };
    Some((c, rest))
}

#[cfg(test)]
mod tests {
    use super::category_key;
    use crate::limits::CATEGORY_BYTES_MAX;
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_a_category_is_one_key() {
        for (key, ways) in [
            (
                "axis-allies",
                &[
                    "axis-allies",
                    "Axis & Allies",
                    "Axis &amp; Allies",
                    "Axis &amp;amp; Allies",
                    "Games/Axis & Allies",
                    "Games > Axis &amp; Allies",
                    "Games &gt; AXIS_ALLIES",
                    " Axis&#38;Allies ",
                    "Axis &#x26; Allies >",
                ][..],
            ),
            (
                "tea-lights-more",
                &["Home > Lighting > Tea Lights & more", "tea_lights--more", "Tea\u{a0}Lights \u{2013} More"],
            ),
            ("kuche", &["Küche", "KU\u{308}CHE", "k&uuml;che", "K&#252;che", "kuche", "Möbel » Küche"]),
            (
                "mens-shoes",
                &["Men's Shoes", "Men\u{2019}s shoes", "Men&rsquo;s shoes", "mens shoes", "Men&#39;s Shoes"],
            ),
            ("strasse", &["Straße", "STRASSE", "Stra&szlig;e", "stra\u{1e9e}e"]),
            ("sante", &["Santé", "sante", "SANTE\u{301}", "sant&eacute;"]),
            ("osterreich-aero", &["Österreich, Ærø", "&Ouml;sterreich &AElig;r&oslash;"]),
            ("лампы", &["Лампы", "ЛАМПЫ", "Дом / лампы"]),
            ("чаи-елка", &["Чай, ёлка", "ЧАИ\u{306} Е\u{308}ЛКА"]),
            ("ρολογια", &["Ρολόγια", "ΡΟΛΌΓΙΑ"]),
            ("茶具", &["茶具", "家 > 茶具"]),
            ("3", &["3", "Bücher > 3"]),
            ("", &["", " > ", "&", "/", "—"]),
        ] {
            for way in ways {
                assert_eq!(category_key(way), key, "{way}");
                assert_eq!(category_key(&category_key(way)), key, "the key of the key of {way}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_an_entity_is_text() {
        for (name, key) in [
            ("Q&A", "q-a"),
            ("R&D; tools", "r-tools"),
            ("a &nbsp;&ndash; b", "a-b"),
            ("AT&T phones", "at-t-phones"),
            ("&#xd800; &#99999999; x", "xd800-99999999-x"),
            ("&verylongnamethatisnone; x", "verylongnamethatisnone-x"),
        ] {
            assert_eq!(category_key(name), key);
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(name in "\\PC{0,60}", marks in "[&;#>/a-zÀ-ž \u{300}-]{0,60}") {
            for name in [name, marks] {
                let key = category_key(&name);
                prop_assert!(key.len() <= CATEGORY_BYTES_MAX && !key.contains(['=', '&', '>', '/', ' ']), "{key}");
                prop_assert_eq!(category_key(&key), &*key);
            }
        }
    }

    #[test]
    fn a_long_category_is_cut_alike_on_all_sides() {
        let key = category_key("Ein sehr langer Name einer Kategorie mit vielen Wörtern darin");
        assert_eq!(key, "ein-sehr-langer-name-einer-kategorie-mit-vielen");
        let wide = "灯".repeat(40);
        assert_eq!(category_key(&wide), "灯".repeat(16));
    }
}
