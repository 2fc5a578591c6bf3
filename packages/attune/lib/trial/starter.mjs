// The files of a first configuration, made from what a page has.

/** @typedef {import("./suggest.mjs").Suggestion} Suggestion */

/**
 * @typedef {object} Site
 * @property {URL} url of the page
 * @property {string} timezone
 * @property {import("./facts.mjs").Facts} facts
 * @property {Suggestion[]} suggestions
 */

/** For what the words of a slot are. @type {Record<string, string>} */
const ABOUT = { bar: "the bar above the page", hero: "the big section", heading: "the main heading", products: "a list of products" };

/**
 * Path and text of each file.
 * @param {Site} site
 * @returns {Map<string, string>}
 */
export function starter(site) {
  const greeting = site.suggestions.find(({ slot, elements }) => slot === "heading" || (slot === "hero" && "title" in elements)) ?? null;
  const bar = site.suggestions.find(({ slot }) => slot === "bar") ?? null;
  return new Map([
    ["attune.toml", settings(site)],
    ["campaigns/first.toml", campaigns(greeting, bar)],
    ["content/first.toml", contents(site, greeting, bar)],
    ["content/hello.html", hello(site.facts.hasStyles)],
    ...(greeting?.slot === "heading" ? [/** @type {[string, string]} */ (["content/welcome-back.html", "Good to see you again\n"])] : []),
    ...(bar ? [/** @type {[string, string]} */ (["content/on-a-phone.html", "<span>This bar is for phones only</span>\n"])] : []),
    ["tests/first.toml", fixtures(site, greeting, bar)],
  ]);
}

/** The path of the page as a pattern. @param {URL} url */
export function patternOf(url) {
  const segments = url.pathname.replace(/\/$/, "").split("/").slice(1);
  const plain = segments.map((segment) => (/[{}*]/.test(segment) ? "{part}" : segment));
  return `/${plain.join("/")}`;
}

/** @param {Site} site */
function settings({ url, timezone, facts, suggestions }) {
  const { hostname, pathname } = url;
  const host = hostname.includes(":") ? "localhost" : hostname.replace(/\.$/, "");
  const name = host.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  const other = pathname === "/" ? "" : `\nhome = ["/"]`;
  return `# The site and its slots, as \`attune try\` found them at ${url}.
# Campaigns are in campaigns/, what they show is in content/. Save a file, and the open page loads again.

[site]
name = ${quoted(name)}
hosts = [${quoted(host)}]
timezone = ${quoted(timezone)}                  # schedules are in this zone
locales = { ${quoted(facts.locale)} = ${quoted(facts.currency)} }              # with their currency; the first one is the fallback

[pages]                                 # gives page.type
start = [${quoted(patternOf(url))}]${other}
# product = ["/products/{sku}"]         # a pattern: {sku} is one segment of the path

[consent]
source = "api"
# On this machine nobody has to be asked. For a site of yours it is by place: { EU = "opt-in", GB = "opt-in", other = "opt-out" }
regime = { other = "opt-out" }

# A slot is a place of the page. Without a campaign it keeps what the page has. A selector names one element: tag, #id, .class,
# [attribute="value"]. In a page of your own, write data-slot="NAME" instead.
${suggestions.map(slot).join("")}
# The end of the page. On this machine it is there; your own page needs <aside data-slot="page-end"></aside> before </body>.
[slots.page-end]
`;
}

/** @param {Suggestion} suggestion */
function slot({ slot: name, selector, isBuilt, elements, text }) {
  const parts = Object.entries(elements);
  const warning = isBuilt ? "# Its selector has a name that the site's next build makes anew: data-slot lasts.\n" : "";
  const table = parts.length > 0 ? `elements = { ${parts.map(([part, within]) => `${part} = ${quoted(within)}`).join(", ")} }\n` : "";
  const unused = !["bar", "hero", "heading"].includes(name) || (name === "hero" && !("title" in elements)) ? "# No campaign has it yet.\n" : "";
  return `\n# ${capital(ABOUT[name] ?? "a place that the page marks")}: ${comment(text)}\n${warning}${unused}[slots.${name}]\nselector = ${quoted(selector)}\n${table}`;
}

