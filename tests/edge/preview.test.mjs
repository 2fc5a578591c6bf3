// Previews by link: the holder of a token sees a draft, everybody else never does, and nothing is counted or kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileId, killStatement, publicKeyHex, signedDraft } from "../../xtask/manifest.mjs";
import { consented, Jar, KEY_1, planOf, startEdge } from "./harness.mjs";
import { FILLED, HELLO, PAGE } from "./origin.mjs";
import { hashOf, publisherOf, until } from "./publisher.mjs";
import { ALICE, bannerIn, BOB, COOKIE, draftLink, follow, FOUR, handmadeToken, holding, KILLER, ONE, READER, seen, SITE, THREE, tokenOf, TWO, withPreviews } from "./previews.mjs";
import { greeting, shown, wordOf } from "./shelf.mjs";

const NOW_S = () => Math.floor(Date.now() / 1000);

test("who follows a link sees the draft on every page of the site, with a banner, and nobody else ever does", () =>
  withPreviews(async ({ edge, alice }) => {
    const visitor = await consented(edge);
    const profile = visitor.profile;
    const { status, body } = await draftLink(alice, TWO, { name: "lapsed <b>", profile: { visits: { count: 3 } }, page: "/c/tea?a=1", ttl_s: 600 });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.draft, fileId(signedDraft({ site: SITE, bundle: TWO }, [ALICE])));
    assert.ok(Math.abs(body.ends_s - NOW_S() - 600) < 5);
    const { jar, answer } = await follow(edge, body.url, visitor);
    assert.deepEqual([answer.status, answer.headers.location, answer.headers["cache-control"], answer.headers["referrer-policy"], answer.headers["x-robots-tag"]], [303, "/c/tea?a=1", "private, no-store", "no-referrer", "noindex, nofollow"]);
    assert.equal(answer.setCookies.length, 1);
    assert.match(answer.setCookies[0], new RegExp(`^${COOKIE}=[\\w-]+; Path=/; Max-Age=(59\\d|600); Secure; HttpOnly; SameSite=Lax$`));
    const short = body.draft.slice(0, 12);
    for (const path of ["/c/tea?a=1", "/", "/t/any", "/p/1"]) {
      const page = await seen(edge, jar, path);
      assert.deepEqual([page.status, page.word, page.arm], [200, "Howdy", "draft"], path);
      assert.match(page.banner, new RegExp(`^Preview of draft ${short}, as lapsed <b>, until \\d\\d:\\d\\d UTC\\. Nothing that you do here is counted\\.$`));
      assert.deepEqual([page.headers["cache-control"], page.headers["referrer-policy"], page.headers["x-robots-tag"], page.headers["set-cookie"]], ["private, no-store", "same-origin", "noindex, nofollow", undefined]);
      assert.equal(planOf(page.text).preview.name, "lapsed <b>");
      assert.ok(!page.text.includes("lapsed <b> "), "the banner is escaped");
      // What the page is but for the banner and the plan is the page with the draft's content.
      const own = page.text.replace(/<div id="attune-preview".*?<\/div>/s, "").replace(/<script type="application\/json".*<\/script>/s, "");
      assert.equal(own, FILLED.replace("Hello", "Howdy"));
      for (const others of [new Jar(), await consented(edge)]) {
        const page = await seen(edge, others, path);
        assert.deepEqual([page.word, page.arm, page.banner, page.headers["x-robots-tag"]], ["Hello", "present", "", undefined], path);
      }
    }
    assert.equal(edge.origin.seen.filter(({ headers }) => headers.cookie?.includes("attune")).length, 0, "the origin sees no token");
    // Nothing is counted, and nothing changed.
    const events = await edge.events(jar, [{ name: "view_item", params: { items: [{ item_id: "1" }] } }]);
    assert.deepEqual([JSON.parse(events.text).applied, events.setCookies], [0, []]);
    const consent = await edge.post("/_attune/consent", { personalization: false, measurement: false }, { jar });
    assert.deepEqual([consent.status, consent.setCookies], [409, []]);
    assert.equal(jar.profile, profile);
    // The banner leads out.
    const end = /href="([^"]+)"/.exec(/<div id="attune-preview".*?<\/div>/s.exec((await seen(edge, jar, "/t/any?b=2")).text)?.[0] ?? "")?.[1].replaceAll("&#38;", "&") ?? "";
    const ended = await edge.fetch(end, { jar });
    assert.deepEqual([ended.status, ended.headers.location, jar.cookies.has(COOKIE)], [303, "/t/any?b=2", false]);
    assert.deepEqual([(await seen(edge, jar)).word, jar.profile], ["Hello", profile]);
  }));

