import type { CallReport, InterviewScript, Simulator } from "openai-voice-simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { openRecords } from "../../src/records/registry.ts";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { newRecordsFile } from "../records-file.ts";
import { audioOffer } from "../sample-sdp.ts";
import { createSteppingClock } from "../stepping-clock.ts";
import { ENDED_BY_PROXY, toldBy } from "./provider-log.ts";
import type { SocketClient } from "./socket-client.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

const SERVICE = "service-token-of-the-platform-0123456789";

/** Longer than any session of these tests. */
const PATIENCE = { timeoutMs: 3_600_000 };

const line = { interviewer: "What else have you built since then?", candidate: "Engines, and some looms." };
const endless: InterviewScript = { turns: Array.from({ length: 100 }, () => line) };

async function start(script: InterviewScript, settings: Record<string, string>): Promise<ProxyUnderTest> {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  return startProxy({
    clock,
    settings: { SERVICE_TOKEN: SERVICE, IDLE_SECONDS: "3600", ...settings },
    // Nobody speaks at the moment at which the goodbye is asked for.
    simulator: { media: "none", wordsPerSecond: 5, thinksMs: 1000, script, clock },
  });
}

interface Page {
  readonly sessionId: string;
  readonly client?: SocketClient;
}

async function attentive(proxy: ProxyUnderTest): Promise<Required<Page>> {
  const client = await proxy.connectAs("ada");
  client.send({ type: "init" });
  const { sessionId } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  return { sessionId, client };
}

/** What may become of a page while its interview goes on. */
const pages: [name: string, open: (proxy: ProxyUnderTest) => Promise<Page>][] = [
  ["attentive", attentive],
  [
    "frozen: it reads nothing and answers no ping",
    async (proxy) => {
      const page = await attentive(proxy);
      page.client.socket.pause();
      return page;
    },
  ],
  [
    "gone without a word",
    async (proxy) => {
      const page = await attentive(proxy);
      page.client.socket.terminate();
      return page;
    },
  ],
  [
    "one that never had a socket",
    async (proxy) => {
      const { json } = await proxy.fetch("/api/sdp-exchange", {
        method: "POST",
        headers: { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": "application/json" },
        body: JSON.stringify({ sdpOffer: audioOffer }),
      });
      return json as Page;
    },
  ],
];

/** The only call, when the service has ended it. */
async function endedCall(simulator: Simulator): Promise<CallReport> {
  await simulator.waitFor(({ type }) => type === "call.ended", PATIENCE);
  const [call] = simulator.calls();
  if (call === undefined) throw new Error("There was no call.");
  return call;
}

/** Where the interviewer was told something, in private or as what to say next. */
function toldAt({ events }: CallReport, words: RegExp): number {
  return events.findIndex((event) => words.test(toldBy(event)?.text ?? ""));
}

/** A goodbye was asked for, was heard to its end, and then the call was hung up. */
function expectGoodbye(call: CallReport): void {
  const asked = toldAt(call, /say goodbye/);
  expect(asked).toBeGreaterThan(0);
  const after = call.events.slice(asked).map(({ type }) => type);
  const heard = after.indexOf("call.interviewer_started");
  expect(heard).toBeGreaterThan(0);
  expect(after.indexOf("call.interviewer_finished", heard)).toBeGreaterThan(heard);
  expect(call).toMatchObject({ state: "ended", endReason: ENDED_BY_PROXY });
}

async function endReasonOf(proxy: ProxyUnderTest, { sessionId }: Page): Promise<unknown> {
  const { json } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, {
    headers: { authorization: `Bearer ${SERVICE}` },
  });
  return (json as TranscriptDocument).session.endReason;
}

describe.each(pages)("a session whose page is %s", (_name, open) => {
  test("is ended by its time limit, with a goodbye", async () => {
    const proxy = await start(endless, { MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30" });
    const page = await open(proxy);
    const call = await endedCall(proxy.simulator);
    expectGoodbye(call);
    expect(toldAt(call, /About 30 seconds .* Wrap up/)).toBeGreaterThan(0);
    expect(((call.endedAt ?? 0) - call.createdAt) / 1000).toBeLessThanOrEqual(60);
    expect(await endReasonOf(proxy, page)).toBe("time_limit");
  });

  test("is ended by its budget, with a goodbye", async () => {
    const budget = asOnRealtime("usage") ? { BUDGET_TOKENS: "500" } : { BUDGET_SECONDS: "100" };
    const proxy = await start(endless, { MAX_SESSION_SECONDS: "3600", ...budget });
    const page = await open(proxy);
    const call = await endedCall(proxy.simulator);
    expectGoodbye(call);
    expect(((call.endedAt ?? 0) - call.createdAt) / 1000).toBeLessThan(120);
    expect(await endReasonOf(proxy, page)).toBe("budget_exceeded");
  });
});

test("a page that listens is warned of the end, and told of it", async () => {
  const proxy = await start(endless, { MAX_SESSION_SECONDS: "60", WARN_AT_SECONDS: "30,15" });
  const { client } = await attentive(proxy);
  expect(await client.next("time_remaining")).toMatchObject({ seconds: 30 });
  expect(await client.next("time_remaining")).toMatchObject({ seconds: 15 });
  expect(await client.next("ended")).toMatchObject({ reason: "time_limit" });
});

test("an interviewer who has said goodbye ends the interview; its notes are in the records and in no frame", async () => {
  const NOTE = "Evasive about the looms.";
  const tools = [{ name: "note", arguments: { text: NOTE } }, { name: "end_interview" }];
  const script = { turns: [line, { interviewer: "Thank you. Goodbye.", tools }] };
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  const records = await newRecordsFile(clock);
  const proxy = await startProxy({
    clock,
    settings: { DATABASE_URL: records.url },
    simulator: { media: "none", script, clock },
  });
  const { client, sessionId } = await attentive(proxy);
  expect(await client.next("ended")).toMatchObject({ reason: "completed" });
  const call = await endedCall(proxy.simulator);
  expect(call.events.findLast(({ type }) => type.startsWith("call.interviewer_"))?.type).toBe(
    "call.interviewer_finished",
  );
  await proxy.close();
  expect(JSON.stringify(client.messages)).not.toContain(NOTE);
  expect(proxy.logLines.join("")).not.toContain(NOTE);
  const kept = await openRecords(records.handOver().url, clock);
  onTestFinished(() => kept.close());
  expect(await kept.marksOf(sessionId)).toMatchObject([{ kind: "note", text: NOTE }]);
});
