//! The elements that HTML's parsing rules know by name, and what those rules need of each.

/// An element name: one that the rules know, or [`Element::OTHER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(u8);

/// No content and no end tag.
pub(super) const VOID: u16 = 1;
/// Content is text up to the element's own end tag.
pub(super) const RAW: u16 = 1 << 1;
/// "Special" in the tree construction rules.
pub(super) const SPECIAL: u16 = 1 << 2;
/// Ends the search for an element "in scope".
pub(super) const SCOPE: u16 = 1 << 3;
/// A formatting element: misnested end tags are forgiven.
pub(super) const FORMATTING: u16 = 1 << 4;
/// Its start tag closes an open `<p>`.
pub(super) const CLOSES_P: u16 = 1 << 5;
/// Its end tag may be left out.
pub(super) const OPTIONAL: u16 = 1 << 6;
/// Its start tag leaves SVG and `MathML`.
pub(super) const BREAKOUT: u16 = 1 << 7;
/// `h1` to `h6`.
pub(super) const HEADING: u16 = 1 << 8;
/// Part of a table: only a table can contain it.
pub(super) const TABLE_PART: u16 = 1 << 9;
/// `html`, `head`, `body`, `frameset`: there is one of each.
pub(super) const ONCE: u16 = 1 << 10;
/// A list, in which an outer `<li>` or `<dd>` is not closed by an inner one.
pub(super) const LIST: u16 = 1 << 11;
/// Closed by whatever cannot stand in it, when nothing else is open in it.
pub(super) const IMPLIED: u16 = 1 << 13;
/// Known in SVG or `MathML` only.
pub(super) const FOREIGN: u16 = 1 << 12;
/// What a parser has of its content is not what is written, or not there: for [`print_hash`](super::print_hash).
pub(super) const STRANGE: u16 = 1 << 14;
/// A second one in it ends it, or is ignored.
pub(super) const ALONE: u16 = 1 << 15;
/// What the end tag of an HTML element without any of these closes, any special element inside it may prevent.
pub(super) const CLOSES_IN_SCOPE: u16 = SPECIAL | FORMATTING | CLOSES_P;

macro_rules! elements {
    ($($id:ident $name:literal $flags:expr;)*) => {
        #[expect(clippy::upper_case_acronyms, reason = "only the discriminants are used")]
        #[expect(non_camel_case_types, reason = "named as the constants below")]
        enum Number { OTHER, $($id),* }

        impl Element {
            /// A name without rules of its own, such as a custom element's.
            pub(super) const OTHER: Self = Self(Number::OTHER as u8);
            $(pub(super) const $id: Self = Self(Number::$id as u8);)*

            const ALL: &[(&[u8], u16)] = &[(b"", 0), $(($name, $flags)),*];

            /// Number of elements, at most 128.
            pub(super) const COUNT: usize = Self::ALL.len();

            /// The element of a lower-case name.
            pub(super) fn of(name: &[u8]) -> Self {
                // Byte strings make this a tree of byte comparisons; as texts they would be compared one by one.
                match name {
                    $($name => Self::$id,)*
                    _ => Self::OTHER,
                }
            }
        }
    };
}

