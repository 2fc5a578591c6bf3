//! Which column says what.

use super::field::{FIELDS, Field, Places, VISITORS};
use super::layout::Layout;
use crate::LearnError;
use std::path::Path;

/// Names of the columns; those that are not given are found by their usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    named: Vec<(String, String)>,
}

impl Columns {
    /// Reads `session=COLUMN,item=COLUMN,time=COLUMN,offset=COLUMN,event=COLUMN,quantity=COLUMN`, each part optional.
    ///
    /// A number is the place of the column, from 1, in a file without a line of names.
    ///
    /// # Errors
    /// When a part is not of this form; says which.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut named = Vec::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let (field, column) = part.split_once('=').ok_or_else(|| format!("`{part}` is not FIELD=COLUMN"))?;
            if !Field::ALL.iter().any(|known| known.name() == field.trim()) {
                let known = Field::ALL.map(Field::name).join(", ");
                return Err(format!("`{field}` is not one of {known}"));
            }
            named.push((field.trim().to_owned(), column.trim().to_owned()));
        }
        Ok(Self { named })
    }

    /// Whether nothing is said about any column.
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    fn given(&self, field: Field) -> Option<&str> {
        self.named.iter().find(|(name, _)| name == field.name()).map(|(_, column)| column.as_str())
    }

    /// Whether all columns that are given are places, so that the first line is data.
    pub(super) fn by_place(&self) -> bool {
        !self.named.is_empty()
            && self.named.iter().all(|(_, column)| column.parse::<usize>().is_ok_and(|place| place > 0))
    }

    /// Where everything is in a file with these column names, and how that is said.
    pub(super) fn places(&self, path: &Path, names: &[&str]) -> Result<(Places, Layout), LearnError> {
        let missing = |column: &str| LearnError::column(path, column, names.join(", "));
        let plain: Vec<String> = names.iter().map(|name| plain_of(name)).collect();
        let by_place = self.by_place();
        let mut places = [None; FIELDS];
        for (place, field) in places.iter_mut().zip(Field::ALL) {
            *place = match self.given(field) {
                Some(column) if by_place => column.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
                Some(column) => {
                    let exact = names.iter().position(|name| *name == column);
                    let like = || plain.iter().position(|name| *name == plain_of(column));
                    Some(exact.or_else(like).ok_or_else(|| missing(column))?)
                }
                None if by_place => None,
                None => field.find(&plain),
            };
        }
        match places {
            [None, ..] => return Err(missing(Field::Session.name())),
            [_, None, ..] => return Err(missing(Field::Item.name())),
            _ => {}
        }
        let header: &[&str] = if by_place { &[] } else { names };
        let session = places.first().copied().flatten().and_then(|place| plain.get(place));
        let visitors = session.is_some_and(|name| VISITORS.contains(&name.as_str()));
        Ok((places, Layout::new(&places, header, visitors)))
    }
}

/// Types that `RecBole` writes behind the names of columns: `user_id:token`.
const TYPES: [&str; 4] = ["token", "token_seq", "float", "float_seq"];

/// A name in lower case, without what separates its words, and without a type behind it.
fn plain_of(name: &str) -> String {
    let name = name.rsplit_once(':').filter(|(_, kind)| TYPES.contains(kind)).map_or(name, |(name, _)| name);
    name.chars().filter(|letter| !"_-. :".contains(*letter)).flat_map(char::to_lowercase).collect()
}
