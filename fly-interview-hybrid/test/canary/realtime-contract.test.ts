import { describe, expect, test } from "vitest";
import { holds } from "../../src/canary/table.ts";
import { type AlteredFact, isHangUp, ofCreate, ofEvent, ofReach } from "./alterations.ts";
import type { Alteration } from "./altering-relay.ts";
import { RETRY_LOST_CLIENT, tryContract } from "./try-contract.ts";

function inAnswer(alter: (sdp: string) => string): Alteration {
  return ofCreate(({ body }) => ({ body: alter(body) }));
}

function withLocation(alter: (location: string) => string): Alteration {
  return ofCreate(({ headers }) => ({ headers: { ...headers, location: alter(headers["location"] ?? "") } }));
}

const cases: readonly AlteredFact[] = [
  {
    what: "a route that needs no key",
    alteration: ofReach({ status: 400 }),
    drift: "reach",
    seen: "400 without a key (!)",
  },
  { what: "another status", alteration: ofCreate(() => ({ status: 200 })), drift: "create", seen: "200 (!)" },
  {
    what: "an absolute Location",
    alteration: withLocation((location) => `https://api.openai.com${location}`),
    drift: "create",
    seen: "not relative: /v1/realtime/calls/rtc_u1_{32} (!)",
  },
  {
    what: "ids of another form",
    alteration: {
      ...withLocation((location) => location.replace("rtc_", "call_")),
      // What the proxy would hang up is not known by that name.
      instead: (path) => (path.includes("call_") ? { status: 404, headers: {}, body: "" } : undefined),
    },
    drift: "create",
    seen: "/v1/realtime/calls/call_u1_{32} (!)",
  },
  {
    what: "an answer without candidates",
    alteration: inAnswer((sdp) => sdp.replace(/^a=candidate:.*\r\n/gm, "")),
    drift: "answer",
    seen: "candidates: none (!)",
  },
  {
    what: "an answer without opus",
    alteration: inAnswer((sdp) => sdp.replace("opus/48000/2", "G722/8000")),
    drift: "answer",
    seen: "breaks opus-missing",
  },
  {
    what: "an answer with a role that answers may not have",
    alteration: inAnswer((sdp) => sdp.replaceAll("a=setup:active", "a=setup:actpass")),
    drift: "answer",
    seen: "breaks setup",
  },
  {
    what: "an answer whose voice is in no stream",
    alteration: inAnswer((sdp) => sdp.replace(/^a=(msid|ssrc):.*\r\n/gm, "")),
    drift: "answer",
    seen: "no stream for the voice (!)",
  },
  {
    what: "an answer in the role that nobody fills",
    alteration: inAnswer((sdp) => sdp.replaceAll("a=setup:active", "a=setup:passive")),
    drift: "dtls",
    seen: "no handshake within 2 s",
  },
  {
    what: "a sideband that greets",
    alteration: ofEvent("session.updated", (event) => [{ ...event, type: "session.created" }, event]),
    drift: "sideband",
    seen: "session.created came first (!)",
  },
  {
    what: "a sideband that does not answer",
    alteration: ofEvent("session.updated", () => []),
    drift: "sideband",
    seen: "no session.updated with our plan in force within 2 s",
  },
  {
    what: "a configuration that comes back changed",
    alteration: ofEvent("session.updated", ({ session, ...event }) => [
      { ...event, session: { ...(session as object), tool_choice: "required" } },
    ]),
    drift: "sideband",
    seen: "no session.updated with our plan in force within 2 s",
  },
  {
    what: "other names of events",
    alteration: ofEvent("response.created", (event) => [{ ...event, type: "response.begun" }]),
    drift: "greeting",
    seen: "no response.created within 2 s",
  },
  {
    what: "no transcript",
    alteration: { event: (event) => (event.type.startsWith("response.output_audio_transcript.") ? [] : [event]) },
    drift: "greeting",
    seen: "no words of the transcript within 2 s",
  },
  {
    what: "a response without its usage",
    alteration: ofEvent("response.done", ({ response, ...event }) => [
      { ...event, response: { ...(response as object), usage: null } },
    ]),
    drift: "usage",
    seen: "none (!)",
  },
  {
    what: "a new event",
    alteration: ofEvent("response.done", (event) => [{ type: "response.mood", event_id: "event_1" }, event]),
    drift: "events",
    seen: "new: response.mood (!)",
  },
  {
    what: "an event that lost a field",
    alteration: ofEvent("output_audio_buffer.started", ({ response_id: _id, ...event }) => [event]),
    drift: "greeting",
    seen: "no output_audio_buffer.started within 2 s",
  },
  {
    what: "a hang-up that fails",
    alteration: { instead: (path) => (isHangUp(path) ? { status: 500, headers: {}, body: "" } : undefined) },
    drift: "hang up",
    seen: "500 (!)",
  },
  {
    what: "a hang-up that always succeeds",
    alteration: { answer: (answer, { path }) => (isHangUp(path) ? { ...answer, status: 200 } : answer) },
    drift: "hang up",
    seen: "then 200 (!)",
  },
  {
    what: "a change that nobody is told of",
    alteration: ofEvent("session.updated", (event, nth) => (nth === 2 ? [] : [event])),
    drift: "guard",
    seen: "no word of the change on the sideband within 2 s",
  },
  {
    what: "a change that stays",
    alteration: ofEvent("session.updated", (event, nth) => (nth === 3 ? [] : [event])),
    drift: "guard",
    seen: "no correction within 2 s",
  },
  {
    what: "a change that is not wholly undone",
    alteration: ofEvent("session.updated", ({ session, ...event }, nth) => [
      { ...event, session: nth === 3 ? { ...(session as object), prompt: { id: "pmpt_1" } } : session },
    ]),
    drift: "guard",
    seen: "not all as before (!)",
  },
  {
    what: "another refusal of a sideband to an ended call",
    alteration: { refusal: 410 },
    drift: "gone",
    seen: "410 (!)",
  },
];

