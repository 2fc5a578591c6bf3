//! What a page says, as a browser's parser reads it.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use serde_json::Value;
use std::cell::RefCell;

/// A script element.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    /// Empty for one that stands in the page.
    pub(super) src: String,
    pub(super) nonce: String,
    /// The attribute `type`; empty without one.
    pub(super) kind: String,
    id: String,
    text: String,
}

/// What is looked for in a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    /// `href` of links, in order.
    pub(super) links: Vec<String>,
    pub(super) scripts: Vec<Script>,
    /// Content security policies of the head.
    pub(super) policies: Vec<String>,
    /// Values of `data-slot`.
    pub(super) slots: Vec<String>,
    /// How many filled slots and elements are marked as such.
    pub(super) marks: usize,
}

impl Document {
    /// Reads a page.
    pub(super) fn parse(html: &[u8]) -> Self {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(&*String::from_utf8_lossy(html)));
        let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner().document
    }

    /// The plan of the page script.
    pub(super) fn plan(&self) -> Option<Value> {
        let script = self.scripts.iter().find(|script| script.id == "attune-plan")?;
        serde_json::from_str(&script.text).ok()
    }

    /// The element of the page script.
    pub(super) fn page_script(&self) -> Option<&Script> {
        self.scripts.iter().find(|script| script.src.ends_with("/_attune/page.js"))
    }
}

#[derive(Default)]
struct State {
    document: Document,
    is_in_body: bool,
    is_in_script: bool,
    /// Open templates: what is in one is not in the page.
    inert: usize,
}

#[derive(Default)]
struct Sink(RefCell<State>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let state = &mut *self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return state.tag(&tag),
            Token::CommentToken(text) if &*text == "attune" => state.document.marks += 1,
            Token::CharacterTokens(text) if state.is_in_script => {
                if let Some(script) = state.document.scripts.last_mut() {
                    script.text.push_str(&text);
                }
            }
            Token::CharacterTokens(_)
            | Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            match name {
                "script" => self.is_in_script = false,
                "template" => self.inert = self.inert.saturating_sub(1),
                _ => {}
            }
            return TokenSinkResult::Continue;
        }
        if self.inert == 0 {
            self.element(name, tag);
        }
        match name {
            "script" => {
                self.is_in_script = self.inert == 0;
                TokenSinkResult::RawData(RawKind::ScriptData)
            }
            "style" | "noscript" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "template" => {
                self.inert += 1;
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }

    fn element(&mut self, name: &str, tag: &Tag) {
        let value = |key: &str| tag.attrs.iter().find(|one| &*one.name.local == key).map(|one| one.value.to_string());
        self.document.slots.extend(value("data-slot"));
        self.document.marks += usize::from(value("data-attune").is_some());
        match name {
            "body" => self.is_in_body = true,
            "a" => self.document.links.extend(value("href")),
            "script" => {
                let text = |key| value(key).unwrap_or_default();
                let script = Script {
                    src: text("src"),
                    nonce: text("nonce"),
                    kind: text("type"),
                    id: text("id"),
                    text: String::new(),
                };
                self.document.scripts.push(script);
            }
            "meta" if !self.is_in_body => {
                let is_policy =
                    value("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("content-security-policy"));
                self.document.policies.extend(value("content").filter(|_| is_policy));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let page = br#"<!doctype html><head><title><a href=/no></title>
            <meta HTTP-EQUIV='Content-Security-Policy' content="script-src &#39;self&#39;">
            <script nonce=n>"<a href=/no>"</script></head>
            <body><a HREF="/p/1?a&amp;b">x</a><!-- <a href=/no> --><section data-slot=hero>hi<!--attune--></section>
            <template><div data-slot=no></div></template><a class=cta data-attune="">y</a>
            <meta http-equiv=content-security-policy content=no>
            <script type="application/json" id="attune-plan">{"v":"1"}</script><script src="/_attune/page.js" async></script>"#;
        let document = Document::parse(page);
        assert_eq!(document.links, ["/p/1?a&b"]);
        assert_eq!(document.policies, ["script-src 'self'"]);
        assert_eq!((document.slots.as_slice(), document.marks), (&["hero".to_owned()][..], 2));
        assert_eq!(document.scripts.first().unwrap().nonce, "n");
        assert_eq!(document.plan().unwrap(), serde_json::json!({ "v": "1" }));
        assert_eq!(document.page_script().unwrap().kind, "");
    }
}
