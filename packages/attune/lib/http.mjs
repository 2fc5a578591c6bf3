// HTTP that has answered when the call returns: a thread asks, and this one waits for it.
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

/** @typedef {{ method: string, url: string, headers: string[], body: Uint8Array, time_ms: number }} Question */
/** Header names and values stand one after the other. @typedef {{ status: number, headers: string[], body: Uint8Array }} Answer */
/** @typedef {{ answer: Answer } | { error: { code?: string, message: string } }} Reply */

/** Places in the memory that both threads have: how often there was something to tell, and how many bytes of the body are out. */
export const [TOLD, OUT] = [0, 1];
/** The thread ends an exchange in time by itself, if it can. */
const GRACE_MS = 5_000;

/** @type {{ port: import("node:worker_threads").MessagePort, shared: Int32Array, worker: Worker } | undefined} */
let running;

/**
 * @param {Question} question
 * @param {(bytes: number) => void} progress hears how many bytes of the body are out
 * @returns {Answer}
 */
export function ask(question, progress) {
  const { port, shared } = (running ??= begin());
  const end_ms = Date.now() + question.time_ms + GRACE_MS;
  port.postMessage(question);
  for (;;) {
    const told = Atomics.load(shared, TOLD);
    progress(Atomics.load(shared, OUT));
    const reply = /** @type {{ message: Reply } | undefined} */ (receiveMessageOnPort(port))?.message;
    if (reply && "answer" in reply) return reply.answer;
    if (reply) throw Object.assign(new Error(reply.error.message), reply.error);
    if (Atomics.wait(shared, TOLD, told, end_ms - Date.now()) === "timed-out") {
      void running?.worker.terminate();
      running = undefined;
      throw Object.assign(new Error("the thread for HTTP does not answer"), { code: "ETIMEDOUT" });
    }
  }
}

function begin() {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL("./http-thread.mjs", import.meta.url), { workerData: { port: port2, shared }, transferList: [port2], execArgv: [] });
  // The command ends when it has nothing to do, and the thread with it.
  worker.unref();
  return { port, shared, worker };
}
