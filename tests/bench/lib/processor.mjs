// The processor time of another process, where the system tells it (Linux).
import { readFileSync, readdirSync } from "node:fs";

/** The child process of this one that runs a program; `null` where there is none, or no way to see. @param {string} program */
export function childOf(program) {
  try {
    for (const thread of readdirSync("/proc/self/task")) {
      for (const pid of readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim().split(" ")) {
        if (pid !== "" && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === program) return Number(pid);
      }
    }
  } catch {
    // No /proc.
  }
  return null;
}

/** Milliseconds that all threads of a process have run so far. @param {number} pid */
export function processorTime_ms(pid) {
  return threadTimes_ms(pid).reduce((sum, ms) => sum + ms, 0);
}

/** Milliseconds that each thread of a process has run so far, the first thread first. @param {number} pid */
export function threadTimes_ms(pid) {
  // The whole process is told in ticks of 10 ms only; of each thread there are nanoseconds.
  const threads = readdirSync(`/proc/${pid}/task`).sort((a, b) => Number(a) - Number(b));
  return threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6);
}
