// Two who publish at the same moment, again and again, while visitors look at pages:
//   node tests/edge/races.mjs [ROUNDS]
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { fileId, newSigningKey, publicKeyHex } from "../../xtask/manifest.mjs";
import { workplace } from "./attune.mjs";
import { startEdge } from "./harness.mjs";
import { lookOn, wordFor } from "./onlookers.mjs";
import { publisherOf } from "./publisher.mjs";
import { EAGER, greeting } from "./shelf.mjs";

const WHO = ["a", "b"];
const AHEAD_MS_MAX = 4;

/**
 * One round: both upload and sign a version behind the present one, and send it. The answer says who was first.
 * @param {ReturnType<typeof publisherOf>[]} people @param {number} round
 */
async function once(people, round) {
  const bundles = WHO.map((who) => greeting(wordFor(round, who)));
  const files = await Promise.all(
    people.map(async (one, at) => {
      await one.upload(bundles[at]);
      return one.next({ bundle: bundles[at] });
    }),
  );
  // By up to so much the one is ahead of the other, whichever it is.
  const late = Math.random() < 0.5 ? 0 : 1;
  const answers = await Promise.all(
    people.map(async (one, at) => {
      if (at === late) await new Promise((resolve) => setTimeout(resolve, Math.random() * AHEAD_MS_MAX));
      return one.draft(files[at]);
    }),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409], `round ${round}: ${JSON.stringify(answers.map(({ body }) => body))}`);
  const [won, lost] = answers[0].status === 201 ? [0, 1] : [1, 0];
  const { code, current, between } = answers[lost].body.error;
  assert.deepEqual([code, current.id, current.version, between.length], ["conflict", fileId(files[won]), round, 1]);
  return won;
}

/**
 * Each publication is what the history says, and each names the one before.
 * @param {ReturnType<typeof publisherOf>} person @param {number} rounds
 */
async function verify(person, rounds) {
  const entries = await person.history();
  assert.deepEqual(entries.map(({ version }) => version), Array.from({ length: rounds }, (_, at) => at + 1));
  let previous = "0".repeat(64);
  for (const { manifest } of entries) {
    const { bytes } = await person.get(`manifest/${manifest}`);
    // Behind the envelope, the site's name and the version.
    const at = 12 + 1 + bytes[12] + 8;
    assert.deepEqual([fileId(bytes), bytes.subarray(at, at + 32).toString("hex")], [manifest, previous]);
    previous = manifest;
  }
}

/**
 * So many rounds. The answer says how often each won, and how many pages were looked at meanwhile.
 * @param {number} rounds
 * @param {(done: number, pages: number) => void} [tell]
 */
export async function race(rounds, tell = () => {}) {
  const place = workplace();
  const pems = WHO.map(() => newSigningKey());
  const keys = `${pems.map((pem) => `${publicKeyHex(pem)}:publish`).join(",")},${await place.key("reader.key")}:read`;
  const edge = await startEdge({ publish: false, bindings: { ...EAGER, MANIFEST_KEYS: keys } });
  const onlooker = lookOn(edge);
  try {
    const people = pems.map((pem) => publisherOf(edge, pem));
    await Promise.all(people.map((one) => one.state()));
    const won = [0, 0];
    const words = [""];
    for (let round = 1; round <= rounds; round += 1) {
      const first = await once(people, round);
      won[first] += 1;
      words.push(wordFor(round, WHO[first]));
      tell(round, onlooker.pages());
    }
    await onlooker.sees(rounds);
    const { pages, seen } = await onlooker.stop();
    // The head is written once a second: pages jump over versions.
    for (const [version, shown] of seen) assert.deepEqual([...shown], [words[version]], `version ${version}`);
    await verify(people[0], rounds);
    await place.ok(["audit", "verify", edge.url.origin, "--key", "reader.key", "--manifest-keys", keys]);
    return { won, pages, versions: seen.size };
  } finally {
    await onlooker.stop().catch(() => {});
    await edge.stop();
    place.leave();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { won, pages, versions } = await race(Number(process.argv[2] ?? 1_000), (done, pages) => {
    if (done % 100 === 0) console.log(`${done} rounds, ${pages} pages`);
  });
  console.log(`won ${won.join(" and ")}; ${pages} pages of ${versions} versions, each a 200 with the content of who won; the history verifies`);
}
