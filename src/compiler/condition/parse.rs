//! CEL text to a tree with byte ranges.

use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Text;
use cel::common::ast::{Expr, IdedExpr, SourceInfo};
use cel::parser::Parser;
use std::ops::Range;

/// Deepest nesting that is parsed; what can be evaluated is less deep still.
const DEPTH_MAX: u16 = 64;
/// Longest condition, in bytes: room for the longest list.
const BYTES_MAX: usize = 1024 * 1024;
/// Brackets inside brackets. The parser needs up to 150 KB of stack for each.
const BRACKETS_MAX: usize = 32;
/// Operators, brackets and dots: a chain of them is as deep a tree.
const LINKS_MAX: usize = 4_096;

/// A parsed expression.
pub(super) struct Tree {
    pub(super) root: IdedExpr,
    info: SourceInfo,
}

/// Parses a part of a text; problems are reported.
pub(super) fn parse(text: Text<'_>, range: Range<usize>, sink: &mut Sink<'_>) -> Option<Tree> {
    let source = text.decoded.get(range.clone()).unwrap_or("");
    let whole = text.at(sink.files(), range.clone());
    if source.trim().is_empty() {
        sink.report(
            Code::ConditionSyntax,
            whole,
            "there is nothing here",
            "write a condition such as 'cart.items > 0'",
        );
        return None;
    }
    if let Some(problem) = too_large(source) {
        sink.report(Code::ConditionTooLarge, whole, problem, "split it into segments and use in_segment");
        return None;
    }
    let parser = Parser::new().max_recursion_depth(DEPTH_MAX);
    match parser.parse_with_source_info(source) {
        Ok((root, info)) => Some(Tree { root, info }),
        Err(errors) => {
            // Later errors of one expression nearly always follow from the first.
            if let Some(error) = errors.errors.first() {
                let at = range.start + offset(source, error.pos);
                let end = at + text.decoded.get(at..).map_or(0, token_len);
                let place = text.at(sink.files(), at..end.min(range.end.max(at)));
                let (message, help) = plain(&error.msg, source, at - range.start);
                sink.report(Code::ConditionSyntax, place, message, help);
            }
            None
        }
    }
}

/// Why a condition is not even parsed, if it is too large: parser and compiler recurse into it.
fn too_large(source: &str) -> Option<String> {
    if source.len() > BYTES_MAX {
        return Some(format!("the condition is {} bytes long, at most {BYTES_MAX} are possible", source.len()));
    }
    let (mut depth, mut deepest, mut links) = (0_usize, 0, source.matches(" in ").count());
    let mut quote: Option<u8> = None;
    let bytes = source.as_bytes();
    for (i, byte) in bytes.iter().enumerate() {
        let in_number = || bytes.get(i + 1).is_some_and(u8::is_ascii_digit);
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'(' | b'[' | b'{') => {
                depth += 1;
                links += 1;
                deepest = deepest.max(depth);
            }
            (None, b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            (None, b'+' | b'*' | b'/' | b'%' | b'?' | b'=' | b'<' | b'>') => links += 1,
            (None, b'.' | b'-') if !in_number() => links += 1,
            _ => {}
        }
    }
    if deepest > BRACKETS_MAX {
        return Some(format!("brackets are nested {deepest} deep, at most {BRACKETS_MAX} are possible"));
    }
    (links > LINKS_MAX)
        .then(|| format!("the condition has {links} operators and brackets, at most {LINKS_MAX} are possible"))
}

/// The byte at a line and column, both counted in characters from 1.
fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(1).max(1);
    let column = usize::try_from(column).unwrap_or(1).max(1);
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    source.get(start..).and_then(|rest| rest.char_indices().nth(column - 1)).map_or(source.len(), |(i, _)| start + i)
}

/// Length of the word, or else the one character, at the start.
fn token_len(rest: &str) -> usize {
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) }
}

/// Signs that people write with an amount of money.
const MONEY: [char; 4] = ['£', '€', '$', '¥'];

