//! Feeds of lines, separated by tabs or commas; the first line names the columns. Quotes are as in RFC 4180. Most
//! programs quote nothing in feeds with tabs, so a quote that is not closed by these rules is an inch sign there.
//!
//! The `csv` crate cannot do this: it reads an unclosed quote (`1,"open`, or an inch sign) and the lines up to the next
//! quote as one cell, and `"a"b` as `ab` without an error. Here each of them costs its own line only.

use super::columns::column_name;
use super::flaw::Flaw;
use super::row::{Broken, Found, Row};
use crate::source::Place;
use std::borrow::Cow;

/// Reads every line. A line that cannot be read is left out, and the next ones are read.
pub(super) fn read(
    text: &str,
    from: usize,
    separator: char,
    file: usize,
    add: &mut dyn FnMut(&Found<'_>),
) -> Result<(), Broken> {
    // Where commas are decimal signs, exports separate by semicolons.
    let head = text.lines().next().unwrap_or("");
    let separator = if separator == ',' && head.contains(';') && !head.contains(',') { ';' } else { separator };
    let lines = Lines { text, separator, tabs: usize::MAX };
    let (names, mut at) = lines.record(0).map_err(|(at, problem)| (from + at, problem.to_owned()))?;
    let names: Vec<String> = names.iter().map(|name| column_name(name)).collect();
    let lines = Lines { tabs: names.len() - 1, ..lines };
    while at < text.len() {
        let place = |end: usize| {
            let line = text.get(at..end).unwrap_or("").trim_end().len();
            Place::new(file, from + at..from + at + line)
        };
        at = if let Ok((cells, end)) = lines.record(at) {
            let place = place(end);
            let (known, beyond) = cells.split_at(names.len().min(cells.len()));
            if beyond.iter().any(|cell| !cell.trim().is_empty()) {
                add(&Found::Bad(Flaw::Columns, place));
            } else if known.iter().any(|cell| !cell.trim().is_empty()) {
                let cells = names.iter().map(String::as_str).zip(known.iter().cloned()).collect();
                add(&Found::Row(Row { cells, place }));
            }
            end
        } else {
            let end = lines.next_line(at);
            add(&Found::Bad(Flaw::Quotes, place(end)));
            end
        };
    }
    Ok(())
}

/// Cells, and where the next record begins.
type Record<'t> = (Vec<Cow<'t, str>>, usize);

/// The text of a feed and the form of its lines.
#[derive(Clone, Copy)]
struct Lines<'t> {
    text: &'t str,
    separator: char,
    /// How many separators a full line has.
    tabs: usize,
}