test("a link without a draft shows what is published, as somebody else, in an arm of choice", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await alice.post("preview", { name: "berlin", request: { country: "DE" }, arms: { "by-customer": "sale" } });
    assert.equal(body.draft, null);
    const { jar } = await follow(edge, body.url);
    const page = await seen(edge, jar);
    assert.deepEqual([page.word, page.arm], ["Hello", "present"]);
    assert.match(page.banner, /^Preview of what is published, as berlin, until/);
    const slots = Object.fromEntries(planOf(page.text).slots.map(({ slot, campaign, arm }) => [slot, `${campaign}/${arm}`]));
    assert.match(slots.note, /by-customer\/sale/);
    assert.match(slots.bar, /german/);
    // It follows what is published.
    await alice.push(TWO);
    await until(async () => (await shown(edge)) === "Howdy 2");
    assert.equal((await seen(edge, jar)).word, "Howdy");
  }));

test("a token that has ended, was altered in any byte, or is of another site, key or purpose is none", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO);
    const good = { draft: body.draft, ends_s: NOW_S() + 600 };
    assert.deepEqual((await seen(edge, holding(handmadeToken(good)))).word, "Howdy", "a token that is made by hand is as good");
    const bad = {
      ended: handmadeToken({ ...good, ends_s: NOW_S() - 1 }),
      "too lasting": handmadeToken({ ...good, ends_s: NOW_S() + 2 * 86_400 }),
      "of another site": handmadeToken({ ...good, site: "othershop" }),
      "of another key": handmadeToken({ ...good, key: `1:sign:${"22".repeat(32)}` }),
      "of a key that is not there": handmadeToken({ ...good, key: KEY_1.replace("1:", "9:") }),
      "with half an id": handmadeToken({ ...good, draft: body.draft.slice(0, 32) }),
      empty: "",
      "no token": "x",
    };
    const bytes = Buffer.from(tokenOf(body.url), "base64url");
    const altered = Array.from(bytes, (byte, at) => {
      const copy = Buffer.from(bytes);
      copy[at] = byte ^ (1 << (at % 8));
      return /** @type {[string, string]} */ ([`byte ${at}`, copy.toString("base64url")]);
    });
    for (const [name, token] of [...Object.entries(bad), ...altered]) {
      const page = await seen(edge, holding(token));
      assert.deepEqual([page.status, page.word, page.arm, page.banner, page.headers["x-robots-tag"]], [200, "Hello", "present", "", undefined], name);
    }
    for (const [name, token] of Object.entries(bad)) {
      const { answer, jar } = await follow(edge, `http://shop.test/_attune/preview?token=${token}&page=/`);
      assert.deepEqual([answer.status, answer.setCookies, jar.cookies.size], [403, [], 0], name);
      assert.match(answer.text, /has ended, or was not copied whole/);
    }
    for (const page of ["//evil.test/", "/\\evil.test", "https://evil.test/", "x", "/\t/evil.test"]) {
      const { answer } = await follow(edge, `http://shop.test/_attune/preview?token=${tokenOf(body.url)}&page=${encodeURIComponent(page)}`);
      assert.deepEqual([answer.status, answer.setCookies], [400, []], page);
    }
    // What the shop's server makes for itself is no link.
    const own = await edge.post("/_attune/preview", { name: "own" }, { headers: { Authorization: "Bearer the-api-key-of-the-tests" } });
    const { token } = JSON.parse(own.text);
    assert.equal((await follow(edge, `http://shop.test/_attune/preview?token=${token}`)).answer.status, 403);
    const page = await seen(edge, holding(token));
    assert.deepEqual([page.word, page.banner, planOf(page.text).preview.name], ["Hello", "", "own"]);
  }));

