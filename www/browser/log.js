// Keeps the log of what happened, and sends it. It is loaded once the visitor has agreed. See page.d.ts.
import { beacons } from "./beacons.mjs";

const all = /** @type {{ [name: symbol]: unknown }} */ (/** @type {unknown} */ (window));
all[Symbol.for("attune.log")] = beacons;
const page = /** @type {(() => void) | undefined} */ (all[Symbol.for("attune.page")]);
page?.();
