// What the shim uses of the Workers platform, beyond the web standards that TypeScript's own libraries
// describe. Kept by hand: the whole of the platform's types would be the largest package of the project.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "cloudflare:workers" {
  export class DurableObject {
    constructor(ctx: unknown, env: unknown);
    ctx: unknown;
    env: unknown;
  }
  export class WorkerEntrypoint {
    constructor(ctx: unknown, env: unknown);
    env: { ORDERS?: unknown; LEDGER?: ObjectNamespace; LEDGER_SHARDS?: string; PUBLISHER?: ObjectNamespace; EXPORT?: Bucket };
  }
}

/** Bytes in, the same bytes out, without a trip through JavaScript. */
declare class IdentityTransformStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Hashes what is written to it. */
declare class DigestStream extends WritableStream<Uint8Array> {
  constructor(algorithm: "SHA-256");
  readonly digest: Promise<ArrayBuffer>;
}

interface Crypto {
  readonly DigestStream: typeof DigestStream;
}

interface ReadableStream<R> {
  [Symbol.asyncIterator](): AsyncIterator<R>;
}

interface Headers {
  /** Each `Set-Cookie` header on its own. */
  getSetCookie(): string[];
}

/** A stream that carries exactly so many bytes. */
declare class FixedLengthStream {
  constructor(bytes: number);
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** A Workers KV namespace, as the publisher writes it. */
interface WritableStore {
  get(key: string, options: { type: "stream" }): Promise<ReadableStream<Uint8Array> | null>;
  put(key: string, value: string | Uint8Array | ReadableStream<Uint8Array>, options?: { expirationTtl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** An R2 bucket, as the export writes it. */
interface Bucket {
  head(key: string): Promise<BucketObject | null>;
  get(key: string): Promise<(BucketObject & { arrayBuffer(): Promise<ArrayBuffer> }) | null>;
  /** Nothing where the condition does not hold. */
  put(key: string, value: string | ArrayBuffer | Uint8Array, options?: BucketLabels & { onlyIf?: { etagMatches?: string; etagDoesNotMatch?: string } }): Promise<BucketObject | null>;
  delete(key: string): Promise<void>;
  createMultipartUpload(key: string, options?: BucketLabels): Promise<BucketUpload>;
  resumeMultipartUpload(key: string, uploadId: string): BucketUpload;
}

interface BucketObject {
  readonly size: number;
  readonly etag: string;
  readonly customMetadata?: Record<string, string>;
}

interface BucketLabels {
  httpMetadata?: { contentType?: string };
  customMetadata?: Record<string, string>;
}

interface BucketUpload {
  readonly uploadId: string;
  uploadPart(partNumber: number, value: ArrayBuffer): Promise<{ readonly etag: string }>;
  complete(parts: { partNumber: number; etag: string }[]): Promise<BucketObject>;
  abort(): Promise<void>;
}

/** A binding of Durable Objects. */
interface ObjectNamespace {
  idFromName(name: string): { equals(other: unknown): boolean };
  get(id: unknown): any;
}

/** The storage of a Durable Object, as far as it is used here. */
interface ObjectStorage {
  sql: { exec(query: string, ...values: (string | number | null | Uint8Array)[]): { toArray(): Record<string, any>[]; readonly rowsWritten: number } };
  transactionSync<T>(work: () => T): T;
  getAlarm(): Promise<number | null>;
  setAlarm(at_ms: number): Promise<void>;
  /** Ends when everything written before is on disk. */
  sync(): Promise<void>;
}
