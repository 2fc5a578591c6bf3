//! Feeds of lines: tab or comma separated, the first line naming the columns (RFC 4180).

use super::feed::{Broken, Row};
use crate::source::Place;
use std::borrow::Cow;

/// Reads every line.
pub(super) fn read(
    text: &str,
    from: usize,
    separator: char,
    file: usize,
    add: &mut dyn FnMut(&Row<'_>),
) -> Result<(), Broken> {
    let (names, mut at) = record(text, 0, separator).map_err(|(at, problem)| (from + at, problem))?;
    // Google writes columns with a prefix in some exports.
    let names: Vec<String> = names.iter().map(|name| name.trim().trim_start_matches("g:").to_owned()).collect();
    while at < text.len() {
        let (cells, end) = record(text, at, separator).map_err(|(at, problem)| (from + at, problem))?;
        let is_blank = cells.iter().all(|cell| cell.trim().is_empty());
        if !is_blank {
            let cells = names.iter().map(String::as_str).zip(cells).collect();
            let line = text.get(at..end).unwrap_or("").trim_end().len();
            add(&Row { cells, place: Place::new(file, from + at..from + at + line) });
        }
        at = end;
    }
    Ok(())
}

/// The cells of the record that begins here, and where the next one begins.
fn record(text: &str, start: usize, separator: char) -> Result<(Vec<Cow<'_, str>>, usize), Broken> {
    let mut cells = Vec::new();
    let mut at = start;
    loop {
        let rest = text.get(at..).unwrap_or("");
        if separator == ',' && rest.starts_with('"') {
            let (cell, end) = quoted(text, at)?;
            cells.push(cell);
            at = end;
        } else {
            let end = rest.find([separator, '\n']).map_or(text.len(), |end| at + end);
            let cell = text.get(at..end).unwrap_or("");
            cells.push(Cow::Borrowed(cell.strip_suffix('\r').unwrap_or(cell)));
            at = end;
        }
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if c == separator => at += 1,
            Some('\r') => return Ok((cells, at + 2)),
            Some('\n') => return Ok((cells, at + 1)),
            None => return Ok((cells, at)),
            Some(_) => return Err((at, "something follows a closing quote".to_owned())),
        }
    }
}

/// A quoted cell, and where it ends.
fn quoted(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), Broken> {
    let mut at = start + 1;
    loop {
        let Some(quote) = text.get(at..).and_then(|rest| rest.find('"')) else {
            return Err((start, "a quote is not closed".to_owned()));
        };
        at += quote + 1;
        if text.get(at..).is_some_and(|rest| rest.starts_with('"')) {
            at += 1;
            continue;
        }
        let cell = text.get(start + 1..at - 1).unwrap_or("");
        let cell = if cell.contains('"') { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
        return Ok((cell, at));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn rows(text: &str, separator: char) -> Result<Vec<Vec<(String, String)>>, Broken> {
        let mut found = Vec::new();
        let mut add = |row: &Row<'_>| {
            found.push(row.cells.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect());
        };
        read(text, 0, separator, 0, &mut add)?;
        Ok(found)
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_ends() {
        let found = rows("id,title\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,plain", ',').unwrap();
        let pair =
            |id: &str, title: &str| vec![("id".to_owned(), id.to_owned()), ("title".to_owned(), title.to_owned())];
        assert_eq!(found, [pair("1", "a, \"b\"\nc"), pair("2", "plain")]);
        assert_eq!(rows("id\ttitle\n1\t\"x\n", '\t').unwrap(), [pair("1", "\"x")]);
    }

    #[test]
    fn an_open_quote_is_found_where_it_begins() {
        assert_eq!(rows("id,title\n1,\"open", ',').unwrap_err().0, 11);
        assert!(rows("id,title\n1,\"a\"b", ',').unwrap_err().1.contains("follows"));
    }
}
