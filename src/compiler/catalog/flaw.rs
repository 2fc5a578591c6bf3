//! What can be wrong with a row of a feed, and what it costs.

use attune_core::limits;

/// What can be wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Flaw {
    Quotes,
    Columns,
    Json,
    Entity,
    NoId,
    LongId,
    Twice,
    NoTitle,
    NoUrl,
    UnsafeUrl,
    LongText,
    AmbiguousPrice,
    BadPrice,
    OtherCurrency,
    BadDates,
    BadAvailability,
}

/// What a flaw costs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// The row. Its product was read from another row.
    Nothing,
    /// The product.
    Product,
    /// Its price.
    Price,
    /// One detail of the product.
    Detail,
}

impl Flaw {
    /// How the message describes such rows, what was done with them, and what that costs.
    pub(super) fn describe(self) -> (&'static str, &'static str, Cost) {
        use Cost::{Detail, Nothing, Price, Product};
        match self {
            Self::Quotes => ("whose quotes do not fit", "left out", Product),
            Self::Columns => ("with more values than there are columns", "left out", Product),
            Self::Json => ("that is not an object of JSON", "left out", Product),
            Self::Entity => ("with an entity that XML does not know", "left out", Product),
            Self::NoId => ("without an id", "left out", Product),
            Self::LongId => ("with an id that is too long", "left out", Product),
            Self::Twice => ("with an id that was there before", "left out", Nothing),
            Self::NoTitle => ("without a title", "left out", Product),
            Self::NoUrl => ("without a link", "left out", Product),
            Self::UnsafeUrl => ("with a link or picture that is not http, https or a path", "left out", Product),
            Self::LongText => ("with a text that is too long", "left out", Product),
            Self::AmbiguousPrice => ("with a price that can be read in two ways", "shown without it", Price),
            Self::BadPrice => ("with a price that cannot be read", "shown without it", Price),
            Self::OtherCurrency => ("with a price in another currency", "shown without it", Price),
            Self::BadDates => ("with sale dates that cannot be read", "shown without the sale", Detail),
            Self::BadAvailability => ("with an availability that is not known", "taken as out of stock", Detail),
        }
    }

    pub(super) fn help(self) -> String {
        match self {
            Self::AmbiguousPrice => "say once how the feed writes numbers, in [catalog]: decimal = \"comma\" for 1.299,00, decimal = \"point\" for 1,299.00".to_owned(),
            Self::LongId => format!("at most {} bytes are possible, which are 50 characters of any script", limits::SKU_BYTES_MAX),
            _ => "the first is shown; correct the feed where it is made".to_owned(),
        }
    }
}
