"use client";
// A client component, which the server renders too. It uses the queue as soon as React is there, whether the script is or not.
import { useEffect, useState } from "react";
import { add, agree, forget, listen } from "../../calls";

export function Calls() {
  const [said, setSaid] = useState<string[]>([]);
  const [ready, setReady] = useState(false);
  const say = (words: string) => setSaid((before) => [...before, words]);
  useEffect(() => {
    setReady(true);
    return listen(say);
  }, []);
  return (
    <>
      <button name="agree" onClick={() => agree(say)}>
        Agree
      </button>
      <button name="add" onClick={add}>
        Add to basket
      </button>
      <button name="forget" onClick={() => forget(say)}>
        Forget me
      </button>
      <output data-ready={ready ? "" : undefined}>{said.map((words) => `${words}\n`)}</output>
    </>
  );
}
