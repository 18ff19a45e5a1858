import { describe, expect, test } from "vitest";
import { holds } from "../../src/canary/table.ts";
import { type AlteredFact, ofCreate, ofCreateRequest, ofEvent, ofReach } from "./alterations.ts";
import type { Alteration } from "./altering-relay.ts";
import { RETRY_LOST_CLIENT, type Tried, tryContract, type TryOptions } from "./try-contract.ts";

interface Reply {
  readonly session?: { readonly id?: string };
  readonly transport?: { readonly type?: string; readonly sdp?: string };
}

const inReply = (alter: (reply: Reply) => Reply): Alteration =>
  ofCreate(({ body }) => ({ body: JSON.stringify(alter(JSON.parse(body) as Reply)) }));

const inAnswer = (alter: (sdp: string) => string): Alteration =>
  inReply(({ transport, ...reply }) => ({ ...reply, transport: { ...transport, sdp: alter(transport?.sdp ?? "") } }));

const facts: readonly AlteredFact[] = [
  {
    what: "a route that needs no key",
    alteration: ofReach({ status: 400 }),
    drift: "reach",
    seen: "400 without a key (!)",
  },
  { what: "another status", alteration: ofCreate(() => ({ status: 200 })), drift: "create", seen: "200 (!)" },
  {
    what: "a reply without an id",
    alteration: inReply(({ transport }) => ({ ...(transport && { transport }) })),
    drift: "create",
    seen: "no id (!)",
  },
  {
    what: "a transport of another type",
    alteration: inReply(({ session, transport }) => ({
      ...(session && { session }),
      transport: { ...transport, type: "moq" },
    })),
    drift: "create",
    seen: "no transport of WebRTC (!)",
  },
  {
    what: "an answer without candidates",
    alteration: inAnswer((sdp) => sdp.replace(/^a=candidate:.*\r\n/gm, "")),
    drift: "answer",
    seen: "candidates: none (!)",
  },
  {
    what: "a sideband that says something else first",
    alteration: ofEvent("session.started", (event) => [{ type: "session.ready", event_id: "event_1" }, event]),
    drift: "sideband",
    seen: "session.ready came first (!)",
  },
  {
    what: "a new event",
    alteration: ofEvent("session.instructions.appended", (event) => [
      { type: "session.mood", event_id: "event_1" },
      event,
    ]),
    drift: "events",
    seen: "new: session.mood (!)",
  },
  {
    what: "an instruction that is not acknowledged",
    alteration: ofEvent("session.instructions.appended", () => []),
    drift: "greeting",
    seen: "no session.instructions.appended within 2 s",
  },
  {
    what: "no transcript",
    alteration: ofEvent("session.output_transcript.delta", () => []),
    drift: "greeting",
    seen: "no words of the transcript within 2 s",
  },
  {
    what: "times with fractions",
    alteration: ofEvent("session.output_transcript.delta", ({ start_ms, ...event }) => [
      { ...event, start_ms: Number(start_ms) + 0.5 },
    ]),
    drift: "greeting",
    seen: "no whole milliseconds (!)",
  },
  {
    what: "words without times",
    alteration: ofEvent("session.output_transcript.delta", ({ start_ms: _at, ...event }) => [event]),
    drift: "greeting",
    seen: "no words of the transcript within 2 s",
  },
  {
    what: "no audio of the interviewer on the sideband",
    alteration: ofEvent("session.output_audio.delta", () => []),
    drift: "mirror",
    seen: "no audio of the output within 2 s",
  },
  {
    what: "audio whose type comes behind it",
    alteration: ofEvent("session.input_audio.append", ({ type, ...event }) => [{ ...event, type }]),
    drift: "mirror",
    seen: "the type comes late (!)",
  },
  {
    what: "permissions that are not known",
    alteration: ofCreateRequest((body) => {
      const { session, ...create } = JSON.parse(body) as { readonly session: { readonly client?: unknown } };
      const { client: _permissions, ...others } = session;
      return JSON.stringify({ ...create, session: others });
    }),
    drift: "guard",
    seen: "a page's instruction was taken (!), no word of it, the page is told session.started (!)",
  },
  {
    what: "an end without its usage",
    alteration: ofEvent("session.closed", ({ usage: _seconds, ...event }) => [event]),
    drift: "close",
    seen: "no usage (!)",
  },
  {
    what: "an end for another reason",
    alteration: ofEvent("session.closed", (event) => [{ ...event, reason: "remote_hangup" }]),
    drift: "close",
    seen: "another reason than the request (!)",
  },
  {
    what: "an end that is not told",
    alteration: ofEvent("session.closed", () => []),
    drift: "close",
    seen: "the call cannot be closed",
  },
  {
    what: "another refusal of a sideband to an ended call",
    alteration: { refusal: 410 },
    drift: "gone",
    seen: "410 (!)",
  },
];

const tryLive = (options: TryOptions = {}): Promise<Tried> =>
  tryContract({ ...options, settings: { VOICE_API: "live" } });

describe.concurrent("each fact of the contract with Live, altered", RETRY_LOST_CLIENT, () => {
  test("nothing altered: all holds", async () => {
    const { rows, verdicts, calls, shapes } = await tryLive();
    expect(shapes["http 201 sessions"]).toMatchObject({ "session.id": "string", "transport.sdp": "string" });
    expect(verdicts).toEqual({});
    expect(rows.map(({ step }) => step)).toContain("mirror");
    expect(calls.map(({ endReason }) => endReason)).toEqual(["session_closed"]);
  });

  test.each(facts)("$what", async ({ alteration, drift, seen }) => {
    const tried = await tryLive({ alteration });
    expect(tried.verdicts).toMatchObject({ [drift]: "drift" });
    expect(tried.seen(drift)).toContain(seen);
    expect(holds(tried.rows)).toBe(false);
  });
});

describe.concurrent("a run with Live that is stopped", RETRY_LOST_CLIENT, () => {
  test.each(["create", "dtls", "greeting"])("after %s ends its call", async (step) => {
    const stop = new AbortController();
    const { verdicts, calls } = await tryLive({
      signal: stop.signal,
      onRow: (row) => {
        if (row.step === step) stop.abort();
      },
    });
    expect(verdicts).toMatchObject({ guard: "skipped", close: "skipped" });
    const ends = calls.map(({ events }) => events.filter(({ type }) => type === "session.closed"));
    expect(ends).toEqual([
      [expect.objectContaining({ event: expect.objectContaining({ reason: "close_requested" }) })],
    ]);
  });
});
