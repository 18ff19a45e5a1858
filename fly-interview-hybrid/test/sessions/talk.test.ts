import { describe, expect, test } from "vitest";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { settle } from "../fake-clock.ts";
import { CALL, offer, type Started, startSession } from "./start-session.ts";

describe("what is said", () => {
  const greeting = [
    {
      type: "item",
      previousId: null,
      responseId: "resp_1",
      item: { id: "item_1", speaker: "interviewer", text: null, spoken: true, status: "in_progress" },
    },
    { type: "delta", itemId: "item_1", speaker: "interviewer", text: "Hello." },
    { type: "interviewer_speaking", responseId: "resp_1", state: "started" },
    { type: "text", itemId: "item_1", speaker: "interviewer", text: "Hello.", spoken: true },
  ] as const satisfies readonly CallEvent[];
  const heard = { type: "interviewer_speaking", responseId: "resp_1", state: "finished" } as const;

  async function talk(): Promise<Started> {
    const started = await startSession();
    const { outcome } = await offer(started);
    started.upstream.creates[0]?.answer(CALL);
    await outcome;
    await settle();
    for (const event of [{ type: "ready" } as const, ...greeting]) started.upstream.sidebands[0]?.say(event);
    return started;
  }

  test("is told a few words at a time, and as a turn once it is written", async () => {
    const { session, events, upstream, records, clock } = await talk();
    for (const text of [" Good", " morning."])
      upstream.sidebands[0]?.say({ type: "delta", itemId: "item_1", speaker: "interviewer", text });
    expect(events.slice(2)).toMatchObject([{ type: "speaking", role: "interviewer", active: true }]);
    await clock.advance(200);
    expect(events.slice(3)).toMatchObject([
      { type: "transcript_delta", role: "interviewer", text: "Hello. Good morning." },
    ]);
    upstream.sidebands[0]?.say(heard);
    expect(events.some((event) => (event as { type: string }).type === "turn")).toBe(false);
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "turn", seq: 3, n: 1, text: "Hello.", status: "complete" });
    const [turn] = await records.turnsOf(session.id);
    expect(turn?.id).toBe((events.at(-1) as { id: string }).id);
    expect(events[3]).toMatchObject({ turnId: turn?.id });
    expect(session.eventsAfter(2, [])).toEqual([events.at(-1)]);
  });

  test("last is told before the end, and the transcript is sealed with it", async () => {
    const { sessions, session, events, records } = await talk();
    await sessions.end(session, "time_limit");
    expect(events.slice(-2)).toMatchObject([
      { type: "turn", text: "Hello.", status: "interrupted" },
      { type: "ended", reason: "time_limit" },
    ]);
    expect(await records.findSeal(session.id)).toMatchObject({ turns: 1 });
  });

  test("goes on in the next call with the next number, although the provider's names repeat", async () => {
    const { sessions, session, upstream, records } = await talk();
    const next = await offer({ sessions, session });
    upstream.creates[1]?.answer({ ...CALL, callId: "rtc_u1_second00" });
    await next.outcome;
    await settle();
    for (const event of [...greeting, ...greeting, heard]) upstream.sidebands[1]?.say(event);
    await settle();
    expect((await records.turnsOf(session.id)).map(({ n, status }) => [n, status])).toEqual([
      [1, "interrupted"],
      [2, "complete"],
    ]);
  });

  test("while the sideband was away is asked for", async () => {
    const { upstream } = await talk();
    upstream.sidebands[0]?.drop();
    await settle();
    expect(upstream.sidebands[1]?.sent).toEqual(["configure", "retrieve item_1"]);
  });
});
