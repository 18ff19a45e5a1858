import { readdir, readFile } from "node:fs/promises";

/**
 * Processor time that the threads of a process have used, in milliseconds and by the scheduler's own clock: `/proc/PID/stat` counts in
 * steps of ten. Threads that have ended are not in it.
 */
export async function processorTimeMs(pid: number | undefined): Promise<number> {
  const folder = `/proc/${pid}/task`;
  const threads = await readdir(folder);
  const usedNs = await Promise.all(
    threads.map(async (thread) => {
      const text = await readFile(`${folder}/${thread}/schedstat`, "utf8").catch(() => "0");
      return Number(text.split(" ")[0]);
    }),
  );
  return usedNs.reduce((sum, ns) => sum + ns, 0) / 1e6;
}
