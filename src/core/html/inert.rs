//! HTML that runs nothing.
//!
//! A list of what is allowed, and not of what is dangerous: elements, attributes and addresses that are not on it may run
//! something. The grammar is a small part of HTML that every parser reads in the same way, so that there is nothing to
//! repair, and nothing that stands for an element without being one.

use super::references::decode;

/// Elements with HTML in them, and elements without content.
const ELEMENTS: &str = "a abbr address article aside b bdi bdo blockquote br button caption center cite code col colgroup data dd \
    del details dfn div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd \
    label legend li main mark menu meter nav ol optgroup option output p picture pre progress q rp rt ruby s samp search section \
    select small source span strong sub summary sup table tbody td tfoot th thead time tr track u ul var video audio wbr";
/// What pictures are drawn from.
pub(super) const DRAWING: &str = "svg g path circle ellipse line polygon polyline rect defs use symbol lineargradient radialgradient stop clippath mask";
/// Attributes whose values run nothing, whatever they are.
const ATTRIBUTES: &str = "abbr align alt autocomplete autoplay checked class color cols colspan controls crossorigin datetime decoding \
    dir disabled download draggable enctype fetchpriority for headers height hidden high id inputmode ismap itemprop itemscope \
    itemtype kind label lang loading loop low max maxlength media method min minlength multiple muted name novalidate open optimum \
    pattern placeholder playsinline preload readonly rel required reversed role rows rowspan scope selected shape size sizes slot \
    span spellcheck srclang srcset start step style tabindex target title translate type value valign width wrap clip-path \
    clip-rule cx cy d fill fill-opacity fill-rule focusable fx fy gradienttransform gradientunits mask offset opacity points \
    preserveaspectratio r rx ry stop-color stop-opacity stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit \
    stroke-opacity stroke-width transform version viewbox x x1 x2 xmlns xmlns:xlink y y1 y2";
/// Beginnings of names that only the shop's own scripts read.
const PREFIXES: &str = "aria- data-item- data-list- data-product- data-promotion- data-attune";
/// Attributes with an address that is followed.
const ADDRESSES: &str = "action cite href poster src xlink:href";
/// How an address begins that runs nothing.
const BEGINNINGS: &str =
    "https:// http:// mailto: tel: data:image/png; data:image/jpeg; data:image/gif; data:image/webp; data:image/avif;";
/// Elements that load what is shown, or that lead to a page; of anything else `src` or `href` may load code.
const LOADS: &str = "a area audio form img input picture source track video";
/// Attributes that make code of what an element has already, if it is a script or a link.
const MEANINGS: &str = "type rel";
/// Beginnings of classes that `AngularJS` takes for directives.
const DIRECTIVES: &str = "ng- ng_ x-ng x_ng data-ng data_ng";

/// Whether HTML runs nothing when it stands in a page: no script, no handler, no page within the page, no address that is
/// code, nothing that a framework takes for a template. What is not surely so is not.
pub(crate) fn is_inert(html: &str) -> bool {
    let mut rest = html.as_bytes();
    // Control characters, of which HTML takes some for blanks, are in no content.
    let is_odd = |byte: &u8| byte.is_ascii_control() && !is_blank(*byte);
    if rest.iter().any(is_odd) || may_be_template(rest) {
        return false;
    }
    while let Some(at) = memchr::memchr(b'<', rest) {
        let from = rest.get(at + 1..).unwrap_or_default();
        let behind = match from.strip_prefix(b"!--") {
            Some(comment) => after_comment(comment),
            None => after_tag(from),
        };
        let Some(behind) = behind else { return false };
        rest = behind;
    }
    true
}

/// Whether frameworks that compile a page in the browser could run what stands in two braces, however they are written: what they
/// read is the page's tree, in which references are the characters that they mean.
#[inline(never)]
fn may_be_template(text: &[u8]) -> bool {
    let has = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|part| part == word);
    has(text, b"&lcub") || has(text, b"&lbrace") || has(&decode(text), b"{{")
}

/// Whether an attribute may be set on the element that a selector of this tag finds; without one it may be any element.
pub(crate) fn is_inert_attribute(tag: Option<&str>, name: &str, value: &str) -> bool {
    let (name, value) = (name.as_bytes(), value.as_bytes());
    let suits = match tag.map(str::as_bytes) {
        Some(tag) => is_listed(ELEMENTS, tag) && (!is_listed(ADDRESSES, name) || is_listed(LOADS, tag)),
        None => !is_listed(ADDRESSES, name) && !is_listed(MEANINGS, name),
    };
    suits
        && !value.contains(&b'"')
        && !may_be_template(value)
        && is_allowed(tag.unwrap_or_default().as_bytes(), name, value)
}

