//! The table of diagnostics: stable code, severity, title and explanation.
//!
//! A code is never used again for something else.

use crate::severity::Severity;
use serde::{Serialize, Serializer};

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosticInfo {
    /// The code.
    pub code: Code,
    /// Its text, such as `A0302`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Why it is refused and what to do, in a few sentences.
    pub explanation: &'static str,
}

macro_rules! diagnostics {
    ($( $id:ident $variant:ident $severity:ident $title:literal $explanation:literal; )*) => {
        /// The stable code of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( #[doc = concat!("`", $title, "`")] $variant, )* }

        /// Every diagnostic, in order of code.
        pub const DIAGNOSTICS: &[DiagnosticInfo] = &[ $( DiagnosticInfo {
            code: Code::$variant, id: stringify!($id), severity: Severity::$severity,
            title: $title, explanation: $explanation,
        }, )* ];

        impl Code {
            /// The code as written: `A0302`.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => stringify!($id), )* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )* }
            }
        }
    };
}

diagnostics! {
    A0101 Syntax Error "the file cannot be read as TOML or JSON" "The file breaks the rules of its format, often by a missing quote, bracket or comma. TOML files recover and the rest is still checked.";
    A0102 UnknownKey Error "this key means nothing here" "Unknown keys are refused, because a misspelt key would otherwise be a setting that silently does nothing.";
    A0103 WrongType Error "the value has the wrong type" "Text stands in quotes, numbers and true or false without, lists in [ ], tables in { } or under a [heading].";
    A0104 MissingKey Error "a required key is missing" "The table cannot be used without this key.";
    A0105 DefinedTwice Error "a name is defined twice" "All files form one configuration, so a name may be defined in one place only. Rename or delete one of the two.";
    A0106 BadName Error "this cannot be a name" "Names of segments, slots, campaigns, arms, contents and page types are lower-case letters, digits, `-` and `_`, at most 64 bytes, and begin with a letter or digit.";
    A0107 OutOfRange Error "the number is out of range" "The message says which numbers are possible.";
    A0108 OverLimit Error "a limit is exceeded" "Everything has a limit, so no configuration can make a page slow. The message names the limit.";
    A0109 NoSite Error "there is no [site]" "A configuration needs attune.toml with a [site] table. `attune init` writes one.";
    A0110 NotAChoice Error "the value is not one of the choices" "This key takes one of a few words.";

    A0201 UnknownTimezone Error "the time zone is unknown" "Zones are IANA names such as `Europe/London`.";
    A0202 BadHost Error "this is not a host name" "Hosts are written in lower case, without scheme, path or port: `www.example.com`.";
    A0203 BadLocale Error "this is not a locale" "Locales are BCP 47 tags such as `en-GB`: language in lower case, region in capitals.";
    A0204 UnknownCurrency Error "the currency is unknown" "Currencies are ISO 4217 codes such as `GBP`.";
    A0205 BadPattern Error "this is not a path pattern" "Patterns begin with `/`. A segment is text, `{sku}`, `{category}`, `{anything}` or `*`; a final `*` matches whatever follows.";
    A0206 UnknownRegion Error "the place is unknown" "Regimes are by country (ISO 3166-1 alpha-2, such as `GB`), `EU` or `other`.";
    A0207 BadSelector Error "this selector cannot be used" "Selectors are one compound of tag, `#id`, `.class`, `[attr]` and `[attr=\"value\"]`, without combinators.";
    A0208 BadPercent Error "this is not a percentage" "Percentages are numbers from 0 to 100 with at most two decimals.";
    A0209 PublicSuffix Error "the hosts have only a public suffix in common" "Hosts of one site share one cookie on the parent domain that they have in common. Browsers refuse a cookie for a domain of the public suffix list (publicsuffix.org), such as co.uk or github.io, where anybody can have a name. Without the cookie every page would see a new visitor. Serve the hosts as several sites, or list hosts of one domain of your own.";
    A0210 OutsideRoutes Warning "the Worker leaves these pages alone" "`ROUTES` in wrangler.toml lists the paths that are personalized. A page that [pages] or [decision_header] names and `ROUTES` does not have is passed on untouched. Where wrangler.toml has several environments, the ones whose `SITE` is the site's name count.";
    A0211 ManyHosts Warning "more hosts than a profile keeps apart" "The page script keeps a log of its own on every host, and a profile stores its position in eight of these logs. When a visitor uses more hosts at the same time, the last events of one host may count twice. List only the hosts that visitors use.";
    A0212 BadConsent Error "the source of consent cannot be used" "`tcf` and `gpp` may have `cookie`, the name of the cookie with the string. `cookie:NAME` needs `personalization` and `measurement`: for each purpose a text that stands in the cookie's value if the visitor agreed. A cookie without it is a refusal.";

    A0301 ConditionSyntax Error "the condition cannot be parsed" "Conditions are written in the Common Expression Language: `cart.items > 0 && page.type == \"home\"`.";
    A0302 UnknownAttribute Error "the attribute is unknown" "`attune explain attributes` lists every attribute with its type and meaning.";
    A0303 UnknownFunction Error "the function is unknown" "The functions of conditions are known, or_default, in_segment, days, hours, minutes, duration, timestamp, between, version, list, size, startsWith, endsWith, contains, matches, lowerAscii, geo.near and the attributes with arguments.";
    A0304 TypeMismatch Error "the types do not fit" "An attribute can only be compared with a constant of its own type.";
    A0305 UnknownValue Error "the attribute never has this value" "The attribute has a closed list of values, and this is not one of them, so the condition could never be true.";
    A0306 NotACondition Error "this is not a yes or no" "A condition, and every part of `&&`, `||`, `!` and `? :`, must be true or false.";
    A0307 BadConstant Error "the constant cannot be read" "Dates are \"2026-11-27\", durations duration(\"1h30m\"), hours(2) or days(7).";
    A0308 UnknownSegment Error "the segment is unknown" "in_segment names a segment of this configuration.";
    A0309 SegmentCycle Error "segments refer to each other in a circle" "A segment may use other segments, but following the references must come to an end.";
    A0310 BadArgument Error "the argument does not fit" "Attributes with an argument take one text in quotes: `cart.has(\"22423\")`, `interest[\"lanterns\"]`.";
    A0311 ConditionTooLarge Error "the condition is too large" "Split it into segments and use in_segment.";
    A0312 TwoAttributes Error "these two attributes cannot be compared" "Two attributes are compared when they are of one type: numbers and money in any order, texts by == and !=.";
    A0313 NeverTrue Warning "the condition can never be true" "Two of its parts exclude each other, such as `x > 5 && x < 3`, or it needs a value that the attribute never has, such as `time.hour > 23`. Whatever depends on it never happens.";
    A0314 BadPatternText Error "the regular expression cannot be used" "matches takes a regular expression of RE2. It is compiled to an automaton of at most 4,096 states and 64 KB, so that the edge needs one step a byte.";
    A0315 UnknownList Error "the list is unknown" "list names a list under [lists].";
    A0316 UnknownCategory Warning "the catalogue does not have this category" "A condition on a category that the catalogue does not have is never true, until the catalogue has it.";
    A0317 UnusedSegment Warning "nothing uses this segment" "No campaign and no other segment uses it. It is still computed for reports.";
    A0318 UnusedList Warning "no condition uses this list" "It is not part of the bundle.";
    A0319 BadList Error "the list cannot be used" "A list has `values`, or a `file` with one value a line; lines that begin with # are comments.";
    A0320 BadSignal Error "the signal cannot be used" "A signal with `top` has `values`, each once. The cookie has room for hashes only, so the list gives the names, and it shows which value of a condition is misspelt.";
    A0390 CelNotYet Error "this part of CEL means nothing in a condition" "The expression is valid CEL, but no attribute gives it a meaning here. The message says what to write instead.";

    A0401 UnknownSlot Error "the slot is unknown" "Slots are defined under [slots].";
    A0402 UnknownContent Error "the content is unknown" "Contents are defined under [content].";
    A0403 ShowsNothing Error "the campaign shows nothing, or in two ways" "A campaign has either `show` or `arms`, and at least one content in it.";
    A0404 EqualPriority Error "two campaigns of one slot have the same priority" "The higher priority wins a slot, so campaigns that share a slot need different priorities.";
    A0405 BadSchedule Error "the schedule cannot be used" "`during` has `from`, `until` or both, `from` before `until`.";
    A0406 SkippedTime Warning "this local time does not exist" "The clocks are put forward over it. `from` then means the first moment after the gap, `until` the last second before it.";
    A0407 DoubledTime Warning "this local time exists twice" "The clocks are put back over it. `from` then means the first of the two, `until` the second.";
    A0408 BadWeights Error "the weights cannot be used" "Weights are numbers of at least 0, and at least one is above 0. They are shares of their sum.";
    A0409 BadDuration Error "the length of time cannot be read" "Write a whole number and one of s, m, h, d, w: \"90m\", \"7d\".";

    A0410 NeverWins Warning "the campaign can never win" "Its conditions exclude each other, or a campaign of higher priority takes all of its slots whenever it could have them.";
    A0411 UnknownGoal Error "the goal is unknown" "Goals are defined under [goals].";
    A0412 NoPages Error "the slot is on no page" "`pages` of a slot names page types of [pages], at least one. Without `pages` a slot is on every page.";
    A0413 TakesEverywhere Warning "a recommendation may take products on pages without its slot" "A product appears once on a page, and slots choose in the order of priorities. Only `pages` of a slot says which pages have the slot. On a page without it, its products would be kept from the other slots, and nobody would see them. A campaign with a condition on the page is assumed to apply only where its slot is.";
    A0414 Past Warning "the schedule is over" "Its last moment is in the past, so it never applies again. Correct the year, or delete what it belongs to.";
    A0415 UnreachableGoal Warning "no event can reach the goal" "Browsers report GA4's events, and whatever a goal with `trust = \"browser\"` names. The shop's server reports orders and conversions.";
    A0416 NeverFinishes Warning "the experiment can never have a result" "A result needs visitors in every arm, and a goal that a few visitors cannot decide alone.";
    A0420 RunningChanged Error "a running test is changed" "Who is eligible, what the arms show and how visitors are shared out must stay as they are while a test runs: results from before and after a change cannot be added up. attune.lock has what was compiled before. Undo the change, or raise `phase`, which begins the test anew.";
    A0421 WeightsChanged Error "weights of a running test are changed without history" "A visitor keeps the arm that the weights gave when the visitor's id was made, so old weights must stay known. Leave them, and add the new ones to `weights` with their `from`.";
    A0422 HistoryChanged Error "the past of a running test is changed" "Changes of weights are only added, and begin in the future. A change of the past would move visitors who have an arm already.";
    A0423 PhaseFell Error "the phase is lower than before" "A phase that was used before would bring back its assignment, with visitors who have seen its arms. Phases only rise.";
    A0424 BadLock Error "attune.lock cannot be read" "`attune compile` writes attune.lock, and it is kept with the configuration. Restore it from version control, or delete it where no test is running.";
    A0430 BadRamp Error "the ramp cannot be used" "A ramp is a list of steps in order of time whose coverage never falls: once a visitor takes part, they stay. A campaign has `coverage` or `ramp`, not both.";
    A0431 BadWeightChange Error "the change of weights cannot be used" "`weights` is a list in order of time; each change names every arm of the campaign, and gives at least one a weight above 0.";
    A0432 BadLayer Error "the layer cannot be used" "A layer is a table under [layers]. Its shares name its campaigns, are 100 percent together at most, and all its campaigns go by the same unit.";
    A0433 FoundLayer Warning "experiments that share a slot, or a page of light intensity, are in one layer" "A page shows only one of the two, so a visitor who is in both would distort the results of both. Each visitor is in one of them. Name the layer to choose the shares, or write layer = \"none\" to let the priority decide.";
    A0434 BadPrerequisite Error "the prerequisite cannot be used" "`requires` names other campaigns and their arms. A chain of prerequisites ends, after 8 campaigns at most.";
    A0436 BadUnit Error "this cannot go by customer" "`sticky` compares the age of the visitor's id with the date of a change of weights. A customer has no such date, so `sticky` is for visitors only.";
    A0437 NearHundred Warning "the weights are nearly percentages" "Weights are shares of their sum. Those that add up to 90 or 110 are usually meant to add up to 100.";
    A0438 BadBandit Error "the weights cannot follow the results" "`bandit = true` is for a test by visitor with 2 to 10 arms and a `goal` of its own. Its weights begin as the arms say; then `attune steer` changes them once a day at most. A visitor keeps the arm of the first visit.";

    A0501 ContentBodies Error "the content has no body, or two" "A content has either `html` or `text` with the fields of its elements.";
    A0502 MissingLocale Error "a locale is missing" "Every locale of the site needs its text, unless `fallback = true` says that the first locale's will do.";
    A0503 UnknownLocale Error "the site does not have this locale" "Locales are listed in [site].";
    A0504 NoElement Error "the slot has no such element" "A field fills the element of the same name in the slot's `elements`.";
    A0505 UnknownField Error "there is no such text field" "`alt`, `title` and `aria-label` name a field of `text`, because their words are per locale.";
    A0506 NotForSlot Error "the content does not fit the slot" "A slot without elements takes html or exactly one text field.";
    A0507 UnusedContent Warning "no campaign shows this content" "It is not part of any page.";
    A0508 NoFile Error "the file is not there" "Paths are relative to the folder of attune.toml and use `/`.";
    A0509 UnusedFile Warning "no content uses this file" "It is not part of any page.";
    A0510 DangerousUrl Error "the URL would run code" "URLs with javascript:, vbscript: or data: (other than images) are refused after decoding, because they run as part of the page.";
    A0511 FieldMissing Error "a field is missing in one locale" "Every locale of a content has the same fields.";
    A0512 UnknownPath Warning "no page type has this path" "A link to a page of the site leads to a path that no pattern of [pages] has. It may be misspelt, or the page has no type yet, so no campaign can target it.";
    A0513 MarkupInText Warning "a text field has HTML in it" "A text field is text: its tags and character references are shown to the visitor as they are written. Write the characters themselves, or the content as an HTML file.";
    A0514 LongTitle Warning "the title is long" "A heading of more than 80 characters, without what its placeholders write, takes three lines on a phone. Put the rest into another field.";
    A0515 NoAsset Warning "the file of the site is not there" "`attune check --files FOLDER` names the folder that the site's files are served from, and a picture or a link is not among them.";

    A0601 PlaceholderSyntax Error "the placeholder cannot be read" "Placeholders are `{{attribute | filter}}`, such as `{{cart.value | money}}` or `{{top_interest.name | title | default: 'gifts'}}`.";
    A0602 UnknownFilter Error "the filter is unknown" "Filters are plural, money, number, date, percent, title and default.";
    A0603 WrongFilter Error "the filter does not suit the value" "plural and percent take numbers, money and number take money, date takes dates, title takes text.";
    A0604 NeedsFilter Error "the value needs a filter" "Money and dates are written in many ways, so say which; a yes or no and a length of time cannot be written.";
    A0605 PluralForms Error "the number of plural forms is wrong" "Each language has its own number of forms, by the rules of CLDR. The message says which ones.";
    A0606 LocaleData Error "this locale's conventions are not known" "Money, dates and plurals are written by a table of locales, and this one is not in it.";
    A0607 UnsafePlace Error "a placeholder cannot stand here" "A value can be made safe between tags, in the path of a link or picture, and in quoted attributes that every framework treats as text: title, alt, lang, class, aria-*, value, and data-* of a list. No other attribute takes one, because frameworks run what stands in attributes of any name (`x-data`, `@click`, `:href`).";
    A0608 UnsafeUrl Error "a placeholder cannot stand in this part of the URL" "A placeholder is a whole URL, or comes after its path began. It cannot be part of the scheme or the host, and no value may make the URL lead to another site: as a whole URL, only `item.url` and `item.image` of the catalogue may have a host, and any other value must be a path.";
    A0610 Unclosed Error "an element is not closed" "An element that is left open would take in what follows the content. Every element but void ones (br, img, ...) needs its end tag.";
    A0611 StrayEnd Error "an end tag closes nothing" "An end tag that content did not open would close the slot around it.";
    A0612 ForbiddenElement Error "the element cannot be in a content" "html, head, body, base, frames, plaintext and a doctype act on the whole page, not on a slot.";
    A0613 Unfinished Error "the markup ends in the middle" "A comment, a tag, a quoted value or raw text (script, style, ...) is not closed, so it would take in what follows the content.";
    A0614 BadNesting Error "browsers would change this nesting" "The HTML parser closes or moves elements here, so the page would not be what is written.";
    A0615 TooLarge Error "the content is too large" "A slot takes at most 64 KB and a template at most 1,024 parts.";
    A0616 ItemOutside Error "a product's field stands outside its card" "`item.*` is only known in a card: between `{{#items}}` and `{{/items}}` of a card's file.";
    A0617 CardBlock Error "the card needs exactly one block" "A card's file has one `{{#items}} ... {{/items}}` between tags, and what is in it is whole elements.";
    A0618 PrivateField Error "the field is private or unknown" "Cards may show, and conditions may use, the fields that [catalog] lists in `extra`. Fields in `private` are for rules only.";

    A0701 FeedFormat Error "the feed cannot be read" "Feeds are Google Merchant XML, TSV, CSV, JSON or JSON Lines, by the ending of their name.";
    A0702 FeedRows Warning "some rows of the feed have problems" "The rest is used. The message says how many, and what became of them.";
    A0703 BadColumn Error "there is no such field" "Fields beyond the known ones are listed in [catalog], in `extra` or `private`, each once.";
    A0704 NoCatalog Error "there is no catalogue" "Recommendations are made from the products of [catalog], and conditions on product.* need them.";
    A0705 UnknownSource Error "the source is unknown" "Sources are session, goes-with, goes-with-cart, goes-with-last-order, similar, category-popular, popular, viewed, and the lists under [product_lists].";
    A0706 NoCard Error "there is no card" "A recommendation, or the slot that shows it, names the HTML file of a card.";
    A0707 UnknownProduct Warning "the catalogue has no such product" "It may have been taken out of the feed, or its key is misspelt.";
    A0708 BadProductList Error "the list of products cannot be used" "A list of products has `products`, `file` or `sales`, and 1 to 500 products of the catalogue.";
    A0709 BadRule Error "the rule cannot be used" "The message says what a rule of this kind looks like.";
    A0710 FeedLoss Error "too much of the feed is lost" "A feed that loses more than a tenth of its products, or of their prices, is broken where it is made. It is better to keep the catalogue of yesterday.";
    A0711 CategoriesApart Warning "the feed and the site name categories differently" "Categories of feeds, pages, events and conditions meet in one key. Where a shop has two names for one, [catalog] category_aliases says so.";
}

impl Code {
    /// Its row of the table.
    pub fn info(self) -> Option<&'static DiagnosticInfo> {
        DIAGNOSTICS.iter().find(|info| info.code == self)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