describe.concurrent("each fact of the contract, altered", RETRY_LOST_CLIENT, () => {
  test("nothing altered: all holds", async () => {
    // Whether pages may be simulated beside real calls is nothing to the canary.
    const { rows, verdicts, shapes } = await tryContract({ settings: { ALLOW_SIMULATION: "true" } });
    expect(Object.keys(shapes)).toEqual(
      expect.arrayContaining(["http 404 hangup", "channel session.created", "sideband response.done"]),
    );
    expect(verdicts).toEqual({});
    expect(holds(rows)).toBe(true);
    expect(rows.map(({ step }) => step)).toContain("guard");
  });

  test.each(cases)("$what", async ({ alteration, drift, seen }) => {
    const tried = await tryContract({ alteration });
    expect(tried.verdicts).toMatchObject({ [drift]: "drift" });
    expect(tried.seen(drift)).toContain(seen);
    expect(holds(tried.rows)).toBe(false);
  });
});

describe.concurrent("each fault of the simulator", RETRY_LOST_CLIENT, () => {
  test.each([
    ["bad_location", "create", "our code says UPSTREAM_BAD_ANSWER (!)"],
    ["html", "create", "our code says UPSTREAM_BAD_ANSWER (!)"],
    ["truncated", "answer", "breaks"],
  ] as const)("a create answered with %s", async (form, drift, seen) => {
    const tried = await tryContract({ fault: { kind: "malformed_answer", form } });
    expect(tried.verdicts).toMatchObject({ [drift]: "drift" });
    expect(tried.seen(drift)).toContain(seen);
  });

  test("a call without an id in its create is hung up by the id of its session", async () => {
    const tried = await tryContract({ fault: { kind: "malformed_answer", form: "no_location" } });
    const { calls, verdicts } = tried;
    expect(tried.seen("create")).toContain("no Location (!)");
    expect(verdicts).toEqual({
      create: "drift",
      sideband: "skipped",
      greeting: "skipped",
      audio: "skipped",
      guard: "skipped",
      usage: "skipped",
    });
    expect(calls.map(({ endReason }) => endReason)).toEqual(["hangup"]);
  });

  test("a sideband that is not found", async () => {
    const tried = await tryContract({ fault: { kind: "sideband_404" } });
    expect(tried.verdicts).toMatchObject({ sideband: "drift", greeting: "skipped", guard: "skipped" });
    expect(tried.seen("sideband")).toBe("refused with 404");
  });

  test("a call without a voice", async () => {
    const tried = await tryContract({ fault: { kind: "media_silence" } });
    expect(tried.verdicts).toMatchObject({ audio: "drift" });
  });

  test("a call that ends as it begins", async () => {
    const { rows } = await tryContract({ fault: { kind: "early_close" } });
    expect(holds(rows)).toBe(false);
  });

  test("a create that is refused is not tried again", async () => {
    const tried = await tryContract({ fault: { kind: "http", status: 429 } });
    expect(tried.verdicts).toMatchObject({ create: "failed", answer: "skipped", "hang up": "skipped" });
    expect(tried.seen("create")).toBe("429: UPSTREAM_RATE_LIMITED");
    expect(tried.calls).toEqual([]);
  });
});

describe("a run that is stopped", RETRY_LOST_CLIENT, () => {
  test.each(["create", "dtls", "greeting"])("after %s ends its call", async (step) => {
    const stop = new AbortController();
    const { verdicts, calls } = await tryContract({
      signal: stop.signal,
      onRow: (row) => {
        if (row.step === step) stop.abort();
      },
    });
    expect(verdicts).toMatchObject({ guard: "skipped", "hang up": "skipped" });
    expect(calls.map(({ endReason }) => endReason)).toEqual(["hangup"]);
  });

  test("nobody is called where the provider cannot be reached", async () => {
    const { verdicts, calls } = await tryContract({
      alteration: { instead: () => ({ status: 401, headers: {}, body: "" }) },
    });
    expect(verdicts).toMatchObject({ create: "failed" });
    expect(calls).toEqual([]);
  });
});
