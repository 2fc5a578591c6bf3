// Compiled, never run: what the types allow, and what they refuse.
import { attune } from "attune/browser";
import type { AttuneConsent, AttunePlan } from "attune/browser";

export const answered: Promise<AttuneConsent> = attune.consent({ personalization: true, measurement: false });
export const asked: Promise<AttunePlan | undefined> = attune.plan({ url: "/p/blue-mug?size=2" });
export const forgotten: Promise<AttuneConsent> = attune.forget();
export const off: () => void = attune.on("slot", ({ slot, content, element }) => slot === "hero" && content !== null && element !== null);
export const campaigns = attune.ready().then((plan) => plan?.slots.map(({ campaign }) => campaign) ?? []);
attune.on("plan", ({ consent }) => consent.personalization === "granted");
attune.on("consent", ({ source }) => source === "tcf");
attune.track("view_item");
attune.track("view_item", { items: [{ item_id: "blue-mug" }] });
void attune.identify("a token");
window.attune?.q?.length;

// @ts-expect-error Both answers are given.
void attune.consent({ personalization: true });
// @ts-expect-error There is no such news.
attune.on("plans", () => {});
// @ts-expect-error A plan has no such field.
attune.on("plan", ({ slot }) => slot);
// @ts-expect-error The name of an event is a text.
attune.track(1);
// @ts-expect-error A token is needed.
void attune.identify();
