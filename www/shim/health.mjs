/** What the health check says of what is published: what is served, and why it is not the newest. */

import { alarms } from "./alarms.mjs";
import { core } from "./core.mjs";
import { instance } from "./instance.mjs";
import { isWithdrawn, presentData, presentHead, presentOff } from "./publication.mjs";

/** @param {import("./core.mjs").Bundle | null} bundle the present one */
export function published(bundle) {
  const [head, off, canary, data] = [presentHead(), presentOff(), core.canary, presentData()];
  return {
    manifest: bundle?.manifest || null,
    expires_s: bundle?.expires_s ?? null,
    pages: bundle?.tally.pages ?? 0,
    traps: bundle?.tally.traps ?? 0,
    head: head && { serial: head.serial, manifest: head.manifest, age_s: Math.floor(Date.now() / 1000) - head.moment_s, withdrawn: head.manifest !== null && isWithdrawn(head.manifest) },
    data: data && { manifest: data.id, number: data.number, made_s: data.made_s, served: data.id === bundle?.data },
    canary: canary && { sha256: canary.bundle.sha256, share_bp: canary.share_bp, ...canary.bundle.tally },
    memory_bytes: instance.memory_bytes(),
    killed: off && { everything: off.everything, campaigns: off.campaigns.split("\n").filter(Boolean) },
    alarms: alarms(),
  };
}