elements! {
    ROOT b"#root" SPECIAL | SCOPE;
    A b"a" FORMATTING | ALONE;
    ADDRESS b"address" SPECIAL | CLOSES_P;
    ANNOTATION_XML b"annotation-xml" FOREIGN;
    APPLET b"applet" SPECIAL | SCOPE;
    AREA b"area" VOID | SPECIAL;
    ARTICLE b"article" SPECIAL | CLOSES_P;
    ASIDE b"aside" SPECIAL | CLOSES_P;
    B b"b" FORMATTING | BREAKOUT;
    BASE b"base" VOID | SPECIAL;
    BASEFONT b"basefont" VOID | SPECIAL;
    BGSOUND b"bgsound" VOID | SPECIAL;
    BIG b"big" FORMATTING | BREAKOUT;
    BLOCKQUOTE b"blockquote" SPECIAL | CLOSES_P | BREAKOUT;
    BODY b"body" SPECIAL | OPTIONAL | BREAKOUT | ONCE;
    BR b"br" VOID | SPECIAL | BREAKOUT;
    BUTTON b"button" SPECIAL | ALONE;
    CAPTION b"caption" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    CENTER b"center" SPECIAL | CLOSES_P | BREAKOUT;
    CODE b"code" FORMATTING | BREAKOUT;
    COL b"col" VOID | SPECIAL | TABLE_PART;
    COLGROUP b"colgroup" SPECIAL | OPTIONAL | TABLE_PART;
    DD b"dd" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    DESC b"desc" FOREIGN;
    DETAILS b"details" SPECIAL | CLOSES_P;
    DIALOG b"dialog" CLOSES_P;
    DIR b"dir" SPECIAL | CLOSES_P | LIST;
    DIV b"div" SPECIAL | CLOSES_P | BREAKOUT;
    DL b"dl" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    DT b"dt" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    EM b"em" FORMATTING | BREAKOUT;
    EMBED b"embed" VOID | SPECIAL | BREAKOUT;
    FIELDSET b"fieldset" SPECIAL | CLOSES_P;
    FIGCAPTION b"figcaption" SPECIAL | CLOSES_P;
    FIGURE b"figure" SPECIAL | CLOSES_P;
    FONT b"font" FORMATTING;
    FOOTER b"footer" SPECIAL | CLOSES_P;
    FOREIGN_OBJECT b"foreignobject" FOREIGN;
    FORM b"form" SPECIAL | CLOSES_P | ALONE;
    FRAME b"frame" VOID | SPECIAL | STRANGE;
    FRAMESET b"frameset" SPECIAL | ONCE;
    G b"g" FOREIGN;
    H1 b"h1" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H2 b"h2" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H3 b"h3" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H4 b"h4" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H5 b"h5" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H6 b"h6" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    HEAD b"head" SPECIAL | OPTIONAL | BREAKOUT | ONCE;
    HEADER b"header" SPECIAL | CLOSES_P;
    HGROUP b"hgroup" SPECIAL | CLOSES_P;
    HR b"hr" VOID | SPECIAL | CLOSES_P | BREAKOUT;
    HTML b"html" SPECIAL | SCOPE | OPTIONAL | ONCE;
    I b"i" FORMATTING | BREAKOUT;
    IFRAME b"iframe" RAW | SPECIAL;
    IMAGE b"image" VOID;
    IMG b"img" VOID | SPECIAL | BREAKOUT;
    INPUT b"input" VOID | SPECIAL;
    KEYGEN b"keygen" VOID | SPECIAL;
    LABEL b"label" 0;
    LI b"li" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    LINK b"link" VOID | SPECIAL;
    LISTING b"listing" SPECIAL | CLOSES_P | BREAKOUT | STRANGE;
    MAIN b"main" SPECIAL | CLOSES_P;
    MALIGNMARK b"malignmark" FOREIGN;
    MARQUEE b"marquee" SPECIAL | SCOPE;
    MATH b"math" FOREIGN;
    MENU b"menu" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    META b"meta" VOID | SPECIAL | BREAKOUT;
    MGLYPH b"mglyph" FOREIGN;
    MI b"mi" FOREIGN;
    MN b"mn" FOREIGN;
    MO b"mo" FOREIGN;
    MS b"ms" FOREIGN;
    MTEXT b"mtext" FOREIGN;
    NAV b"nav" SPECIAL | CLOSES_P;
    NOBR b"nobr" FORMATTING | BREAKOUT | ALONE;
    NOEMBED b"noembed" RAW | SPECIAL | STRANGE;
    NOFRAMES b"noframes" RAW | SPECIAL | STRANGE;
    NOSCRIPT b"noscript" RAW | SPECIAL | STRANGE;
    OBJECT b"object" SPECIAL | SCOPE;
    OL b"ol" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    OPTGROUP b"optgroup" OPTIONAL | IMPLIED | STRANGE;
    OPTION b"option" OPTIONAL | IMPLIED | STRANGE;
    P b"p" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    PARAM b"param" VOID | SPECIAL;
    PATH b"path" FOREIGN;
    PLAINTEXT b"plaintext" RAW | SPECIAL | CLOSES_P | STRANGE;
    PRE b"pre" SPECIAL | CLOSES_P | BREAKOUT | STRANGE;
    RB b"rb" OPTIONAL | IMPLIED;
    RP b"rp" OPTIONAL | IMPLIED;
    RT b"rt" OPTIONAL | IMPLIED;
    RTC b"rtc" OPTIONAL | IMPLIED;
    RUBY b"ruby" BREAKOUT;
    S b"s" FORMATTING | BREAKOUT;
    SCRIPT b"script" RAW | SPECIAL | STRANGE;
    SEARCH b"search" SPECIAL | CLOSES_P;
    SECTION b"section" SPECIAL | CLOSES_P;
    SELECT b"select" SPECIAL | SCOPE;
    SMALL b"small" FORMATTING | BREAKOUT;
    SOURCE b"source" VOID | SPECIAL;
    SPAN b"span" BREAKOUT;
    STRIKE b"strike" FORMATTING | BREAKOUT;
    STRONG b"strong" FORMATTING | BREAKOUT;
    STYLE b"style" RAW | SPECIAL;
    SUB b"sub" BREAKOUT;
    SUMMARY b"summary" SPECIAL | CLOSES_P;
    SUP b"sup" BREAKOUT;
    SVG b"svg" FOREIGN;
    TABLE b"table" SPECIAL | SCOPE | CLOSES_P | BREAKOUT;
    TBODY b"tbody" SPECIAL | OPTIONAL | TABLE_PART;
    TD b"td" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    TEMPLATE b"template" SPECIAL | SCOPE;
    TEXTAREA b"textarea" RAW | SPECIAL | STRANGE;
    TFOOT b"tfoot" SPECIAL | OPTIONAL | TABLE_PART;
    TH b"th" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    THEAD b"thead" SPECIAL | OPTIONAL | TABLE_PART;
    TITLE b"title" RAW | SPECIAL | STRANGE;
    TR b"tr" SPECIAL | OPTIONAL | TABLE_PART;
    TRACK b"track" VOID | SPECIAL;
    TT b"tt" FORMATTING | BREAKOUT;
    U b"u" FORMATTING | BREAKOUT;
    UL b"ul" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    VAR b"var" BREAKOUT;
    WBR b"wbr" VOID | SPECIAL;
    XMP b"xmp" RAW | SPECIAL | CLOSES_P | STRANGE;
}

