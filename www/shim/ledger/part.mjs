/**
 * An object of the bucket that is being written. Its beginning is in parts that R2 keeps apart, and in the object `.part` beside it: where
 * to go on, and the bytes that do not fill a part yet. Only a whole object has its own name.
 */

import { within } from "../publish/patience.mjs";
import { Refusal } from "../publish/refusal.mjs";
import { PART_BYTES, PARTS_MAX } from "./limits.mjs";

/**
 * Where it goes on.
 * @typedef {object} State
 * @property {string} run that has begun it
 * @property {number} begun_s
 * @property {string} next cursor of the next page; empty for the first
 * @property {number} bytes
 * @property {number} rows
 * @property {string | null} upload id of the parts, where there are some
 * @property {string[]} parts their etags
 */

const LINE_END = 10;

/** @param {string} key of an object */
const beside = (key) => `${key}.part`;

/** What R2 says where the parts are gone or are not those that were written: no such upload, an invalid part, parts of several sizes. */
const LOST = /\((10024|10025|10048)\)/;

export class Part {
  /** What `.part` has. @type {State} */
  #state;
  /** Of `.part`, where there is one. @type {string | null} */
  #etag;
  /** Bytes that do not fill a part yet. @type {Uint8Array<ArrayBuffer>[]} */
  #tail;
  /** @type {number} */
  #tail_bytes;
  /** @type {Bucket} */
  #bucket;
  /** @type {string} */
  #key;
  /** Parts that were written since `.part` was. */
  written = 0;

  /** @param {Bucket} bucket @param {string} key @param {State} state @param {string | null} etag @param {Uint8Array<ArrayBuffer>} tail */
  constructor(bucket, key, state, etag, tail) {
    this.#bucket = bucket;
    this.#key = key;
    this.#state = state;
    this.#etag = etag;
    this.#tail = [tail];
    this.#tail_bytes = tail.length;
  }

  /**
   * What this run has of an object, or an empty beginning. What another run has begun is of another time, and is thrown away.
   * @param {Bucket} bucket
   * @param {string} key
   * @param {string} run
   * @param {number} now_s
   */
  static async open(bucket, key, run, now_s) {
    const fresh = { run, begun_s: now_s, next: "", bytes: 0, rows: 0, upload: null, parts: [] };
    const found = await within(bucket.get(beside(key)));
    if (found === null) return new Part(bucket, key, fresh, null, new Uint8Array(0));
    const bytes = new Uint8Array(await within(found.arrayBuffer()));
    const end = bytes.indexOf(LINE_END);
    /** @type {State | null} */
    const state = jsonIn(bytes.subarray(0, Math.max(end, 0)));
    const part = new Part(bucket, key, state ?? fresh, found.etag, bytes.subarray(end + 1));
    if (state?.run === run) return part;
    await part.drop();
    return new Part(bucket, key, fresh, null, new Uint8Array(0));
  }

  /** What is beside a whole object is left over. @param {Bucket} bucket @param {string} key */
  static forget(bucket, key) {
    return within(bucket.delete(beside(key)));
  }

  /** The cursor of the next page. */
  get next() {
    return this.#state.next;
  }

  get size() {
    const { bytes, rows } = this.#state;
    return { bytes, rows };
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes whole lines, or a piece of them */
  async add(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + PART_BYTES - this.#tail_bytes);
      this.#tail.push(piece);
      this.#tail_bytes += piece.length;
      at += piece.length;
      if (this.#tail_bytes === PART_BYTES) await this.#upload();
    }
    this.#state.bytes += bytes.length;
    for (const byte of bytes) if (byte === LINE_END) this.#state.rows += 1;
  }

  /** Writes down where it goes on. @param {string} next */
  async save(next) {
    this.#state.next = next;
    const body = await joined([new TextEncoder().encode(`${JSON.stringify(this.#state)}\n`), ...this.#tail]);
    const saved = await within(this.#bucket.put(beside(this.#key), body, unlessChanged(this.#etag)));
    if (saved === null) throw new Refusal("busy", "another run writes this object");
    this.#etag = saved.etag;
    this.written = 0;
  }

  /** Gives the whole object its name. */
  async finish() {
    const { upload, parts } = this.#state;
    if (upload === null) {
      await within(this.#bucket.put(this.#key, await joined(this.#tail), this.#labels()));
    } else {
      if (this.#tail_bytes > 0) await this.#upload();
      await within(this.#bucket.resumeMultipartUpload(this.#key, upload).complete(parts.map((etag, at) => ({ partNumber: at + 1, etag }))));
    }
    if (this.#etag !== null) await Part.forget(this.#bucket, this.#key);
  }

  /** After a failure: what nothing refers to, or can be gone on with, is thrown away. @param {unknown} error */
  async giveUp(error) {
    if (this.#etag === null || (error instanceof Error && LOST.test(error.message))) await this.drop().catch(() => {});
  }

  /** Throws a beginning away. */
  async drop() {
    const { upload } = this.#state;
    if (this.#etag !== null) await Part.forget(this.#bucket, this.#key);
    // It may be gone already: R2 throws unfinished ones away itself after seven days.
    if (typeof upload === "string") await within(this.#bucket.resumeMultipartUpload(this.#key, upload).abort()).catch(() => {});
  }

  async #upload() {
    const { parts } = this.#state;
    if (parts.length === PARTS_MAX) throw new Refusal("too_large", `it has more than ${PARTS_MAX * PART_BYTES} bytes`);
    this.#state.upload ??= (await within(this.#bucket.createMultipartUpload(this.#key, this.#labels()))).uploadId;
    const upload = this.#bucket.resumeMultipartUpload(this.#key, this.#state.upload);
    parts.push((await within(upload.uploadPart(parts.length + 1, await joined(this.#tail)))).etag);
    [this.#tail, this.#tail_bytes] = [[], 0];
    this.written += 1;
  }

  #labels() {
    const { run, begun_s } = this.#state;
    return { httpMetadata: { contentType: "application/x-ndjson" }, customMetadata: { run, begun_s: String(begun_s) } };
  }
}

/** Writes only if the object still has this etag, or if there is still none. @param {string | null | undefined} etag */
export const unlessChanged = (etag) => ({ onlyIf: typeof etag === "string" ? { etagMatches: etag } : { etagDoesNotMatch: "*" } });

/** Nothing where somebody else has put something here. @param {Uint8Array<ArrayBuffer> | ArrayBuffer} bytes */
export function jsonIn(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** @param {Uint8Array<ArrayBuffer>[]} pieces */
const joined = (pieces) => new Blob(pieces).arrayBuffer();
