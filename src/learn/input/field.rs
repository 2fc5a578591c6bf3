//! What a column of a log says, and the names that it usually has.

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
pub(super) const VISITORS: [&str; 11] = [
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

    /// Names that are tried when none is given, in the form of [`super::columns::plain_of`].
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
    pub(super) fn find(self, plain: &[String]) -> Option<usize> {
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
