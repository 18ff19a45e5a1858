import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { asOnRealtime } from "../../fly-interview-hybrid/test/doors/voice-api.ts";
import { type Candidate, openCandidate } from "./browser.ts";
import { expectNoSecret, type RunningProxy, SECRETS, startProxy } from "./running-proxy.ts";

/** What a foreign page has got hold of. */
interface Loot {
  readonly channel: RTCDataChannelState;
  readonly turns: number;
  readonly got: readonly string[];
}

/** A foreign page in its own call, once the interviewer has spoken and a turn is in the transcript. */
async function callAsForeignPage(
  dataChannel: string,
  settings: Record<string, string> = {},
): Promise<{ proxy: RunningProxy; candidate: Candidate; loot: Loot }> {
  const proxy = await startProxy("node simple-server.js", { DATA_CHANNEL: dataChannel, ...settings });
  const candidate = await openCandidate();
  await candidate.page.addInitScript({ path: fileURLToPath(new URL("foreign-page.js", import.meta.url)) });
  await candidate.page.goto(proxy.url);
  const socketUrl = `${proxy.url.replace("http", "ws")}?simulation=true`;
  await candidate.page.evaluate(`callAsForeignPage(${JSON.stringify(socketUrl)})`);
  const loot = await vi.waitFor(
    async () => {
      const read = await candidate.page.evaluate<Loot>("readAsForeignPage()");
      expect(read.turns).toBeGreaterThan(0);
      return read;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect((await candidate.inboundAudio()).packets).toBeGreaterThan(0);
  return { proxy, candidate, loot };
}

test("a page of a sealed session cannot read the instructions, whatever it looks at", async () => {
  const { proxy, candidate, loot } = await callAsForeignPage("sealed");
  const [call] = await proxy.calls();
  expect(JSON.stringify(call?.events), "the interviewer has its instructions").toContain(SECRETS.instructions);
  const isOpened = call?.events.some(({ type }) => type === "call.channel_opened");
  expect([isOpened, loot.channel === "open"]).toEqual(asOnRealtime("a sealed call") ? [false, false] : [true, true]);
  expect(
    loot.got.some((text) => text.includes('"type":"inbound-rtp"')),
    "statistics were read",
  ).toBe(true);
  expectNoSecret([...loot.got, ...candidate.received, proxy.command.output()]);
});

test("in an open session it can, where the voice service or the settings let it, and the server's log cannot", async () => {
  const { proxy, loot } = await callAsForeignPage("open", { LIVE_REVEAL_SESSION: "true" });
  expect(loot.channel).toBe("open");
  expect(loot.got.some((text) => text.includes(SECRETS.instructions))).toBe(true);
  expectNoSecret([proxy.command.output()]);
});
