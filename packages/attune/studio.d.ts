/** The commands that ask a configuration, for programs: nothing outside of the files that are given is read or written. */

export interface Answer {
  /** 0: all is well. 1: the answer is no. 2: the command cannot be carried out. */
  code: number;
  /** Standard output: JSON with `--format json`, and always of `decide`. */
  out: string;
  /** Standard error. */
  err: string;
  /** The files as they are afterwards. */
  files: Map<string, Uint8Array>;
}

export interface AskOptions {
  /** Standard input, for what is given as `-`. */
  input?: Uint8Array | string;
  /** The present moment, in milliseconds since 1970. */
  now_ms?: number;
}

/**
 * Runs a command of the tool (`check`, `compile`, `decide`, `why`, `test`, `simulate`, `init`, `html`, `schema`, `explain`) on files in memory.
 * @param words what stands behind `attune` on the command line
 * @param files path to contents; the paths have `/` between their parts
 */
export declare function ask(words: string[], files: Map<string, Uint8Array | string> | Record<string, Uint8Array | string>, options?: AskOptions): Answer;

/** The version of the tool. */
export declare const version: string;
