/** The control plane's Worker. Only a binding of the page Worker reaches it. */

import type { Control as Answers, ControlCall } from "./workers/www/shim/index.js";

/** What the page Worker's binding `CONTROL` calls: the entrypoint of that name. */
export declare class Control implements Answers {
  constructor(ctx: unknown, env: unknown);
  answer(request: Request, call: ControlCall): Promise<Response>;
}

/** The Durable Object that keeps orders until their visitor comes by: the class of the binding `ORDERS`. */
export declare class Orders {
  constructor(ctx: unknown, env: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

declare const worker: { fetch(): Response };
export default worker;
