//! Which column says what.

use super::layout::Layout;
use crate::LearnError;
use std::path::Path;

/// Number of [`Field`]s.
pub(super) const FIELDS: usize = 6;

/// Places of the fields, from 0, in the order of [`Field::ALL`].
pub(super) type Places = [Option<usize>; FIELDS];

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Session, or order; where there is none, visitor.
    Session,
    /// Product.
    Item,
    /// Time.
    Time,
    /// Milliseconds, or steps, since the time: what orders the clicks of a session whose time is only a day.
    Offset,
    /// Kind of event: view, cart, purchase.
    Event,
    /// Pieces, of order lines.
    Quantity,
}

/// Columns that say who it was, not which visit it was.
const VISITORS: [&str; 11] = [
    "visitorid",
    "userid",
    "customerid",
    "userpseudoid",
    "fullvisitorid",
    "clientid",
    "uid",
    "cookieid",
    "deviceid",
    "user",
    "customer",
];

impl Field {
    pub(super) const ALL: [Self; FIELDS] =
        [Self::Session, Self::Item, Self::Time, Self::Offset, Self::Event, Self::Quantity];

    /// Names that are tried when none is given, in the form of [`plain`].
    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Session => &[
                "sessionid",
                "session",
                "sid",
                "sessid",
                "visitid",
                "invoiceno",
                "invoice",
                "orderid",
                "orderno",
                "basketid",
            ],
            Self::Item => &[
                "itemid",
                "item",
                "stockcode",
                "sku",
                "productid",
                "product",
                "articleid",
                "aid",
                "iid",
                "trackid",
                "songid",
                "newsid",
                "movieid",
                "asin",
                "reference",
            ],
            Self::Time => &[
                "time",
                "timestamp",
                "ts",
                "invoicedate",
                "eventtime",
                "orderdate",
                "datetime",
                "timestampms",
                "date",
                "eventdate",
                "tdat",
                "createdat",
            ],
            Self::Offset => &["timeframe", "addtocartorder", "clickorder", "step"],
            Self::Event => &["event", "eventtype", "action", "actiontype", "behavior", "behaviortype", "type"],
            Self::Quantity => &["quantity", "qty", "pieces"],
        }
    }

    /// Whether a name that is none of the usual ones says it, too.
    fn resembles(self, name: &str) -> bool {
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        match self {
            Self::Session => has(&["session"]) && !has(&["time", "date", "start", "end", "length", "number", "count"]),
            Self::Item => {
                has(&["item", "product", "sku", "article", "track"])
                    && ["id", "hash", "key", "code"].iter().any(|end| name.ends_with(end))
                    && !has(&["category", "type", "group", "parent", "brand"])
            }
            Self::Time => {
                (has(&["timestamp", "datetime"]) || name.starts_with("time") || name.ends_with("time"))
                    && !has(&["timezone", "timeframe", "timespent", "timeon"])
            }
            Self::Offset | Self::Event | Self::Quantity => false,
        }
    }

    /// Place of the first name that says this.
    fn find(self, plain: &[String]) -> Option<usize> {
        let by_name = |usual: &[&str]| usual.iter().find_map(|usual| plain.iter().position(|name| name == usual));
        by_name(self.usual())
            .or_else(|| plain.iter().position(|name| self.resembles(name)))
            .or_else(|| if self == Self::Session { by_name(&VISITORS) } else { None })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Item => "item",
            Self::Time => "time",
            Self::Offset => "offset",
            Self::Event => "event",
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
        let missing = |column: &str| LearnError::Column {
            path: path.to_path_buf(),
            column: column.to_owned(),
            found: names.join(", "),
        };
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
        let said: Vec<&str> = if by_place { Vec::new() } else { names.to_vec() };
        let session = places.first().copied().flatten().and_then(|place| plain.get(place));
        let visitors = session.is_some_and(|name| VISITORS.contains(&name.as_str()));
        Ok((places, Layout::new(&places, &said, visitors)))
    }
}

/// Types that `RecBole` writes behind the names of columns: `user_id:token`.
const TYPES: [&str; 4] = ["token", "token_seq", "float", "float_seq"];

/// A name in lower case, without what separates its words, and without a type behind it.
fn plain_of(name: &str) -> String {
    let name = name.rsplit_once(':').filter(|(_, kind)| TYPES.contains(kind)).map_or(name, |(name, _)| name);
    name.chars().filter(|letter| !"_-. :".contains(*letter)).flat_map(char::to_lowercase).collect()
}
