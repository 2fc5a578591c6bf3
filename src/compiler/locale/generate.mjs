// Writes table.rs: how money and dates are written, by locale, from the CLDR data that Node carries.
//
//     node src/compiler/locale/generate.mjs > src/compiler/locale/table.rs
//
// The table belongs to one CLDR release, so another Node may write another table. No test compares them: raise the
// release here and review the differences.
import process from "node:process";

const CLDR = "48";

const LOCALES = `
  bg-BG cs-CZ da-DK de-AT de-CH de-DE de-LI de-LU el-GR en-AU en-CA en-GB en-IE en-NZ en-SG en-US en-ZA es-AR es-CL
  es-CO es-ES es-MX es-PE es-US et-EE fi-FI fr-BE fr-CA fr-CH fr-FR fr-LU hr-HR hu-HU is-IS it-CH it-IT ja-JP ko-KR
  lt-LT lv-LV nb-NO nl-BE nl-NL nn-NO pl-PL pt-BR pt-PT ro-RO sk-SK sl-SI sv-FI sv-SE tr-TR uk-UA zh-CN zh-HK zh-TW
`.trim().split(/\s+/);

// Currencies beyond these are written with their code in every locale.
const CURRENCIES = `
  GBP EUR USD BGN CZK HUF PLN SEK NOK DKK ISK TRY UAH JPY CNY HKD TWD KRW AUD NZD CAD SGD ZAR MXN BRL ARS CLP COP PEN INR
`.trim().split(/\s+/);

// The locale whose symbols are the common ones: rows list only what differs.
const COMMON = "en-GB";

/** The parts of an amount, with thousands separated from 1,000 on. */
const amount = (tag, currency) =>
  new Intl.NumberFormat(tag, { style: "currency", currency, minimumFractionDigits: 2, useGrouping: "always" })
    .formatToParts(1234.5);

const part = (parts, type) => parts.find((part) => part.type === type)?.value ?? "";

const symbol = (tag, currency) => part(amount(tag, currency), "currency");

const common = new Map(CURRENCIES.map((currency) => [currency, symbol(COMMON, currency)]));

/** A string literal of Rust. Spaces other than the usual one are written as escapes. */
const literal = (text) =>
  JSON.stringify(text).replace(/(?! )\p{Zs}/gu, (space) => `\\u{${space.codePointAt(0).toString(16)}}`);

function row(tag) {
  // A symbol without letters, where there is one: next to letters ICU adds a gap that the locale does not have.
  const currency = CURRENCIES.find((currency) => !/\p{L}$/u.test(symbol(tag, currency))) ?? CURRENCIES[0];
  const parts = amount(tag, currency);
  const at = (type) => parts.findIndex((part) => part.type === type);
  const date = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" });
  const dateParts = (month) => date.formatToParts(Date.UTC(2026, month, 9));
  const holes = { day: "{d}", month: "{m}", year: "{y}" };
  const pattern = dateParts(0).map((part) => holes[part.type] ?? part.value).join("");
  const months = Array.from({ length: 12 }, (_, month) => part(dateParts(month), "month")).join("|");
  const own = CURRENCIES.filter((currency) => symbol(tag, currency) !== common.get(currency));
  const texts = [
    part(parts, "literal"),
    part(parts, "decimal"),
    part(parts, "group"),
    pattern,
    months,
    own.map((currency) => `${currency}=${symbol(tag, currency)}`).join(" "),
  ];
  return `    Row(${literal(tag)}, ${at("currency") < at("integer")}, ${texts.map(literal).join(", ")}),`;
}

if (process.versions.cldr?.split(".")[0] !== CLDR) {
  throw new Error(`the table is of CLDR ${CLDR}, and this Node has ${process.versions.cldr}`);
}

// Without a symbol of its own, a currency is written with its code.
const symbols = [...common].filter(([currency, symbol]) => symbol !== currency);

process.stdout.write(`//! How money and dates are written, by locale. Written by generate.mjs: change that, not this.
//!
//! The rows are facts of the Unicode CLDR (release ${CLDR}), read through ICU. Two things are simpler here:
//! thousands are separated from 1,000 on in every locale, and currencies beyond the listed ones are written
//! with their code.

/// Tag, symbol before the number, gap between symbol and number, decimal separator, thousands separator,
/// date pattern, months, and symbols that differ from [\`SYMBOLS\`].
pub(super) struct Row(
    pub(super) &'static str,
    pub(super) bool,
${"    pub(super) &'static str,\n".repeat(6)});

/// Symbols of currencies, unless a locale has its own.
pub(super) const SYMBOLS: &[(&str, &str)] = &[
${symbols.map(([currency, symbol]) => `    (${literal(currency)}, ${literal(symbol)}),`).join("\n")}
];

/// Every supported locale, by tag.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
${LOCALES.map(row).join("\n")}
];
`);