/// Whether a name is on a list, whatever its case.
#[inline(never)]
pub(super) fn is_listed(list: &str, name: &[u8]) -> bool {
    !name.is_empty() && list.as_bytes().split(|byte| *byte == b' ').any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a text begins as one of a list, whatever its case.
#[inline(never)]
fn begins_as_listed(list: &str, text: &[u8]) -> bool {
    let begins = |one: &[u8]| text.get(..one.len()).is_some_and(|head| head.eq_ignore_ascii_case(one));
    list.as_bytes().split(|byte| *byte == b' ').any(begins)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

#[inline(never)]
fn is_allowed(tag: &[u8], name: &[u8], value: &[u8]) -> bool {
    if is_listed(ADDRESSES, name) {
        // A file that is drawn with `use` brings its handlers along.
        return if is_listed("use", tag) { value.first() == Some(&b'#') } else { is_address(value) };
    }
    let is_end = |byte: &u8| is_blank(*byte) || matches!(byte, b';' | b'\x0c');
    if is_listed("class", name) && decode(value).split(is_end).any(|class| begins_as_listed(DIRECTIVES, class)) {
        return false;
    }
    is_listed(ATTRIBUTES, name) || begins_as_listed(PREFIXES, name)
}

/// An address of the web, a path, or a picture that is written out. What it begins with is written as it is, without
/// references and blanks, so that nothing else can be meant.
fn is_address(value: &[u8]) -> bool {
    let end = value.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(value.len());
    let first = value.get(..end).unwrap_or_default();
    let is_plain = first.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_plain || begins_as_listed(BEGINNINGS, value)
}

/// What stands behind a comment that every parser ends at the same place: it has no dash and no bracket.
fn after_comment(comment: &[u8]) -> Option<&[u8]> {
    let end = comment.iter().position(|byte| matches!(byte, b'-' | b'<' | b'>'))?;
    comment.get(end..)?.strip_prefix(b"-->")
}

/// What stands behind a tag that is on the list, of which `tag` begins behind `<`.
fn after_tag(tag: &[u8]) -> Option<&[u8]> {
    let is_end = tag.first() == Some(&b'/');
    let (tag_name, mut rest) = name(tag.get(usize::from(is_end)..)?);
    if !is_listed(ELEMENTS, tag_name) && !is_listed(DRAWING, tag_name) {
        return None;
    }
    loop {
        let blanks = rest.iter().position(|byte| !is_blank(*byte))?;
        let from = rest.get(blanks..)?;
        match from {
            [b'>', behind @ ..] | [b'/', b'>', behind @ ..] => return Some(behind),
            // Two attributes have a blank between them, and an end tag has none.
            _ if is_end || blanks == 0 => return None,
            _ => rest = after_attribute(tag_name, from)?,
        }
    }
}

/// What stands behind an attribute that is on the list.
fn after_attribute<'t>(tag: &[u8], text: &'t [u8]) -> Option<&'t [u8]> {
    let (name, rest) = name(text);
    let (value, behind) = match rest {
        [b'=', quote @ (b'"' | b'\''), rest @ ..] => {
            let end = memchr::memchr(*quote, rest)?;
            (rest.get(..end)?, rest.get(end + 1..)?)
        }
        [b'=', rest @ ..] => {
            let end = rest.iter().position(|byte| is_blank(*byte) || *byte == b'>')?;
            let value = rest.get(..end)?;
            let is_clear = !value.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'=' | b'<'));
            (Some(value).filter(|value| is_clear && !value.is_empty())?, rest.get(end..)?)
        }
        _ => (&[][..], rest),
    };
    is_allowed(tag, name, value).then_some(behind)
}

