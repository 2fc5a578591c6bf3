//! Which column says what.

use crate::LearnError;
use std::path::Path;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Session, or order.
    Session,
    /// Product.
    Item,
    /// Time.
    Time,
    /// Pieces, of order lines.
    Quantity,
}

impl Field {
    const ALL: [Self; 4] = [Self::Session, Self::Item, Self::Time, Self::Quantity];

    /// Names that are tried when none is given, in lower case without `_`, `-`, `.` and spaces.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Session => {
                &["sessionid", "session", "sid", "invoiceno", "invoice", "orderid", "orderno", "visitorid", "userid"]
            }
            Self::Item => &["itemid", "item", "stockcode", "sku", "productid", "product", "articleid", "aid"],
            Self::Time => {
                &["time", "timestamp", "ts", "invoicedate", "eventtime", "orderdate", "datetime", "date", "eventdate"]
            }
            Self::Quantity => &["quantity", "qty", "pieces"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Item => "item",
            Self::Time => "time",
            Self::Quantity => "quantity",
        }
    }
}

/// Names of the columns; those that are not given are found by their usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    named: Vec<(String, String)>,
}

impl Columns {
    /// Reads `session=COLUMN,item=COLUMN,time=COLUMN,quantity=COLUMN`, each part optional.
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
                return Err(format!("`{field}` is not one of session, item, time, quantity"));
            }
            named.push((field.trim().to_owned(), column.trim().to_owned()));
        }
        Ok(Self { named })
    }

    fn given(&self, field: Field) -> Option<&str> {
        self.named.iter().find(|(name, _)| name == field.name()).map(|(_, column)| column.as_str())
    }

    /// Whether all columns that are given are places, so that the first line is data.
    pub(super) fn by_place(&self) -> bool {
        !self.named.is_empty()
            && self.named.iter().all(|(_, column)| column.parse::<usize>().is_ok_and(|place| place > 0))
    }

    /// Places of session, item, time and quantity, from 0, in a file with these column names.
    pub(super) fn places(&self, path: &Path, names: &[&str]) -> Result<[Option<usize>; 4], LearnError> {
        let missing = |column: &str| LearnError::Column {
            path: path.to_path_buf(),
            column: column.to_owned(),
            found: names.join(", "),
        };
        let mut places = [None; 4];
        for (place, field) in places.iter_mut().zip(Field::ALL) {
            *place = match self.given(field) {
                Some(column) if self.by_place() => {
                    column.parse::<usize>().ok().and_then(|number| number.checked_sub(1))
                }
                Some(column) => Some(names.iter().position(|name| *name == column).ok_or_else(|| missing(column))?),
                None if self.by_place() => None,
                None => field.usual().iter().find_map(|usual| names.iter().position(|name| plain(name) == *usual)),
            };
        }
        match places {
            [None, ..] => Err(missing(Field::Session.name())),
            [_, None, ..] => Err(missing(Field::Item.name())),
            found => Ok(found),
        }
    }
}

fn plain(name: &str) -> String {
    // A byte order mark may stand before the first name.
    let name = name.trim_start_matches('\u{feff}');
    name.chars().filter(|letter| !"_-. ".contains(*letter)).flat_map(char::to_lowercase).collect()
}
