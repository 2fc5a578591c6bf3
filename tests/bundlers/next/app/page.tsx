// A server component that imports the queue: on a server nothing is called.
import { attune } from "attune/browser";
import { Calls } from "./calls";

export const dynamic = "force-dynamic";

export default function Page() {
  attune.track("view_item_list");
  return (
    <main>
      <p>{typeof attune.track} on the server</p>
      <Calls />
    </main>
  );
}
