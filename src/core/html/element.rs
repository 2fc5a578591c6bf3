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

macro_rules! elements {
    ($($id:ident $name:literal $flags:expr;)*) => {
        #[expect(clippy::upper_case_acronyms, reason = "only the discriminants are used")]
        #[expect(non_camel_case_types, reason = "named as the constants below")]
        enum Number { OTHER, $($id),* }

        impl Element {
            /// A name without rules of its own, such as a custom element's.
            pub(super) const OTHER: Self = Self(Number::OTHER as u8);
            $(pub(super) const $id: Self = Self(Number::$id as u8);)*

            const ALL: &[(&str, u16)] = &[("", 0), $(($name, $flags)),*];

            /// Number of elements.
            pub(super) const COUNT: usize = Self::ALL.len();

            /// The element of a lower-case name.
            pub(super) fn of(name: &[u8]) -> Self {
                match std::str::from_utf8(name).unwrap_or_default() {
                    $($name => Self::$id,)*
                    _ => Self::OTHER,
                }
            }
        }
    };
}

elements! {
    ROOT "#root" SPECIAL | SCOPE;
    A "a" FORMATTING;
    ADDRESS "address" SPECIAL | CLOSES_P;
    ANNOTATION_XML "annotation-xml" FOREIGN;
    APPLET "applet" SPECIAL | SCOPE;
    AREA "area" VOID | SPECIAL;
    ARTICLE "article" SPECIAL | CLOSES_P;
    ASIDE "aside" SPECIAL | CLOSES_P;
    B "b" FORMATTING | BREAKOUT;
    BASE "base" VOID | SPECIAL;
    BASEFONT "basefont" VOID | SPECIAL;
    BGSOUND "bgsound" VOID | SPECIAL;
    BIG "big" FORMATTING | BREAKOUT;
    BLOCKQUOTE "blockquote" SPECIAL | CLOSES_P | BREAKOUT;
    BODY "body" SPECIAL | OPTIONAL | BREAKOUT | ONCE;
    BR "br" VOID | SPECIAL | BREAKOUT;
    BUTTON "button" SPECIAL;
    CAPTION "caption" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    CENTER "center" SPECIAL | CLOSES_P | BREAKOUT;
    CODE "code" FORMATTING | BREAKOUT;
    COL "col" VOID | SPECIAL | TABLE_PART;
    COLGROUP "colgroup" SPECIAL | OPTIONAL | TABLE_PART;
    DD "dd" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    DESC "desc" FOREIGN;
    DETAILS "details" SPECIAL | CLOSES_P;
    DIALOG "dialog" CLOSES_P;
    DIR "dir" SPECIAL | CLOSES_P | LIST;
    DIV "div" SPECIAL | CLOSES_P | BREAKOUT;
    DL "dl" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    DT "dt" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    EM "em" FORMATTING | BREAKOUT;
    EMBED "embed" VOID | SPECIAL | BREAKOUT;
    FIELDSET "fieldset" SPECIAL | CLOSES_P;
    FIGCAPTION "figcaption" SPECIAL | CLOSES_P;
    FIGURE "figure" SPECIAL | CLOSES_P;
    FONT "font" FORMATTING;
    FOOTER "footer" SPECIAL | CLOSES_P;
    FOREIGN_OBJECT "foreignobject" FOREIGN;
    FORM "form" SPECIAL | CLOSES_P;
    FRAME "frame" VOID | SPECIAL;
    FRAMESET "frameset" SPECIAL | ONCE;
    G "g" FOREIGN;
    H1 "h1" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H2 "h2" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H3 "h3" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H4 "h4" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H5 "h5" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    H6 "h6" SPECIAL | CLOSES_P | BREAKOUT | HEADING;
    HEAD "head" SPECIAL | OPTIONAL | BREAKOUT | ONCE;
    HEADER "header" SPECIAL | CLOSES_P;
    HGROUP "hgroup" SPECIAL | CLOSES_P;
    HR "hr" VOID | SPECIAL | CLOSES_P | BREAKOUT;
    HTML "html" SPECIAL | SCOPE | OPTIONAL | ONCE;
    I "i" FORMATTING | BREAKOUT;
    IFRAME "iframe" RAW | SPECIAL;
    IMAGE "image" VOID;
    IMG "img" VOID | SPECIAL | BREAKOUT;
    INPUT "input" VOID | SPECIAL;
    KEYGEN "keygen" VOID | SPECIAL;
    LABEL "label" 0;
    LI "li" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    LINK "link" VOID | SPECIAL;
    LISTING "listing" SPECIAL | CLOSES_P | BREAKOUT;
    MAIN "main" SPECIAL | CLOSES_P;
    MALIGNMARK "malignmark" FOREIGN;
    MARQUEE "marquee" SPECIAL | SCOPE;
    MATH "math" FOREIGN;
    MENU "menu" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    META "meta" VOID | SPECIAL | BREAKOUT;
    MGLYPH "mglyph" FOREIGN;
    MI "mi" FOREIGN;
    MN "mn" FOREIGN;
    MO "mo" FOREIGN;
    MS "ms" FOREIGN;
    MTEXT "mtext" FOREIGN;
    NAV "nav" SPECIAL | CLOSES_P;
    NOBR "nobr" FORMATTING | BREAKOUT;
    NOEMBED "noembed" RAW | SPECIAL;
    NOFRAMES "noframes" RAW | SPECIAL;
    NOSCRIPT "noscript" RAW | SPECIAL;
    OBJECT "object" SPECIAL | SCOPE;
    OL "ol" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    OPTGROUP "optgroup" OPTIONAL | IMPLIED;
    OPTION "option" OPTIONAL | IMPLIED;
    P "p" SPECIAL | CLOSES_P | OPTIONAL | BREAKOUT | IMPLIED;
    PARAM "param" VOID | SPECIAL;
    PATH "path" FOREIGN;
    PLAINTEXT "plaintext" RAW | SPECIAL | CLOSES_P;
    PRE "pre" SPECIAL | CLOSES_P | BREAKOUT;
    RB "rb" OPTIONAL | IMPLIED;
    RP "rp" OPTIONAL | IMPLIED;
    RT "rt" OPTIONAL | IMPLIED;
    RTC "rtc" OPTIONAL | IMPLIED;
    RUBY "ruby" BREAKOUT;
    S "s" FORMATTING | BREAKOUT;
    SCRIPT "script" RAW | SPECIAL;
    SEARCH "search" SPECIAL | CLOSES_P;
    SECTION "section" SPECIAL | CLOSES_P;
    SELECT "select" SPECIAL | SCOPE;
    SMALL "small" FORMATTING | BREAKOUT;
    SOURCE "source" VOID | SPECIAL;
    SPAN "span" BREAKOUT;
    STRIKE "strike" FORMATTING | BREAKOUT;
    STRONG "strong" FORMATTING | BREAKOUT;
    STYLE "style" RAW | SPECIAL;
    SUB "sub" BREAKOUT;
    SUMMARY "summary" SPECIAL | CLOSES_P;
    SUP "sup" BREAKOUT;
    SVG "svg" FOREIGN;
    TABLE "table" SPECIAL | SCOPE | CLOSES_P | BREAKOUT;
    TBODY "tbody" SPECIAL | OPTIONAL | TABLE_PART;
    TD "td" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    TEMPLATE "template" SPECIAL | SCOPE;
    TEXTAREA "textarea" RAW | SPECIAL;
    TFOOT "tfoot" SPECIAL | OPTIONAL | TABLE_PART;
    TH "th" SPECIAL | SCOPE | OPTIONAL | TABLE_PART;
    THEAD "thead" SPECIAL | OPTIONAL | TABLE_PART;
    TITLE "title" RAW | SPECIAL;
    TR "tr" SPECIAL | OPTIONAL | TABLE_PART;
    TRACK "track" VOID | SPECIAL;
    TT "tt" FORMATTING | BREAKOUT;
    U "u" FORMATTING | BREAKOUT;
    UL "ul" SPECIAL | CLOSES_P | BREAKOUT | LIST;
    VAR "var" BREAKOUT;
    WBR "wbr" VOID | SPECIAL;
    XMP "xmp" RAW | SPECIAL | CLOSES_P;
}

impl Element {
    /// The name, empty for [`Element::OTHER`].
    pub(super) fn name(self) -> &'static str {
        Self::ALL
            .get(usize::from(self.0))
            .map_or("", |(name, _)| name)
    }

    /// Whether any of the flags holds.
    pub(super) fn is(self, flags: u16) -> bool {
        Self::ALL
            .get(usize::from(self.0))
            .is_some_and(|(_, own)| own & flags != 0)
    }

    /// Whether a slot of this name may be filled: its end tag is required and its content is HTML.
    pub(super) fn is_fillable(self) -> bool {
        !self.is(VOID | RAW | OPTIONAL | ONCE)
            && !matches!(self, Self::TEMPLATE | Self::SVG | Self::MATH)
    }

    /// Position among the formatting elements, below [`FORMATTING_ELEMENTS`].
    pub(super) fn formatting_index(self) -> Option<usize> {
        FORMATTING_NAMES.iter().position(|element| *element == self)
    }

    /// Position among all elements, below [`Element::COUNT`].
    pub(super) fn position(self) -> usize {
        usize::from(self.0)
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

const FORMATTING_NAMES: [Element; FORMATTING_ELEMENTS] = [
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
