//! JSON with places: RFC 8259, depth at most 64; the first error ends the file.

use super::tree::{Entry, Node, Table, Value};
use crate::codes::Code;
use crate::diagnostic::Sink;
use crate::source::Place;

const DEPTH_MAX: usize = 64;

pub(super) fn parse(file: usize, text: &str, sink: &mut Sink<'_>) -> Table {
    let mut reader = Reader { file, text, at: 0, duplicates: Vec::new() };
    let root = reader.document();
    let Reader { at, duplicates, .. } = reader;
    for (second, first, key) in duplicates {
        sink.report_with(
            Code::DefinedTwice,
            second,
            format!("`{key}` is defined twice"),
            "delete one of the two, or give it another name",
            (first, "first defined here"),
        );
    }
    match root {
        Ok(Node { value: Value::Table(table), .. }) => table,
        Ok(node) => {
            sink.report(
                Code::WrongType,
                node.place,
                format!("the file must be one JSON object, but it is {}", node.kind()),
                "write { \"segments\": { ... } }",
            );
            Table::default()
        }
        Err(message) => {
            sink.cut_off = true;
            let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
            sink.report(
                Code::Syntax,
                Place::new(file, at.min(text.len())..end),
                format!("this is not valid JSON: {message}"),
                "keys and texts stand in double quotes; no comments, no comma before } or ]",
            );
            Table::default()
        }
    }
}

struct Reader<'a> {
    file: usize,
    text: &'a str,
    at: usize,
    duplicates: Vec<(Place, Place, String)>,
}

type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn expect(&mut self, byte: u8, otherwise: &'static str) -> Read<()> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(otherwise)
        }
    }

    fn document(&mut self) -> Read<Node> {
        let node = self.value(0)?;
        self.space();
        if self.at < self.text.len() {
            return Err("something follows the end");
        }
        Ok(node)
    }

    fn value(&mut self, depth: usize) -> Read<Node> {
        if depth > DEPTH_MAX {
            return Err("it is nested too deeply");
        }
        self.space();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => Value::Table(self.object(depth)?),
            Some(b'[') => Value::List(self.array(depth)?),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
            None => return Err("a value is missing"),
        };
        Ok(Node { value, place: Place::new(self.file, start..self.at) })
    }

    fn word(&mut self) -> Read<Value> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err("a value is expected here")
    }

    fn object(&mut self, depth: usize) -> Read<Table> {
        self.at += 1;
        let mut table = Table::default();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(table);
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err("a key in double quotes is expected here");
            }
            let key = self.string()?;
            let key_place = Place::new(self.file, start..self.at);
            self.space();
            self.expect(b':', "a colon is expected here")?;
            let node = self.value(depth + 1)?;
            if let Some(first) = table.entry(&key) {
                self.duplicates.push((key_place, first.key_place, key));
            } else {
                table.entries.push(Entry { key, key_place, node });
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(table);
                }
                _ => return Err("a comma or } is expected here"),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<Vec<Node>> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(items);
                }
                _ => return Err("a comma or ] is expected here"),
            }
        }
    }

    /// Finds the end of the string; serde decodes its escapes.
    fn string(&mut self) -> Read<String> {
        let start = self.at;
        let mut escaped = false;
        for (i, byte) in self.rest().bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let raw = self.text.get(start..=start + i).unwrap_or("");
                    let decoded = serde_json::from_str(raw).map_err(|_| "the text has an invalid escape")?;
                    self.at = start + i + 1;
                    return Ok(decoded);
                }
                b'\n' => break,
                _ => {}
            }
        }
        Err("the text is not closed")
    }

    fn number(&mut self) -> Read<Value> {
        let rest = self.rest();
        let len = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let raw = rest.get(..len).unwrap_or("");
        let number: serde_json::Number =
            serde_json::from_str(raw).map_err(|_| "the number is malformed or too large")?;
        self.at += len;
        match (number.as_i64(), number.as_f64()) {
            (Some(n), _) => Ok(Value::Whole(n)),
            (None, Some(n)) => Ok(Value::Number(n)),
            (None, None) => Err("the number is malformed or too large"),
        }
    }
}