/// The flags of each element, for any byte.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const FLAGS: [u16; 256] = {
    let mut flags = [0; 256];
    let mut number = 0;
    while number < Element::COUNT {
        flags[number] = Element::ALL[number].1;
        number += 1;
    }
    flags
};

/// Element names of at most eight bytes as numbers, the first byte lowest; 0 for the others.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const KEYS: [u64; Element::COUNT] = {
    let mut keys = [0; Element::COUNT];
    let mut number = 0;
    while number < keys.len() {
        let mut name = Element::ALL[number].0;
        let is_tag = !name.is_empty() && name[0].is_ascii_lowercase();
        let mut shift = 0;
        while let ([byte, rest @ ..], true) = (name, is_tag && Element::ALL[number].0.len() <= 8) {
            keys[number] |= (*byte as u64) << shift;
            (name, shift) = (rest, shift + 8);
        }
        number += 1;
    }
    keys
};

/// Spreads the keys over the slots of [`NUMBERS`], each to one of its own; found by trying.
const SPREAD: u64 = 0xCE36_46E0_12A6_AE39;

const fn slot_of(key: u64) -> usize {
    (key.wrapping_mul(SPREAD) >> (64 - 9)) as usize
}

/// Numbers of elements by the slot of their key; 0 where there is none.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
#[expect(clippy::cast_possible_truncation, reason = "there are at most 128")]
const NUMBERS: [u8; 512] = {
    let mut numbers = [0; 512];
    let mut number = 0;
    while number < KEYS.len() {
        if KEYS[number] != 0 {
            assert!(numbers[slot_of(KEYS[number])] == 0, "two elements share a slot: try another factor");
            numbers[slot_of(KEYS[number])] = number as u8;
        }
        number += 1;
    }
    numbers
};

impl Element {
    /// The element whose name, in lower case, is the first `len` bytes, if it is one of at most eight bytes that
    /// the rules know.
    #[inline]
    pub(super) fn of_block(block: &[u8; 16], len: usize) -> Option<Self> {
        // Without a name this is no key either.
        let unused = u32::try_from(8_usize.checked_sub(len)?).ok()? * 8;
        let key = u64::from_le_bytes(*block.first_chunk()?).wrapping_shl(unused) >> (unused % 64);
        let number = *NUMBERS.get(slot_of(key))?;
        (number != 0 && KEYS.get(usize::from(number)) == Some(&key)).then_some(Self(number))
    }

    /// The name, empty for [`Element::OTHER`].
    pub(super) fn name(self) -> &'static [u8] {
        Self::ALL.get(usize::from(self.0)).map_or(b"", |(name, _)| name)
    }

    /// Whether any of the flags holds.
    pub(super) fn is(self, flags: u16) -> bool {
        FLAGS.get(usize::from(self.0)).is_some_and(|own| own & flags != 0)
    }

    /// Whether a slot of this name may be filled: its end tag is required and its content is HTML.
    pub(super) fn is_fillable(self) -> bool {
        !self.is(VOID | RAW | OPTIONAL | ONCE) && !matches!(self, Self::TEMPLATE | Self::SVG | Self::MATH)
    }

    /// Position among the formatting elements, below [`FORMATTING_ELEMENTS`].
    pub(super) fn formatting_index(self) -> Option<usize> {
        FORMATTING_NAMES.iter().position(|element| *element == self)
    }

    /// Position among all elements, below [`Element::COUNT`].
    pub(super) fn position(self) -> usize {
        usize::from(self.0)
    }

    /// A set of elements that has this one only.
    pub(super) fn bit(self) -> u128 {
        1 << (self.0 & 127)
    }

    pub(super) fn to_byte(self) -> u8 {
        self.0
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        (usize::from(byte) < Self::ALL.len()).then_some(Self(byte))
    }
}

/// Number of formatting elements.
pub(super) const FORMATTING_ELEMENTS: usize = 14;

pub(super) const FORMATTING_NAMES: [Element; FORMATTING_ELEMENTS] = [
    Element::A,
    Element::B,
    Element::BIG,
    Element::CODE,
    Element::EM,
    Element::FONT,
    Element::I,
    Element::NOBR,
    Element::S,
    Element::SMALL,
    Element::STRIKE,
    Element::STRONG,
    Element::TT,
    Element::U,
];