test("a link whose path has two slashes only once it is resolved led to another host", () =>
  withPreviews(async ({ edge }) => {
    for (const page of ["/.//evil.test/", "/a/..//evil.test", "/%2e//evil.test", "/.///evil.test", "/./\\evil.test", "/.\t//evil.test"]) {
      const { answer } = await follow(edge, `http://shop.test/_attune/preview?end=1&page=${encodeURIComponent(page)}`);
      assert.deepEqual([answer.status, answer.headers.location, answer.setCookies], [400, undefined, []], page);
    }
    const { answer } = await follow(edge, `http://shop.test/_attune/preview?end=1&page=${encodeURIComponent("/a//evil.test")}`);
    assert.deepEqual([answer.status, answer.headers.location], [303, "/a//evil.test"]);
  }));

test("a token that ended while the origin was at work let the draft decide for the visitor, and write the cookie", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO);
    const ends_s = NOW_S() + 2;
    const jar = await consented(edge);
    const profile = jar.profile;
    jar.cookies.set(COOKIE, handmadeToken({ draft: body.draft, ends_s }));
    edge.origin.on("/t/late", (_, response) => {
      setTimeout(() => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(PAGE), ends_s * 1000 + 1100 - Date.now());
    });
    const page = await seen(edge, jar, "/t/late");
    assert.ok(NOW_S() > ends_s);
    assert.deepEqual([page.word, page.arm, page.headers["set-cookie"], jar.profile], ["Howdy", "draft", undefined, profile]);
    assert.equal(planOf(page.text).preview?.name, "lapsed");
    const next = await seen(edge, jar);
    assert.deepEqual([next.word, next.banner], ["Hello", ""]);
  }));

test("a draft that was withdrawn, has expired or cannot be used is not shown, and the banner says why", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO);
    const { jar } = await follow(edge, body.url);
    assert.equal((await seen(edge, jar)).word, "Howdy");
    assert.deepEqual((await alice.state()).previews.map(({ id }) => id), [body.draft]);
    assert.equal((await alice.post("withdraw", { draft: body.draft })).status, 200);
    const gone = async (why) => {
      const page = await seen(edge, jar);
      assert.deepEqual([page.status, page.word, page.arm], [200, "Hello", "present"], page.banner);
      assert.match(page.banner, why);
    };
    await gone(/^Preview of draft [0-9a-f]{12}, which is not shown: it was withdrawn, has expired, or is published by now\. You see what is published, as visitor/);
    assert.equal((await alice.post("preview", { draft: body.draft })).code, "not_found");
    // The same configuration is the same draft, and is there again.
    assert.equal((await draftLink(alice, TWO)).body.draft, body.draft);
    assert.equal((await seen(edge, jar)).word, "Howdy");
    // Expired: KV's own clock takes it away.
    await edge.kv.delete(`draft:${body.draft}`);
    await gone(/has expired/);
    // What is in KV under its name must be it, and signed by somebody who may.
    await edge.put(`draft:${body.draft}`, signedDraft({ site: SITE, bundle: THREE }, [ALICE]));
    await gone(/not the draft that the link is of/);
    await edge.put(`draft:${body.draft}`, signedDraft({ site: SITE, bundle: TWO }, [KILLER]));
    await gone(/no key for publish or approve has signed it/);
    await edge.put(`draft:${body.draft}`, Buffer.from("no manifest"));
    await gone(/not a manifest/);
    await edge.put(`draft:${body.draft}`, signedDraft({ site: SITE, bundle: TWO }, [ALICE]));
    assert.equal((await seen(edge, jar)).word, "Howdy");
  }));

test("a configuration of more than 4 MiB, a broken one and one of another site are refused", () =>
  withPreviews(async ({ edge, alice }) => {
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, 7);
    const refused = await draftLink(alice, large);
    assert.deepEqual([refused.status, refused.code], [422, "invalid_manifest"]);
    assert.match(refused.body.error.message, /4194305 bytes, and 4194304 are the most/);
    const broken = Buffer.concat([TWO.subarray(0, 60), Buffer.from("broken")]);
    const foreign = Buffer.from(TWO);
    foreign.write("bestshop", foreign.indexOf("testshop"));
    for (const [bundle, why] of /** @type {[Buffer, RegExp][]} */ ([[large, /4194304 are the most/], [broken, /which is not shown: .+/], [foreign, /it is of another site/]])) {
      const file = signedDraft({ site: SITE, bundle }, [ALICE]);
      await edge.put(`artifact:${hashOf(bundle)}`, bundle);
      await edge.put(`draft:${fileId(file)}`, file);
      const page = await seen(edge, holding(handmadeToken({ draft: fileId(file), ends_s: NOW_S() + 60 })));
      assert.deepEqual([page.status, page.word, page.arm], [200, "Hello", "present"], page.banner);
      assert.match(page.banner, why);
    }
    assert.equal((await seen(edge, new Jar())).word, "Hello");
  }));