/// What is wrong at the byte `at`, in words for people who do not know the grammar.
fn plain(message: &str, source: &str, at: usize) -> (String, &'static str) {
    let message = message.trim_start_matches("Syntax error: ");
    if let Some((wrong, right)) = [("=>", ">="), ("=<", "<=")].into_iter().find(|(wrong, _)| message.contains(wrong)) {
        return (format!("`{wrong}` is not an operator"), if right == ">=" { "write `>=`" } else { "write `<=`" });
    }
    if message.starts_with("token recognition error at: '= ") || message.contains("at: '='") {
        return ("a single `=` is not an operator".to_owned(), "write `==` to compare");
    }
    if message.starts_with("token recognition error at: '&") {
        return ("`&` is not an operator".to_owned(), "write `&&`");
    }
    if message.starts_with("token recognition error at: '|") {
        return ("`|` is not an operator".to_owned(), "write `||`");
    }
    if message.starts_with("token recognition error at: ''") || message.starts_with("token recognition error at: '\"") {
        return ("a text is not closed".to_owned(), "close it with the quote that opened it");
    }
    if message.contains("'<EOF>' expecting") {
        return ("the condition ends too early".to_owned(), "complete it: `cart.items > 0`");
    }
    let words = ["and", "or", "not", "AND", "OR", "NOT"];
    if let Some(word) = source.split_whitespace().find(|word| words.contains(word)) {
        return (format!("`{word}` is not a word of CEL"), "write && for and, || for or, ! for not");
    }
    let (before, rest) = source.split_at_checked(at).unwrap_or((source, ""));
    let token = rest.get(..token_len(rest)).unwrap_or("");
    let after_digit = before.trim_end().ends_with(|c: char| c.is_ascii_digit());
    let is_code = token.len() == 3 && token.bytes().all(|byte| byte.is_ascii_uppercase());
    if token.starts_with(MONEY) || (after_digit && is_code) {
        return (
            format!("`{token}` means nothing here"),
            "write the amount alone, it is in the page's currency: cart.value > 50",
        );
    }
    if token == "," && after_digit && rest.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return ("a number has no comma".to_owned(), "write a point before the decimals: cart.value > 49.50");
    }
    if token == "if" {
        return (
            "`if` is not a word of CEL".to_owned(),
            "leave it out; for a choice write geo.eu ? cart.items > 3 : cart.items > 5",
        );
    }
    if token.is_empty() {
        let short = message.split(" expecting ").next().unwrap_or(message);
        return (
            format!("the condition cannot be parsed: {short}"),
            "conditions look like `cart.items > 0 && page.type == \"home\"`",
        );
    }
    if message.starts_with("token recognition error") {
        return (
            format!("`{token}` means nothing in a condition"),
            "conditions look like `cart.items > 0 && page.type == \"home\"`",
        );
    }
    (format!("`{token}` does not belong here"), "join conditions with && or ||, and put texts into quotes")
}

impl Tree {
    /// The bytes of an expression with everything that belongs to it.
    pub(super) fn range(&self, expr: &IdedExpr) -> Range<usize> {
        balanced(&self.info.source, self.inner_range(expr))
    }

    /// As [`Self::range`], without the parentheses around a part of it.
    fn inner_range(&self, expr: &IdedExpr) -> Range<usize> {
        let source = self.info.source.as_str();
        // The source info has the operator's token only, with an inclusive end.
        let own = self
            .info
            .offset_for(expr.id)
            .map_or(0..source.len(), |(a, b)| a as usize..(b as usize + 1).min(source.len()));
        let mut range = own.clone();
        let parts: Vec<&IdedExpr> = match &expr.expr {
            Expr::Select(select) => vec![&select.operand],
            Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
            Expr::List(list) => list.elements.iter().collect(),
            Expr::Comprehension(comprehension) => vec![&comprehension.iter_range],
            _ => Vec::new(),
        };
        for part in parts {
            let inner = self.inner_range(part);
            range.start = range.start.min(inner.start);
            range.end = range.end.max(inner.end);
        }
        match (source.get(own.clone()), &expr.expr) {
            // The name of the function stands before its bracket.
            (Some("("), _) => {
                let before = source.get(..own.start).unwrap_or("").trim_end();
                let name = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
                range.start = range.start.min(name.len());
            }
            (Some("."), Expr::Select(select)) => range.end = range.end.max(after(source, own.end, &select.field)),
            _ => {}
        }
        range
    }
}

/// The end of `what` when it comes next after `from`, spaces apart; else `from`.
fn after(source: &str, from: usize, what: &str) -> usize {
    let rest = source.get(from..).unwrap_or("");
    let trimmed = rest.trim_start();
    if trimmed.starts_with(what) { from + (rest.len() - trimmed.len()) + what.len() } else { from }
}

/// Widens a range until every bracket in it is closed, and every closing one is opened, inside it.
fn balanced(source: &str, range: Range<usize>) -> Range<usize> {
    let (mut opened, mut missing) = (0_usize, 0_usize);
    let mut quote: Option<char> = None;
    let mut end = range.end;
    let part = source.get(range.start..).unwrap_or("");
    for (i, c) in part.char_indices() {
        let at = range.start + i;
        if at >= range.end && opened == 0 {
            break;
        }
        end = end.max(at + c.len_utf8());
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => opened += 1,
            (None, ')' | ']' | '}') if opened == 0 => missing += 1,
            (None, ')' | ']' | '}') => opened -= 1,
            _ => {}
        }
    }
    let mut start = range.start;
    for _ in 0..missing {
        let before = source.get(..start).unwrap_or("").trim_end();
        match before.strip_suffix(['(', '[', '{']) {
            Some(before) => start = before.len(),
            None => break,
        }
    }
    start..end
}
