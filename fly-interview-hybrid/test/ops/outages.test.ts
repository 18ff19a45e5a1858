import { describe, expect, onTestFinished, test } from "vitest";
import { connectMany, OUTAGES, type OutageName, obstacleTo } from "../../../ops/stack/outages.ts";
import { judge } from "./promtool.ts";

const NAMES = Object.keys(OUTAGES) as OutageName[];

/** Prometheus itself, and Alertmanager, are asked in `test:long`; here it is what a real proxy says before and after. */
describe("an outage raises exactly its alert:", () => {
  test.for(NAMES)("%s", { timeout: 60_000 }, async (name, { skip }) => {
    const obstacle = obstacleTo(name);
    if (obstacle !== undefined) skip(obstacle);
    const { alert, open } = OUTAGES[name];
    const scene = await open();
    onTestFinished(() => scene.close());
    await connectMany(scene, 2);
    const before = await scene.proxy.metrics();
    await scene.break();
    await connectMany(scene, 6);
    await expect
      .poll(async () => judge(before, await scene.proxy.metrics(), alert), { timeout: 30_000, interval: 500 })
      .toBe("");
    await scene.mend();
  });
});
