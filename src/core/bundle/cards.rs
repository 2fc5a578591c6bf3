//! What a slot recommends: sources, rules, and the template of a card.

use super::Template;
use crate::limits::{CARDS_MAX, KEY_BYTES_MAX, PRODUCT_LIST_MAX, RULES_MAX, SOURCES_MAX, STRATEGIES_MAX};
use alloc::string::String;
use alloc::vec::Vec;

/// Where candidates come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// What belongs to the products viewed last, the current one included.
    Session,
    /// What is bought together with something.
    GoesWith(Seed),
    /// Products of the same category, of like price and name: new products are found too.
    Similar,
    /// The most popular of the page's category, else of the category of highest interest.
    CategoryPopular,
    /// The most popular of all.
    Popular,
    /// Products of a list that was made elsewhere, in its order.
    List(RecommendationReason, Vec<String>),
    /// Products viewed last, in that order.
    Viewed,
}

/// What something goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// The product of the page; on the basket page what is in the cart.
    Page,
    /// What is in the cart.
    Cart,
    /// The products of the last order; where they are not known, what was bought last.
    LastOrder,
}

/// Why a product is recommended. The number is the place of its words in [`Cards::reason_texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecommendationReason {
    /// Because the visitor viewed a product.
    Viewed = 0,
    /// It goes with a product.
    GoesWith = 1,
    /// It is like a product.
    Similar = 2,
    /// It is popular in a category.
    PopularIn = 3,
    /// It is popular.
    Popular = 4,
    /// It sells now.
    Trending = 5,
    /// Somebody chose it.
    Chosen = 6,
    /// The visitor viewed it lately.
    Again = 7,
}

impl RecommendationReason {
    /// Number of causes.
    pub const COUNT: usize = Self::ALL.len();
    const ALL: [Self; 8] = [
        Self::Viewed,
        Self::GoesWith,
        Self::Similar,
        Self::PopularIn,
        Self::Popular,
        Self::Trending,
        Self::Chosen,
        Self::Again,
    ];

    /// The one with this key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// Its stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Viewed => "viewed",
            Self::GoesWith => "goes-with",
            Self::Similar => "similar",
            Self::PopularIn => "popular-in",
            Self::Popular => "popular",
            Self::Trending => "trending",
            Self::Chosen => "chosen",
            Self::Again => "again",
        }
    }
}

/// How sources are mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mix {
    /// The first source fills the slot; the next ones what it leaves.
    #[default]
    InOrder,
    /// One product of each source in turn.
    TakeTurns,
}

/// What is never recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclude {
    /// The product of the page.
    Current,
    /// What is in the cart.
    InCart,
    /// What was bought.
    Purchased,
    /// What cannot be ordered now, or of which that is not known.
    OutOfStock,
    /// What was viewed lately.
    Viewed,
}

/// A rule of the business.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Multiplies the score: above 100 percent lifts, below it buries.
    Weigh(Match, u16),
    /// A product at a place, counted from 0.
    Pin(String, u8),
    /// A number among the fields is at least this, in hundredths; unknown is less.
    AtLeast(String, i32),
    /// Pieces in stock; unknown is none.
    MinStock(u32),
    /// Price in percent of the current product's; nothing where there is none, and unknown prices are outside.
    PriceBand(u16, u16),
    /// At most so many of one category.
    MaxPerCategory(u8),
}

/// Which products a rule means.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// A category.
    Category(String),
    /// These products.
    Products(Vec<String>),
    /// A field has this value.
    Field(String, String),
}

/// One of several ways to fill a slot, of which the better is found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strategy {
    /// Stable key.
    pub key: String,
    /// Its sources, the first first.
    pub sources: Vec<Source>,
}

/// A recommendation in a slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cards {
    /// Sources, the first first; behind those of the strategy, where there are strategies.
    pub sources: Vec<Source>,
    /// How they are mixed.
    pub mix: Mix,
    /// Cards.
    pub count: u8,
    /// Fewest cards; with fewer the slot is not filled.
    pub min: u8,
    /// What is never recommended.
    pub exclude: Vec<Exclude>,
    /// Strength of rotation, in hundredths ([`later`](crate::recommend::later)).
    pub rotation_centi: u16,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Before the cards.
    pub before: Template,
    /// One card.
    pub card: Template,
    /// After the cards.
    pub after: Template,
    /// Why, in words, by [`RecommendationReason`]; `#` stands for the product or category. Empty where no card says why.
    pub reason_texts: Vec<String>,
    /// Currency that prices are written in: a catalogue in another one shows none.
    pub currency: String,
    /// Strategies to choose from; empty where there is nothing to choose.
    pub strategies: Vec<Strategy>,
}

impl Cards {
    /// Within every limit.
    pub fn is_valid(&self) -> bool {
        let short = |list: &[String]| list.len() <= PRODUCT_LIST_MAX;
        let of = |sources: &[Source]| {
            let lists = sources.iter().all(|source| !matches!(source, Source::List(_, list) if !short(list)));
            lists && sources.len() <= SOURCES_MAX
        };
        let mut strategies = self.strategies.iter();
        let strategies = strategies.all(|strategy| of(&strategy.sources) && strategy.key.len() <= KEY_BYTES_MAX);
        let rules =
            self.rules.iter().all(|rule| !matches!(rule, Rule::Weigh(Match::Products(list), _) if !short(list)));
        of(&self.sources)
            && strategies
            && rules
            && (1..=CARDS_MAX).contains(&usize::from(self.count))
            && self.strategies.len() <= STRATEGIES_MAX
            && self.rules.len() <= RULES_MAX
    }
}
