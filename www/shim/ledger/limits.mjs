/** Every limit of the ledger, named once. */

/** A message's body. */
export const BODY_BYTES_MAX = 512 * 1024;
export const UNITS_MAX = 64;
/** Of a unit in one message. */
export const EXPOSURES_MAX = 32;
export const EVENTS_MAX = 64;
/** Of an event or an order. */
export const GOALS_MAX = 64;
/** Of an exposure. */
export const SLICES_MAX = 4;
export const COVARIATES_MAX = 8;
/** Counters of one message, and their names on one day. */
export const COUNTS_MAX = 256;
export const COUNT_NAMES_MAX = 10_000;
/** Units of an order, also over all its messages. */
export const ORDER_UNITS_MAX = 8;

/** Letters of a name of an experiment, an arm, a goal, a slice, a covariate, and of an event's id. */
export const NAME_LENGTH_MAX = 128;
export const COUNT_LENGTH_MAX = 256;

/** A value, a factor of a ratio or a covariate of one event, either way: ten thousand million of the major unit. */
export const AMOUNT_MAX = 1e12;
export const EPOCH_MAX = 1e9;

/** What is held of one unit: together with AMOUNT_MAX this keeps a unit's totals safe integers. */
export const EVENTS_HELD_MAX = 4096;
export const EXPOSURES_HELD_MAX = 256;

export const DAY_S = 86_400;
export const DAY_MINUTES = 1_440;
/** How long an event waits for a late exposure, and rows outlive their window. */
export const WAIT_S = 7 * DAY_S;
/** No moment is later than this after `now_s`. */
export const AHEAD_S_MAX = DAY_S;
/** The longest window of a goal, and how long a row may live: with a year of lifetime value. */
export const WINDOW_S_MAX = 400 * DAY_S;
export const KEEP_S_MAX = WINDOW_S_MAX + WAIT_S;
/** Idempotency keys, and orders at least, so that a late refund finds its order. */
export const KEYS_KEEP_S = 90 * DAY_S;
export const COUNTS_KEEP_S = 400 * DAY_S;
/** 9999-12-31: no later moment is read. */
export const MOMENT_S_MAX = 253_402_300_799;

/** Requests that are being answered; more are sent away for a second. */
export const REQUESTS_MAX = 128;
export const RETRY_AFTER_S = 1;

/** Rows that one turn reads for an answer, or deletes. */
export const PAGE_ROWS = 5_000;
export const EXPORT_ROWS_MAX = 5_000;
/** Rows that one page of the export looks at: those of other days are passed over. */
export const SCAN_ROWS = 20_000;

/** A part of an object in a bucket. R2 takes parts of 5 MiB and more, all of one size but for the last. */
export const PART_BYTES = 8 * 1024 * 1024;
export const PARTS_MAX = 1_000;
/** What one call of the export to a bucket does: pages of so many rows, until it has written so many parts. */
export const STEP_PAGES = 64;
export const STEP_ROWS = 1_000;
export const STEP_PARTS = 2;
/** Of the sums of a day and shard, which one call writes. */
export const SUMS_BYTES_MAX = 32 * 1024 * 1024;

/** Deliveries at a time, and the longest pause after failures. */
export const DELIVERIES_MAX = 32;
export const RETRY_MS_MIN = 1_000;
export const RETRY_MS_MAX = 3_600_000;

export const SHARDS_MAX = 16;