test("a draft on which the core traps is refused from then on, and others lose nothing", () =>
  withPreviews(async ({ edge, alice }) => {
    const { body } = await draftLink(alice, TWO);
    const { jar } = await follow(edge, body.url);
    assert.equal((await seen(edge, jar)).word, "Howdy");
    const trapped = await seen(edge, jar, "/?fault=open");
    assert.deepEqual([trapped.status, trapped.text], [200, PAGE]);
    for (let time = 0; time < 2; time += 1) {
      const page = await seen(edge, jar);
      assert.deepEqual([page.word, page.arm], ["Hello", "present"]);
      assert.match(page.banner, /which is not shown: the page core failed on it/);
      assert.equal((await seen(edge, new Jar())).word, "Hello");
    }
    const other = await follow(edge, (await draftLink(alice, THREE)).body.url);
    assert.equal((await seen(edge, other.jar)).word, "Salut", "another draft is another one");
  }, { faults: true }));

test("two drafts beside each other, one beside a canary: whoever comes back sees what they saw", () =>
  withPreviews(async ({ edge, alice }) => {
    const links = [];
    for (const bundle of [TWO, THREE, FOUR]) links.push((await follow(edge, (await draftLink(alice, bundle)).body.url)).jar);
    const asked = () => edge.origin.seen.filter(({ url }) => /^\/gate\?key=artifact/.test(url)).length;
    const round = async (jars) => {
      const [before, words] = [asked(), []];
      for (const jar of jars) words.push((await seen(edge, jar)).word);
      return [words.join(), asked() - before];
    };
    const [two, three, four] = links;
    assert.deepEqual(await round([two, three]), ["Howdy,Salut", 2]);
    assert.deepEqual(await round([two, three, two]), ["Howdy,Salut,Howdy", 0], "two are held");
    assert.deepEqual(await round([four]), ["Hallo", 1]);
    assert.deepEqual(await round([two, four]), ["Howdy,Hallo", 0], "the one that was looked at longest ago left");
    assert.deepEqual(await round([three]), ["Salut", 1]);
    await alice.upload(greeting("Servu"));
    const pushed = await alice.push(ONE, { canary: { share_bp: 5000, salt: Buffer.alloc(8), bundle: greeting("Servu") } });
    assert.equal(pushed.answer.status, 201, JSON.stringify(pushed.answer.body));
    await until(async () => (await edge.health()).published.canary !== null);
    assert.deepEqual(await round([two, two]), ["Howdy,Howdy", 1]);
    assert.deepEqual(await round([three, two, three]), ["Salut,Howdy,Salut", 3], "a canary leaves room for one");
    assert.equal((await edge.health()).published.canary.share_bp, 5000, "and stays");
  }, { held: true }));

/** The test's bundle with another content, of the same length. @param {string} html */
function saying(html) {
  const bytes = Buffer.from(ONE);
  const own = Buffer.from(HELLO.replace(/<!--.*/, ""));
  const text = Buffer.from(html.padEnd(own.length));
  assert.equal(text.length, own.length);
  bytes.set(text, bytes.indexOf(own));
  return bytes;
}