impl<'t> Lines<'t> {
    /// Where the line after this place begins.
    fn next_line(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |end| at + end + 1)
    }

    /// The cells of the record that begins here, and where the next one begins.
    fn record(&self, start: usize) -> Result<Record<'t>, (usize, &'static str)> {
        let mut cells = Vec::new();
        let mut at = start;
        loop {
            let rest = self.text.get(at..).unwrap_or("");
            let quoted = if rest.starts_with('"') { Some(self.quoted(at)) } else { None };
            let (cell, end) = match quoted {
                Some(Ok(quoted)) => quoted,
                Some(Err(problem)) if self.separator != '\t' => return Err((at, problem)),
                _ => self.plain(at),
            };
            cells.push(cell);
            at = end;
            match self.text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c) if c == self.separator => at += 1,
                Some('\r') => return Ok((cells, at + 2)),
                Some('\n') => return Ok((cells, at + 1)),
                _ => return Ok((cells, at)),
            }
        }
    }

    /// A cell without quotes around it, and where it ends.
    fn plain(&self, at: usize) -> (Cow<'t, str>, usize) {
        let rest = self.text.get(at..).unwrap_or("");
        let end = rest.find([self.separator, '\n']).map_or(self.text.len(), |end| at + end);
        let cell = self.text.get(at..end).unwrap_or("");
        match cell.strip_suffix('\r').filter(|_| self.text.get(end..).is_some_and(|rest| rest.starts_with('\n'))) {
            Some(cell) => (Cow::Borrowed(cell), end - 1),
            None => (Cow::Borrowed(cell), end),
        }
    }

    /// A quoted cell, and where it ends: before a separator or the end of a line.
    fn quoted(&self, start: usize) -> Result<(Cow<'t, str>, usize), &'static str> {
        let mut at = start + 1;
        loop {
            let quote = self.text.get(at..).and_then(|rest| rest.find('"')).ok_or("a quote is not closed")?;
            at += quote + 1;
            let rest = self.text.get(at..).unwrap_or("");
            if rest.starts_with('"') {
                at += 1;
                continue;
            }
            let ends = rest.is_empty() || rest.starts_with([self.separator, '\n']) || rest.starts_with("\r\n");
            if !ends {
                return Err("something follows a closing quote");
            }
            if self.separator == '\t' && self.swallows(start, at) {
                return Err("the quote of another line closes it");
            }
            let cell = self.text.get(start + 1..at - 1).unwrap_or("");
            let cell = if cell.contains('"') { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
            return Ok((cell, at));
        }
    }

    /// Whether a cell over several lines contains a whole record. Then its quotes are two inch signs, not the ends of one
    /// cell.
    fn swallows(&self, start: usize, end: usize) -> bool {
        let mut line = self.next_line(start);
        while line < end {
            let next = self.next_line(line);
            if self.text.get(line..next).unwrap_or("").matches(self.separator).count() >= self.tabs.max(1) {
                return true;
            }
            line = next;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// Cells by line; a line that cannot be read is its flaw.
    fn rows(text: &str, separator: char) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut add = |row: &Found<'_>| {
            found.push(match row {
                Found::Row(row) => row.cells.iter().map(|(_, value)| value.to_string()).collect(),
                Found::Bad(flaw, place) => vec![format!("{flaw:?} {}", place.end - place.start)],
            });
        };
        read(text, 0, separator, 0, &mut add).unwrap();
        found
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_ends() {
        let found = rows("id,title\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,plain", ',');
        assert_eq!(found, [["1", "a, \"b\"\nc"], ["2", "plain"]]);
        assert_eq!(rows("id;title;price\n1;a, b;2,50\n", ','), [["1", "a, b", "2,50"]]);
    }

    #[test]
    fn quotes_of_a_feed_with_tabs_stayed_in_titles_and_prices() {
        let feed = "id\tlink\ttitle\tprice\r\n1\t/1\t\"Blue Mug\"\t\"2.50\"\r\n2\t/2\t\"12\"\" Pan\"\t3\r\n3\t/3\t\"Two\nlines\tone tab\"\t4\r\n4\t/4\t12\" Plate\t5\r\n";
        let found = rows(feed, '\t');
        let right = [
            ["1", "/1", "Blue Mug", "2.50"],
            ["2", "/2", "12\" Pan", "3"],
            ["3", "/3", "Two\nlines\tone tab", "4"],
            ["4", "/4", "12\" Plate", "5"],
        ];
        assert_eq!(found, right);
    }

    #[test]
    fn a_lone_inch_sign_is_kept_and_takes_no_other_line_with_it() {
        assert_eq!(rows("id\ttitle\n1\t\"x\n", '\t'), [["1", "\"x"]]);
        assert_eq!(rows("id\ttitle\n1\t\"Best\" mug\n2\ty\n", '\t'), [["1", "\"Best\" mug"], ["2", "y"]]);
        // The next inch sign at the end of a cell seems to close the first.
        assert_eq!(
            rows("id\ttitle\tprice\n1\t\" screws\t1\n2\tnails\t2\n3\tpipe 12\"\t3\n", '\t'),
            [["1", "\" screws", "1"], ["2", "nails", "2"], ["3", "pipe 12\"", "3"]]
        );
    }

    #[test]
    fn a_line_with_wrong_quotes_or_too_many_values_costs_itself_only() {
        assert_eq!(
            rows("id,title\n1,\"open\n2,b\n3,\"a\"b\n4,c\n5,d,e\n6,f,,\n", ','),
            [
                vec!["Quotes 7".to_owned()],
                vec!["2".to_owned(), "b".to_owned()],
                vec!["Quotes 6".to_owned()],
                vec!["4".to_owned(), "c".to_owned()],
                vec!["Columns 5".to_owned()],
                vec!["6".to_owned(), "f".to_owned()],
            ]
        );
    }
}
