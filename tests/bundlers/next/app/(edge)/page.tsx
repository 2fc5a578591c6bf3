// A server component that imports the queue: on a server nothing is called.
import { attune } from "attune/browser";
import { Slot } from "attune/react";
import { Calls } from "../calls";

export const dynamic = "force-dynamic";

export default function Page() {
  attune.track("view_item_list");
  return (
    <main>
      <Slot name="hero" as="section">
        <h1>Our shop</h1>
        <a className="cta" href="/all">
          See all
        </a>
      </Slot>
      <p>{typeof attune.track} on the server</p>
      <Calls />
    </main>
  );
}