/// A name, and what stands behind it.
fn name(text: &[u8]) -> (&[u8], &[u8]) {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let end = text.iter().position(|byte| !is_name(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_marketers_write_runs_nothing() {
        for html in [
            "Hello",
            "<p>Hello <b class=big>you</b><br/><br></p>",
            "<a href=\"/c/tea?a=1&amp;b=2#x\" title='More'>More</a>",
            "<A HREF=/c/tea>More</A >",
            "<img src=/img/tea.png srcset=\"/img/2.png 2x\" alt=\"<tea>\" width=20 loading=\"lazy\" />",
            "<img src=\"data:image/png;base64,AAAA\" alt=\"\">",
            "<a href=\"https://help.shop.example/\">x</a><a href=mailto:a@shop.example>x</a><a href=c/tea>x</a>",
            "<form action=\"/cart\" method=post><input type=hidden name=sku value=1><button>Add</button></form>",
            "<svg viewBox=\"0 0 1 1\" aria-hidden=true><path d=\"M0 0\" fill=none /></svg>",
            "<svg><use href=\"#cart\"></use></svg><p class=\"md:flex heading-lg\">50 &#123; &amp;#123;&amp;#123;</p>",
            "<!-- a note --><p style=\"color: red\" data-item-sku=\"1\">x</p>\n\t",
            "Caf\u{e9} <span>\u{20ac} 3</span>",
        ] {
            assert!(is_inert(html), "{html}");
        }
    }

    #[test]
    fn what_runs_or_may_run_is_not_inert() {
        for html in [
            "<script>x()</script>",
            "<SCRIPT src=/x.js></SCRIPT>",
            "<scr\0ipt>x()</script>",
            "<p onclick=\"x()\">x</p>",
            "<p OnClick=x()>x</p>",
            "<p title=\"a\"onclick=\"x()\">x</p>",
            "<p title='a' /onclick=x>x</p>",
            "<p title=a\u{c}onclick=x>x</p>",
            "<img src=x onerror=x()>",
            "<img src=`x`onerror=x()>",
            "<a href=javascript:x()>x</a>",
            "<a href=\" javascript:x()\">x</a>",
            "<a href=\"java\nscript:x()\">x</a>",
            "<a href=\"JaVaScript&colon;x()\">x</a>",
            "<a href=\"&#106;avascript:x()\">x</a>",
            "<a href=\"data:text/html,x\">x</a>",
            "<a href=\"data:image/svg+xml,x\">x</a>",
            "<form action=javascript:x><button>x</button></form>",
            "<form><button formaction=javascript:x>x</button></form>",
            "<iframe src=/x></iframe>",
            "<iframe srcdoc=\"<script>x()</script>\"></iframe>",
            "<object data=/x></object>",
            "<embed src=/x>",
            "<base href=https://evil.example/>",
            "<meta http-equiv=refresh content=0;url=/x>",
            "<link rel=stylesheet href=/x>",
            "<style>p{}</style>",
            "<template><script>x()</script></template>",
            "<svg><script>x()</script></svg>",
            "<svg><animate attributeName=href to=javascript:x /></svg>",
            "<svg><style><img src=x onerror=x()></style></svg>",
            "<svg><set attributeName=onload to=x()></svg>",
            "<math><mi xlink:href=javascript:x>x</mi></math>",
            "<noscript><p title=\"</noscript><img src=x onerror=x()>\"></noscript>",
            "<textarea></textarea>",
            "<x-button>x</x-button>",
            "<p x-data=\"x()\">x</p>",
            "<p @click=\"x()\">x</p>",
            "<p :title=\"x()\">x</p>",
            "<p data-bind=\"x\">x</p>",
            "<p hx-on:click=x>x</p>",
            "<p>{{ constructor.constructor('x')() }}</p>",
            "<!-- --!><img src=x onerror=x()> -->",
            "<!--><img src=x onerror=x()>-->",
            "<!doctype html>",
            "<![CDATA[ x ]]>",
            "<?x ?>",
            "a < b",
            "<p",
            "<p title=\"x",
            "</p title=x>",
        ] {
            assert!(!is_inert(html), "{html}");
        }
    }

    #[test]
    fn two_braces_written_as_references_passed_for_text() {
        for braces in ["{{", "&#123;&#123;", "{&#x7B;", "&#00123&#123 ", "&lcub;&lcub;", "{&lbrace;"] {
            assert!(!is_inert(&["<p>", braces, "constructor.constructor('x')()}}</p>"].concat()), "{braces}");
            assert!(!is_inert(&["<p title=\"", braces, "x}}\"></p>"].concat()), "{braces}");
            assert!(!is_inert_attribute(Some("p"), "title", &[braces, "x}}"].concat()), "{braces}");
        }
    }

    #[test]
    fn what_a_file_or_a_framework_could_run_passed_for_a_drawing_or_a_class() {
        for html in [
            "<svg><use href=\"/uploads/mine.svg#x\"></use></svg>",
            "<svg><use xlink:href=https://cdn.example/x.svg#x /></svg>",
            "<svg><use href=\"data:image/png;base64,AAAA\"></use></svg>",
            "<img src=\"data:image/png+xml,x\">",
            "<p class=\"big ng-init: constructor.constructor('x')()\">x</p>",
            "<p class=\"a;ng_init:x()\">x</p>",
            "<p class=\"a n&#103;-init: x()\">x</p>",
            "<p class=\"data-ng-init: x()\">x</p>",
        ] {
            assert!(!is_inert(html), "{html}");
        }
    }

    #[test]
    fn an_attribute_that_made_a_script_of_what_was_none_could_be_set() {
        for (tag, name, value) in [
            (None, "type", "module"),
            (Some("script"), "type", "module"),
            (Some("script"), "class", "big"),
            (None, "rel", "stylesheet"),
            (Some("link"), "rel", "stylesheet"),
            (Some("p"), "title", "x\" onclick=\"x()"),
        ] {
            assert!(!is_inert_attribute(tag, name, value), "{tag:?} {name}");
        }
        assert!(is_inert_attribute(Some("button"), "type", "button"));
        assert!(is_inert_attribute(Some("a"), "rel", "nofollow"));
    }

    #[test]
    fn an_attribute_may_be_set_where_nothing_is_loaded_as_code() {
        for (tag, name, value) in [
            (None, "alt", "x"),
            (Some("a"), "href", "/c/tea"),
            (Some("img"), "src", "https://cdn.example/x.png"),
            (Some("section"), "class", "big"),
        ] {
            assert!(is_inert_attribute(tag, name, value), "{tag:?} {name}");
        }
        for (tag, name, value) in [
            (None, "src", "/x.js"),
            (Some("script"), "src", "/x.js"),
            (Some("iframe"), "src", "/x"),
            (Some("a"), "href", "javascript:x()"),
            (Some("a"), "onclick", "x()"),
            (Some("img"), "srcdoc", "x"),
        ] {
            assert!(!is_inert_attribute(tag, name, value), "{tag:?} {name}");
        }
    }
}