/** @param {Suggestion | null} greeting @param {Suggestion | null} bar */
function campaigns(greeting, bar) {
  const welcome = greeting && `
# Who comes back reads another headline. A visit ends after 30 idle minutes: to see it at once, open the page with
# ?visitor=returning behind its address.
[campaigns.welcome-back]
priority = 20
where = ['page.type == "start"', 'visit.count > 1 || page.query["visitor"] == "returning"']
show = { ${greeting.slot} = "welcome-back" }
`;
  const phones = bar && `
# On phones only. Make the window of the browser say that it is one, with its developer tools.
[campaigns.on-a-phone]
priority = 10
where = 'device.kind == "phone"'
show = { bar = "on-a-phone" }
`;
  return `# Who sees what. In a slot the eligible campaign with the highest priority wins.
# \`attune explain attributes\` lists what can be asked.

# A notice for new visitors, on the page that you began with.
[campaigns.hello]
priority = 10
where = ['page.type == "start"', 'or_default(visit.count, 1) == 1']
show = { page-end = "hello" }
${welcome ?? ""}${phones ?? ""}`;
}

/** @param {Site} site @param {Suggestion | null} greeting @param {Suggestion | null} bar */
function contents({ facts }, greeting, bar) {
  const headline = greeting?.slot === "hero"
    ? `text.${quoted(facts.locale)} = { title = "Good to see you again" }   # also: ${Object.keys(greeting.elements).filter((name) => name !== "title").join(", ") || "nothing else"}`
    : 'html = "content/welcome-back.html"';
  return `# What slots are filled with: HTML, or a text for elements of the slot.

[content.hello]
html = "content/hello.html"
${greeting ? `\n[content.welcome-back]\n${headline}\n` : ""}${bar ? '\n[content.on-a-phone]\nhtml = "content/on-a-phone.html"\n' : ""}`;
}

/** @param {boolean} hasStyles */
function hello(hasStyles) {
  const box = "position:fixed;inset:auto 1rem 1rem auto;z-index:2147483000;max-width:20rem;padding:1rem 1.25rem;background:#16302b;color:#fff;border-radius:.5rem;font:16px/1.4 system-ui,sans-serif;box-shadow:0 4px 20px #0005";
  return hasStyles
    ? `<p style="${box}">Welcome! This notice is for new visitors. Change attune/content/hello.html and watch it.</p>\n`
    : `<!-- The page's content security policy allows no style here: use classes of its stylesheet. -->\n<p>Welcome! This notice is for new visitors. Change attune/content/hello.html and watch it.</p>\n`;
}

/** @param {Site} site @param {Suggestion | null} greeting @param {Suggestion | null} bar */
function fixtures({ url }, greeting, bar) {
  const path = patternOf(url).replaceAll("{part}", "x");
  const fixture = (/** @type {string} */ name, /** @type {string} */ query, /** @type {string} */ visitor, /** @type {string[]} */ slots) =>
    `[fixtures.${name}]\nvisitor = ${visitor}\nurl = ${quoted(path + query)}\nnow = "2026-11-20T18:30:00Z"\n${slots.join("\n")}\n`;
  const all = [fixture("somebody-new", "", "{}", ['slots.page-end = "hello"', ...(greeting ? [`slots.${greeting.slot} = ""`] : [])])];
  if (greeting) all.push(fixture("somebody-who-comes-back", "?visitor=returning", "{}", [`slots.${greeting.slot} = { content = "welcome-back", says = "Good to see you again" }`]));
  if (bar) all.push(fixture("on-a-phone", "", '{ request = { device = "phone" } }', ['slots.bar = "on-a-phone"']));
  return `# This visitor, this page, this time: these contents. \`attune test\` runs them.\n\n${all.join("\n")}`;
}

/** Text as TOML writes it. @param {string} text */
function quoted(text) {
  return JSON.stringify(text);
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A text within a line that is a comment. @param {string} text */
function comment(text) {
  return `"${text.replaceAll(/[\x00-\x1f\x7f]/g, " ")}"`;
}
