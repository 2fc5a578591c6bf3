// Times the whole page call in workerd, many calls inside one request: the local clock steps by a millisecond.
import { initSync, PageCore } from "../../../build/page/page.js";
import module from "../../../build/page/page_bg.wasm";
import bundle from "./bundle.bin";

/** @type {PageCore} */
let core;

export default {
  /** @param {Request} request */
  async fetch(request) {
    const { keys, text, prelude, least_ms, batch } = await request.json();
    if (core === undefined) {
      initSync({ module });
      core = new PageCore(new Uint8Array(bundle), keys);
    }
    const head = new TextEncoder().encode(prelude);
    /** @type {number[]} */
    const each_us = [];
    let bytes = 0;
    for (let round = 0; round < 15; round++) {
      let calls = 0;
      const start_ms = Date.now();
      let now_ms = start_ms;
      do {
        for (let i = 0; i < batch; i++) bytes = core.open(text, head).length;
        calls += batch;
        now_ms = Date.now();
      } while (now_ms - start_ms < least_ms);
      each_us.push(((now_ms - start_ms) * 1000) / calls);
    }
    return Response.json({ each_us, bytes });
  },
};
