import { Slot } from "attune/react";
import { Calls } from "../../calls";

export default function Page() {
  return (
    <main>
      <Slot name="hero" as="section">
        <h1>Our shop</h1>
        <a className="cta" href="/all">
          See all
        </a>
      </Slot>
      <Calls />
    </main>
  );
}
