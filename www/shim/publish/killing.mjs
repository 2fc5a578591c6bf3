/** Kills and revivals: statements that are added to the kill list, whatever is published meanwhile. */

import { joinKills, readStatement, statementApprovals, STATEMENTS_MAX } from "../kills.mjs";
import { sha256 } from "../signature.mjs";
import { base64, bytesOf, fieldsOf, messageOf } from "./desk.mjs";
import { commit } from "./history.mjs";
import { Refusal } from "./refusal.mjs";

/** @typedef {import("./desk.mjs").Desk} Desk */
/** @typedef {import("../kills.mjs").Statement} Statement */
/** @typedef {{ id: string, file: Uint8Array<ArrayBuffer>, message: string }} Sent */

/** The longest key of a campaign; `KEY_BYTES_MAX` of the core. */
const CAMPAIGN_BYTES_MAX = 64;
/** By how much the clock of who signs may be ahead. */
const AHEAD_MAX_S = 60;

/**
 * The statement in a body, and whether it is in the list already.
 * @param {Desk} desk
 * @param {Uint8Array | null} bytes
 * @returns {Promise<Sent & { kind: "kill" | "revive", serial: number | null }>}
 */
export async function readSent({ store, terms, key, now_s }, bytes) {
  const fields = fieldsOf(bytes, /** @type {const} */ (["statement", "message"]));
  const message = messageOf(fields.message);
  const file = bytesOf(fields.statement, "statement");
  const { statement, id } = await checked(file, terms.site, now_s);
  const role = statement.kind === "kill" ? "kill" : "publish";
  if (!key.roles.includes(role)) throw new Refusal("role", `key ${key.id} has ${key.roles.join("+")}; this takes ${role}`);
  const { by } = await statementApprovals(statement, terms);
  if (by.length === 0) throw new Refusal("invalid_statement", `no key for ${role} has signed it`);
  const kept = store.statements().find((one) => one.id === id && readStatement(one.file).kind === statement.kind);
  return { id, file, message, kind: statement.kind, serial: kept?.serial ?? null };
}

/**
 * @param {Uint8Array<ArrayBuffer>} file
 * @param {string} site
 * @param {number} now_s
 */
async function checked(file, site, now_s) {
  try {
    const statement = readStatement(file);
    if (statement.site !== site) throw new Error(`the statement is for the site ${statement.site}`);
    if (statement.envelope.body.length - file[12] - 18 > CAMPAIGN_BYTES_MAX) throw new Error(`the key of a campaign has at most ${CAMPAIGN_BYTES_MAX} bytes`);
    if (statement.made_s > now_s + AHEAD_MAX_S) throw new Error("the statement was made ahead of now");
    return { statement, id: await sha256(statement.envelope.body) };
  } catch (error) {
    throw new Refusal("invalid_statement", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Adds a statement to the list; `null` where it has too few signatures for it.
 * @param {Desk} desk
 * @param {Sent} sent
 */
export async function publishStatement(desk, { id, file, message }) {
  const { store, terms } = desk;
  const statement = readStatement(file);
  const { kind, number } = statement;
  const { nextKill: next } = store.present();
  if (number !== next) throw new Refusal("invalid_statement", `the statement has the number ${number}; the next one is ${next}`, { next });
  const { by, isEnough } = await statementApprovals(statement, terms);
  if (!isEnough) return null;
  const kept = inEffect(store.statements(), statement);
  if (kept.length >= STATEMENTS_MAX) throw new Refusal("too_many_kills", `${STATEMENTS_MAX} campaigns are killed already`);
  const kills = await sha256(joinKills([...kept.map((one) => one.file), file]));
  return commit(desk, { by, action: kind, statement: base64(file), message }, (serial) => {
    if (kept.length === 0) store.sql.exec("DELETE FROM statements");
    else store.sql.exec(`DELETE FROM statements WHERE number NOT IN (${kept.map((one) => one.number).join()})`);
    store.sql.exec("INSERT INTO statements VALUES (?, ?, ?, ?)", number, id, serial, file);
    store.sql.exec("DELETE FROM drafts WHERE id = ?", id);
    store.setPresent({ kills, nextKill: number + 1 });
  });
}

/**
 * The statements that another one leaves with a meaning: it takes the place of those about the same campaign, and one about everything
 * takes the place of all. Revivals, which mean nothing without an earlier kill, stay while there is room, so that the list can be read.
 * @param {import("./store.mjs").Kept[]} statements
 * @param {Statement} statement
 */
function inEffect(statements, { key }) {
  const kept = statements.map((one) => ({ ...one, ...readStatement(one.file), number: one.number })).filter((one) => key !== "" && one.key !== key);
  return kept.length < STATEMENTS_MAX ? kept : kept.filter(({ kind }) => kind === "kill");
}
