// A host that has files in memory, and nothing else.

/**
 * @typedef {object} Memory
 * @property {Map<string, Uint8Array>} files
 * @property {string} out
 * @property {string} err
 */

/**
 * @param {Map<string, Uint8Array | string> | Record<string, Uint8Array | string>} files path to contents
 * @param {{ input?: Uint8Array | string, now_ms?: number }} options
 */
export function memory(files, { input = "", now_ms } = {}) {
  const encoder = new TextEncoder();
  const bytes = (/** @type {Uint8Array | string} */ contents) => (typeof contents === "string" ? encoder.encode(contents) : contents);
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  /** @type {Map<string, Uint8Array>} */
  const held = new Map(entries.map(([path, contents]) => [plain(path), bytes(contents)]));
  const decoder = new TextDecoder();
  /** Below a folder, the rest of each path. @param {string} folder */
  const inside = (folder) => {
    const prefix = plain(folder) === "" ? "" : `${plain(folder)}/`;
    return [...held.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  };
  /** @type {Memory} */
  const seen = { files: held, out: "", err: "" };
  const host = {
    /** @param {string} path */
    read(path) {
      const contents = held.get(plain(path));
      if (contents === undefined) throw coded(host.kind(path) === "folder" ? "EISDIR" : "ENOENT");
      return contents;
    },
    input: () => bytes(input),
    /** @param {string} path */
    kind: (path) => (held.has(plain(path)) ? "file" : inside(path).length > 0 ? "folder" : undefined),
    /** @param {string} folder */
    names(folder) {
      const names = new Set(inside(folder).map((rest) => rest.split("/")[0]));
      if (names.size === 0) throw coded("ENOENT");
      return [...names];
    },
    /** @param {string} path @param {Uint8Array} contents */
    write: (path, contents) => void held.set(plain(path), contents.slice()),
    /** @param {string} path @param {Uint8Array} contents @param {boolean} isNew */
    writePrivate(path, contents, isNew) {
      if (isNew && held.has(plain(path))) throw coded("EEXIST");
      host.write(path, contents);
    },
    /** @param {string} from @param {string} to */
    rename(from, to) {
      host.write(to, host.read(from));
      held.delete(plain(from));
    },
    makeFolder() {},
    makePrivateFolder() {},
    /** @param {string} path */
    removeFolder(path) {
      for (const rest of inside(path)) held.delete(plain(`${path}/${rest}`));
    },
    temporaryFolder: () => "/tmp",
    /** @param {string} path */
    absolute: (path) => `/${plain(path)}`,
    /** @param {Uint8Array} text */
    print: (text) => void (seen.out += decoder.decode(text)),
    /** @param {string} text */
    printError: (text) => void (seen.err += text),
    isTerminal: () => false,
    isInteractive: () => false,
    readLine: () => "",
    readSecret: absent,
    hasColour: () => false,
    start: absent,
    now: () => now_ms ?? Date.now(),
    clock: () => performance.now(),
    sleep() {},
    /** @param {number} count */
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    variable: () => undefined,
    platform: () => "",
    run: absent,
    pageCore: () => undefined,
    browser: () => undefined,
    http: absent,
  };
  return { host, seen };
}

/** A path without `.` and what leads nowhere. @param {string} path */
function plain(path) {
  /** @type {string[]} */
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** What needs more than files. @returns {never} */
function absent() {
  throw coded("ENOTSUP");
}

/** @param {string} code */
function coded(code) {
  return Object.assign(new Error(code), { code });
}