test("a content of a draft that could run scripts is left out until the draft has all its signatures", async () => {
  const scripts = ["<script>x()</script>", "<p onclick=x()>x</p>", "<a href=javascript:x>x", "<iframe src=/x>", "<x-y></x-y>"];
  await withPreviews(async ({ edge, alice }) => {
    for (const html of scripts) {
      const { body } = await draftLink(alice, saying(html));
      const { jar } = await follow(edge, body.url);
      const page = await seen(edge, jar);
      assert.ok(!page.text.includes(html.trim()), html);
      const asked = JSON.parse((await edge.fetch("/_attune/recommend?slot=hero", { jar })).text);
      assert.deepEqual([asked.reason, asked.items], ["scripts", []], "nor does a front end get it");
      assert.deepEqual([page.word, page.arm], ["Our shop", "draft"], html);
      assert.match(page.banner, / 1 of its contents could run scripts, and are left out until it has all its signatures\./);
      assert.match(page.headers.attune, /, left-out=1;/);
      assert.equal(planOf(page.text).slots.find(({ slot }) => slot === "hero").reason, "scripts");
    }
    const plain = await seen(edge, (await follow(edge, (await draftLink(alice, saying("<h1 class=big>Hi</h1>"))).body.url)).jar);
    assert.deepEqual([plain.word, plain.headers.attune.includes("left-out")], [undefined, false]);
    assert.ok(plain.text.includes("<h1 class=big>Hi</h1>"));
    const signed = await draftLink(alice, saying(scripts[0]), {}, [ALICE, BOB]);
    assert.ok((await seen(edge, (await follow(edge, signed.body.url)).jar)).text.includes(scripts[0]), "two have signed it");
  }, { bindings: { MANIFEST_SIGNATURES: "2" } });
  await withPreviews(async ({ edge, alice }) => {
    const page = await seen(edge, (await follow(edge, (await draftLink(alice, saying(scripts[0]))).body.url)).jar);
    assert.ok(page.text.includes(scripts[0]), "one signature is all of them here");
    assert.match(page.banner, /UTC\. Nothing/);
  });
});

test("a version that waits can be looked at, until it is published", () =>
  withPreviews(async ({ edge, alice }) => {
    await alice.upload(TWO);
    const file = await alice.next({ bundle: TWO });
    const waits = await alice.draft(file);
    assert.equal(waits.status, 202);
    const { body } = await publisherOf(edge, READER).post("preview", { draft: waits.body.draft.id });
    const { jar } = await follow(edge, body.url);
    assert.deepEqual([(await seen(edge, jar)).word, (await seen(edge, new Jar())).word], ["Howdy", "Hello"]);
    const approved = await publisherOf(edge, BOB).approve(await alice.next({ bundle: TWO }, [BOB]), waits.body.draft.id);
    assert.equal(approved.status, 201, JSON.stringify(approved.body));
    await until(async () => (await shown(edge)) === "Howdy 2");
    const page = await seen(edge, jar);
    assert.deepEqual([page.word, page.arm], ["Howdy", "present"]);
    assert.match(page.banner, /^Preview of draft [0-9a-f]{12}, which is published by now, as visitor/);
  }, { bindings: { MANIFEST_SIGNATURES: "2" } }));

test("a draft that was withdrawn while KV wrote it could be looked at for another fortnight", () =>
  withPreviews(async ({ edge, alice }) => {
    /** @type {import("node:http").ServerResponse[]} */
    const held = [];
    edge.origin.on("/write", (request, response) => void (request.url?.includes("key=draft:") ? held.push(response) : response.writeHead(200).end()));
    await alice.upload(TWO);
    const { status, body } = await alice.draft(await alice.next({ bundle: TWO }));
    assert.equal(status, 202, JSON.stringify(body));
    await until(async () => held.length > 0);
    const link = alice.post("preview", { draft: body.draft.id });
    await until(async () => held.length > 1);
    assert.equal((await alice.post("withdraw", { draft: body.draft.id })).status, 200);
    for (const response of held) response.writeHead(200).end();
    const made = await link;
    await until(async () => (await edge.kv.get(`draft:${body.draft.id}`)) === null && true);
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const { jar } = await follow(edge, made.body.url);
    const page = await seen(edge, jar);
    assert.deepEqual([page.word, page.arm], ["Hello", "present"]);
    assert.match(page.banner, /it was withdrawn, has expired, or is published by now/);
    assert.equal((await alice.post("preview", { draft: body.draft.id })).status, 404);
  }, { gated: true, bindings: { MANIFEST_SIGNATURES: "2" } }));

test("a version that was sent to be looked at stayed on the list of previews after it was published", () =>
  withPreviews(async ({ edge, alice }) => {
    await alice.upload(TWO);
    const file = await alice.next({ bundle: TWO });
    const { status } = await alice.post("preview", { manifest: Buffer.from(file).toString("base64") });
    assert.equal(status, 200);
    assert.deepEqual((await alice.state()).previews.map(({ id }) => id), [fileId(file)]);
    assert.equal((await alice.draft(file)).status, 201);
    assert.deepEqual((await alice.state()).previews, []);
    await until(async () => (await edge.kv.get(`draft:${fileId(file)}`)) === null && true);
  }));

