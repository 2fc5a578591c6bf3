//! Every limit, named once; checked where a thing is written and again where it is read.

/// Longest profile cookie value, in characters of base64url.
pub const COOKIE_CHARS_MAX: usize = 3_072;
/// Largest `Cookie` request header the parser looks at, in bytes.
pub const COOKIE_HEADER_BYTES_MAX: usize = 32 * 1024;
/// Live keys in a ring.
pub const KEYS_MAX: usize = 4;
/// Age at which a profile is refused, in days; also the cookie's `Max-Age`.
pub const PROFILE_AGE_DAYS_MAX: u32 = 400;
/// How far in the future a profile may be issued before it is refused, in seconds.
pub const CLOCK_SKEW_S_MAX: u32 = 300;
/// Categories remembered in a profile.
pub const INTERESTS_MAX: usize = 12;
/// Longest category key, in bytes.
pub const CATEGORY_BYTES_MAX: usize = 48;
/// Viewed products remembered in a profile.
pub const VIEWED_MAX: usize = 20;
/// Longest product key (SKU), in bytes: 50 characters of any script, the limit of Google's feeds.
pub const SKU_BYTES_MAX: usize = 200;
/// Campaigns whose impressions are remembered in a profile.
pub const SHOWN_MAX: usize = 32;
/// Lines remembered of a cart.
pub const CART_LINES_MAX: usize = 20;
/// Bought products remembered in a profile.
pub const ORDER_SKUS_MAX: usize = 12;
/// Pieces of a `Cookie` header that may be a visitor's cookie and are verified; with more nobody can say which is.
pub const COOKIE_CANDIDATES_MAX: usize = 16;
/// Longest consent cookie value, in characters of base64url.
pub const CONSENT_CHARS_MAX: usize = 128;
/// Longest value of a consent tool's cookie that is read, in bytes: browsers keep no longer one.
pub const TOOL_COOKIE_BYTES_MAX: usize = 4_096;
/// Longest name of a consent tool's cookie, and longest text that is looked for in it, in bytes.
pub const TOOL_TEXT_BYTES_MAX: usize = 128;
/// Logs of page scripts whose last number a profile remembers: one for each host of the site that is in use.
pub const LOGS_MAX: usize = 8;
/// Purchases whose transaction a profile remembers, so that a thank-you page that is opened again changes nothing.
pub const TRANSACTIONS_MAX: usize = 8;
/// Longest transaction id of the shop's, in bytes; only its hash is kept.
pub const TRANSACTION_BYTES_MAX: usize = 128;
/// Rows of the mailbox that one answer delivers.
pub const MAIL_MAX: usize = 32;
/// For how long the mailbox is asked at every beacon after a checkout, a purchase or a login, in seconds.
pub const MAILBOX_ASK_S: u32 = 3_600;
/// How long a row stays in the mailbox after a cookie has shown it, in seconds: a slow answer may set an older cookie.
pub const MAILBOX_KEEP_S: u32 = 3_600;
/// By how much an erasure reaches beyond its moment, in seconds: clocks of machines differ, and what one that is ahead
/// has just minted is erased, too.
pub const ERASE_MARGIN_S: u32 = 5;
/// For how long a page token may be used, in seconds: as long as a conversion waits for a late exposure.
pub const PAGE_TOKEN_TTL_S: u32 = 7 * 86_400;
/// Largest value of one order or conversion, in hundredths of the major unit: ten thousand million, because an order in dong or
/// rupiah is easily ten million.
pub const VALUE_CENTI_MAX: u64 = 1_000_000_000_000;
/// For how long a mint token may be used, in seconds.
pub const MINT_TTL_S: u32 = 86_400;
/// A visit ends after this long without a page, in seconds.
pub const VISIT_IDLE_S: u32 = 30 * 60;
/// In how many of its first bytes a page has to show how it opens, and its language.
pub const PRELUDE_BYTES_MAX: usize = 16 * 1024;
/// Largest bundle, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Segments in a bundle.
pub const SEGMENTS_MAX: usize = 100_000;
/// Largest rows of a [`Sieve`](crate::segment::Sieve), in bytes; attributes beyond it are asked one segment at a time.
pub const SIEVE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How deep segments may refer to each other.
pub const SEGMENT_DEPTH_MAX: usize = 16;
/// Distinct atoms in a bundle.
pub const ATOMS_MAX: usize = 400_000;
/// Slots in a bundle.
pub const SLOTS_MAX: usize = 64;
/// Campaigns in a bundle.
pub const CAMPAIGNS_MAX: usize = 4_096;
/// Contents in a bundle.
pub const CONTENTS_MAX: usize = 8_192;
/// Arms of a campaign.
pub const ARMS_MAX: usize = 16;
/// Ranges of buckets that the arms of a campaign may have after its changes of weights. What an author may write stays
/// below it: each change cuts each arm once at most.
pub const ARM_RANGES_MAX: usize = 1_024;
/// Changes of a campaign's weights.
pub const WEIGHT_CHANGES_MAX: usize = 32;
/// Changes of the weights of a bandit: a page token has a byte for their number.
pub const LEARNED_CHANGES_MAX: usize = 255;
/// Bandits that have weights.
pub const BANDITS_MAX: usize = 32;
/// Bytes of all weights of bandits.
pub const WEIGHTS_BYTES_MAX: usize = 512 * 1024;
/// Steps of a ramp.
pub const RAMP_STEPS_MAX: usize = 32;
/// Prerequisites of a campaign.
pub const REQUIRES_MAX: usize = 8;
/// How deep prerequisites may have prerequisites.
pub const REQUIRES_DEPTH_MAX: usize = 8;
/// Layers in a bundle.
pub const LAYERS_MAX: usize = 256;
/// Longest customer id of the shop's, in bytes; only its hash is kept.
pub const CUSTOMER_BYTES_MAX: usize = 128;
/// Locales of a site.
pub const LOCALES_MAX: usize = 64;
/// Hosts of a site.
pub const HOSTS_MAX: usize = 64;
/// Query parameters that conditions and contents of a bundle may ask.
pub const QUERY_KEYS_MAX: usize = 256;
/// Path patterns of one page type, or of `never_profile`.
pub const PATTERNS_MAX: usize = 256;
/// Longest key of a segment, slot, campaign, arm, content or page type, in bytes.
pub const KEY_BYTES_MAX: usize = 64;
/// Longest text value in a condition, in bytes.
pub const TEXT_BYTES_MAX: usize = 1_024;
/// Values of one `in` list.
pub const LIST_MAX: usize = 100_000;
/// Long lists in a bundle.
pub const LISTS_MAX: usize = 256;
/// Values of an `in` list that stay in the condition; a longer one becomes a list of the bundle.
pub const LIST_INLINE_MAX: usize = 16;
/// Distinct regular expressions in a bundle.
pub const PATTERNS_COMPILED_MAX: usize = 256;
/// States of one regular expression's automaton.
pub const PATTERN_STATES_MAX: usize = 4_096;
/// Largest automaton of one regular expression, in bytes.
pub const PATTERN_BYTES_MAX: usize = 64 * 1024;
/// Longest regular expression as written, in bytes.
pub const PATTERN_TEXT_BYTES_MAX: usize = 1_024;
/// Traits of a site, and of a visitor.
pub const TRAITS_MAX: usize = 16;
/// Longest value of a trait, in bytes.
pub const TRAIT_BYTES_MAX: usize = 32;
/// Bytes of the cookie that a trait takes at most: a hash, a length, the value.
pub const TRAIT_ENTRY_BYTES_MAX: usize = 4 + 1 + TRAIT_BYTES_MAX;
/// Bytes of the cookie that a signal takes at most: a hash, two sums, a day.
pub const SIGNAL_ENTRY_BYTES_MAX: usize = 4 + 5 + 5 + 3;
/// Values that a trait may have.
pub const TRAIT_VALUES_MAX: usize = 256;
/// Entries of a visitor's signals, and so signals of a site: one that measures `top` takes up to [`TOP_ENTRIES_MAX`].
pub const SIGNALS_MAX: usize = 16;
/// Values that a signal with `top` remembers at once: one with more than a fifth of the weight is always among them.
pub const TOP_ENTRIES_MAX: usize = 5;
/// Values that a signal with `top` may tell apart.
pub const TOP_VALUES_MAX: usize = 256;
/// Longest brand or variant of an item, in bytes.
pub const ITEM_TEXT_BYTES_MAX: usize = CATEGORY_BYTES_MAX;
/// Tests that a signal makes of an item.
pub const SIGNAL_TESTS_MAX: usize = 8;
/// Goals of a site.
pub const GOALS_MAX: usize = 64;
/// Changes of a time zone's offset that a bundle holds.
pub const ZONE_CHANGES_MAX: usize = 512;
/// Operations of one condition.
pub const PROGRAM_OPS_MAX: usize = 4_096;
/// Deepest stack a condition may need.
pub const PROGRAM_DEPTH_MAX: usize = 32;
/// Largest rendered content of one slot, in bytes.
pub const CONTENT_BYTES_MAX: usize = 64 * 1024;
/// Parts (literals and holes) of one template.
pub const TEMPLATE_PARTS_MAX: usize = 1_024;
/// Longest value put into one hole, in bytes before escaping.
pub const HOLE_BYTES_MAX: usize = 512;
/// Largest body of `POST /_attune/events`, in bytes.
pub const EVENTS_BYTES_MAX: usize = 16 * 1024;
/// Events in one beacon.
pub const EVENTS_MAX: usize = 32;
/// Items of one event or order.
pub const ITEMS_MAX: usize = 200;
/// Longest life of a preview token, in seconds.
pub const PREVIEW_TTL_S_MAX: u32 = 24 * 60 * 60;
/// Longest login token, in characters.
pub const LOGIN_CHARS_MAX: usize = 1_024;
/// Longest life of a login token, in seconds.
pub const LOGIN_TTL_S_MAX: u32 = 60 * 60;
/// How long what the shop's server says waits for its visitor, and how late it may say it, in seconds.
pub const MAILBOX_S: u32 = 90 * 86_400;
/// Entries of `[decision_header]`.
pub const DECISION_HEADERS_MAX: usize = 32;
/// Segments that one entry of `[decision_header]` tells the origin about.
pub const DECISION_HEADER_SEGMENTS_MAX: usize = 16;
/// Longest `Attune-Decision` request header, in bytes: half of what common servers take as one header.
pub const DECISION_HEADER_BYTES_MAX: usize = 4 * 1024;
/// For how long the origin may trust a decision, in seconds.
pub const DECISION_TTL_S: u32 = 60;
/// What catalogue and indexes may have together, in bytes: while new ones are loaded the old ones are still there, and
/// an isolate has 128 MiB.
pub const ARTIFACTS_BYTES_MAX: usize = 24 * 1024 * 1024;
/// Largest catalogue artifact, in bytes.
pub const CATALOG_BYTES_MAX: usize = ARTIFACTS_BYTES_MAX;
/// Products of a catalogue, gone ones included.
pub const CATALOG_ITEMS_MAX: usize = 1_000_000;
/// Extra and private fields of a catalogue.
pub const CATALOG_FIELDS_MAX: usize = 32;
/// Longest text of a catalogue, in bytes.
pub const CATALOG_TEXT_BYTES_MAX: usize = 2_048;
/// Names of categories that stand for another one.
pub const CATEGORY_ALIASES_MAX: usize = 1_024;
/// Categories of a catalogue.
pub const CATEGORIES_MAX: usize = 65_000;
/// Products in a live overlay.
pub const OVERLAY_ITEMS_MAX: usize = 200_000;
/// Largest body of live data, in bytes: that of a full overlay.
pub const LIVE_BYTES_MAX: usize = 32 + 16 * OVERLAY_ITEMS_MAX;
/// Product cards in one slot.
pub const CARDS_MAX: usize = 24;
/// Sources of one recommendation.
pub const SOURCES_MAX: usize = 8;
/// Strategies of one recommendation; fewer than two are none.
pub const STRATEGIES_MAX: usize = 6;
/// Strategies that a snapshot of posteriors knows.
pub const POSTERIORS_MAX: usize = 1_024;
/// Business rules of one recommendation.
pub const RULES_MAX: usize = 32;
/// Products of a curated or external list.
pub const PRODUCT_LIST_MAX: usize = 500;
/// Largest recommendation index, in bytes: what a paid isolate has room for beside the rest.
pub const INDEX_BYTES_MAX: usize = ARTIFACTS_BYTES_MAX;
/// Products of a recommendation index: an ordinal has 24 bits.
pub const INDEX_ITEMS_MAX: u32 = 1 << 24;
/// Latest clicks that a recommendation looks at.
pub const DECAY_STEPS: usize = 10;
/// Neighbours of one product in a recommendation index.
pub const NEIGHBOURS_MAX: usize = 100;
/// Products that come next after one, in a recommendation index.
pub const NEXT_MAX: usize = 50;
/// Popular products that a recommendation index lists.
pub const POPULAR_MAX: usize = 1_000;
/// Longest explanation in a response header, in bytes; a longer one is in the page only.
pub const EXPLAIN_HEADER_BYTES_MAX: usize = 8 * 1024;
/// Products of which a profile remembers that they were seen and not clicked.
pub const SEEN_MAX: usize = 64;
/// Draws of one visitor that a browser is given to decide with; a site with more decides on the server.
pub const DRAWS_MAX: usize = 1_000;
