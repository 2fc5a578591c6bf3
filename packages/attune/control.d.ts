/** The control plane's Worker. Only a binding of the page Worker reaches it. */

import type { Control as Answers, ControlCall, PageReport, PublishCall } from "./workers/www/shim/index.js";

/** What the page Worker's binding `CONTROL` calls: the entrypoint of that name. */
export declare class Control implements Answers {
  constructor(ctx: unknown, env: unknown);
  answer(request: Request, call: ControlCall): Promise<Response>;
  report(report: PageReport): Promise<void>;
  publish(request: Request, call: PublishCall): Promise<Response>;
}

/** The Durable Object that keeps orders until their visitor comes by: the class of the binding `ORDERS`. */
export declare class Orders {
  constructor(ctx: unknown, env: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

/** The Durable Object that keeps what is published and its history: the class of the binding `PUBLISHER`. */
export declare class Publisher {
  constructor(ctx: unknown, env: unknown);
  alarm(): Promise<void>;
}

/** The Durable Object that counts exposures and conversions: the class of the binding `LEDGER`. */
export declare class Ledger {
  constructor(ctx: unknown, env: unknown);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}

declare const worker: { fetch(): Response };
export default worker;