test("what is switched off is off in a draft, too", () =>
  withPreviews(async ({ edge, alice }) => {
    const { jar } = await follow(edge, (await draftLink(alice, TWO)).body.url);
    assert.equal((await seen(edge, jar)).word, "Howdy");
    const killer = publisherOf(edge, KILLER);
    assert.equal((await killer.kill(killStatement({ site: SITE, number: 1, key: "hello" }, [KILLER]))).status, 201);
    await until(async () => (await edge.health()).published.killed.campaigns.length > 0);
    const one = await seen(edge, jar);
    assert.deepEqual([one.word, one.arm], ["Our shop", "draft"]);
    assert.equal((await killer.kill(killStatement({ site: SITE, number: 2 }, [KILLER]))).status, 201);
    await until(async () => (await edge.health()).published.killed.everything);
    const off = await seen(edge, jar);
    assert.deepEqual([off.text, off.headers.attune], [PAGE, undefined]);
  }));

test("links are made by whoever publishes, approves or reads, drafts by whoever publishes; and a draft is never published", () =>
  withPreviews(async ({ edge, alice }) => {
    const [bob, reader, killer] = [BOB, READER, KILLER].map((pem) => publisherOf(edge, pem));
    for (const [who, code] of /** @type {[any, string | undefined][]} */ ([[bob, undefined], [reader, undefined], [killer, "role"]])) {
      assert.equal((await who.post("preview", {})).code, code);
    }
    await alice.upload(TWO);
    const file = signedDraft({ site: SITE, bundle: TWO }, [ALICE]);
    assert.equal((await reader.post("preview", { manifest: Buffer.from(file).toString("base64") })).code, "role");
    const bad = {
      "nobody's": [{ manifest: Buffer.from(signedDraft({ site: SITE, bundle: TWO }, [KILLER])).toString("base64") }, "invalid_manifest"],
      "of another site": [{ manifest: Buffer.from(signedDraft({ site: "othershop", bundle: TWO }, [ALICE])).toString("base64") }, "invalid_manifest"],
      "of bytes that are not there": [{ manifest: Buffer.from(signedDraft({ site: SITE, bundle: THREE }, [ALICE])).toString("base64") }, "missing_artifacts"],
      "no manifest": [{ manifest: "AAAA" }, "invalid_manifest"],
      "not there": [{ draft: "0".repeat(64) }, "not_found"],
      "no id": [{ draft: "x" }, "malformed"],
      "too long": [{ ttl_s: 90_000 }, "malformed"],
      "no page": [{ page: "//evil.test" }, "malformed"],
      "no persona": [{ profile: { nothing: 1 } }, "malformed"],
      "no field": [{ nothing: 1 }, "malformed"],
    };
    for (const [name, [question, code]] of Object.entries(bad)) assert.equal((await alice.post("preview", question)).code, code, name);
    assert.deepEqual((await alice.state()).previews, []);
    // Whoever writes KV, or has the file, cannot make a version of it.
    assert.equal((await alice.draft(file)).code, "invalid_manifest");
    await edge.kv.delete("head");
    await edge.put("manifest", file);
    assert.equal((await seen(edge, new Jar())).word, "Hello");
    for (let n = 0; n < 20; n += 1) await draftLink(alice, greeting(`W${String(n).padStart(4, "0")}`));
    assert.equal((await alice.state()).previews.length, 16, "the oldest ones left");
  }));

test("before anything is published there is nothing to show a draft beside", async () => {
  const edge = await startEdge({ publish: false, bindings: { MANIFEST_KEYS: `${publicKeyHex(ALICE)}:publish` } });
  try {
    const refused = await draftLink(publisherOf(edge, ALICE), TWO);
    assert.deepEqual([refused.status, refused.code], [409, "conflict"]);
    const page = await edge.fetch("/", { jar: holding(handmadeToken({ ends_s: NOW_S() + 60 })) });
    assert.deepEqual([page.status, page.text, bannerIn(page.text), wordOf(page.text)], [200, PAGE, "", "Our shop"]);
  } finally {
    await edge.stop();
  }
});
