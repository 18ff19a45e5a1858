import { expect, test } from "vitest";
import { processorTimeMs } from "../processes/processor-time.ts";

test.skipIf(process.platform !== "linux")(
  "the processor time of a process has in it what its threads have worked",
  async () => {
    const before = await processorTimeMs(process.pid);
    const usage = process.cpuUsage();
    while (process.cpuUsage(usage).user + process.cpuUsage(usage).system < 100_000);
    // The kernel may owe a running thread a tick.
    expect((await processorTimeMs(process.pid)) - before).toBeGreaterThan(80);
  },
);
