import { describe, expect, onTestFinished, test } from "vitest";
import { connectMany, OUTAGES, type OutageName, obstacleTo } from "../../../ops/stack/outages.ts";
import { OPERATOR_TOKEN } from "../../../ops/stack/proxy-to-break.ts";
import { openOperatorPage } from "../doors/operator-page.ts";
import { readOperatorStream } from "../doors/operator-reader.ts";
import { OutputScan } from "../doors/secrets.ts";
import { judge } from "./promtool.ts";

const NAMES = Object.keys(OUTAGES) as OutageName[];

/** What a signed-in operator is told is wrong. */
async function troublesOf(address: string): Promise<readonly string[]> {
  const proxy = { url: `http://${address}`, scan: new OutputScan() };
  const page = await openOperatorPage(proxy, OPERATOR_TOKEN);
  const reader = await readOperatorStream(proxy, page.headers);
  const { troubles } = await reader.next("overview");
  reader.leave();
  return troubles.map(({ alert }) => alert);
}

// Prometheus itself, and Alertmanager, are asked in `test:long`; here it is what a real proxy says before and after.
describe("an outage raises exactly its alert, and operators see it on their page, whatever is away:", () => {
  test.for(NAMES)("%s", { timeout: 60_000 }, async (name, { skip }) => {
    const obstacle = obstacleTo(name);
    if (obstacle !== undefined) skip(obstacle);
    const { alert, open } = OUTAGES[name];
    const scene = await open();
    onTestFinished(() => scene.close());
    await connectMany(scene, 2);
    const before = await scene.proxy.metrics();
    expect(await troublesOf(scene.proxy.address)).toEqual([]);
    await scene.break();
    await connectMany(scene, 6);
    await expect
      .poll(async () => judge(before, await scene.proxy.metrics(), alert), { timeout: 30_000, interval: 500 })
      .toBe("");
    // How the server stands is looked at every few seconds.
    await expect.poll(() => troublesOf(scene.proxy.address), { timeout: 30_000, interval: 1000 }).toEqual([alert]);
    await scene.mend();
  });
});
