import assert from "node:assert/strict";
import { ERRORS, isErrorCode, type ServerMessage } from "@interview-proxy/protocol";
import * as fc from "fast-check";
import { damaged } from "../../sdp/hostile-sdp.ts";
import { offers } from "../../sdp/sdp-fixtures.ts";
import { audioOffer } from "../../sample-sdp.ts";
import type { FuzzedProxy } from "../fuzzed-proxy.ts";
import { allowedOutcomes, type ModelState, NO_SESSION, type Outcome } from "../session-model.ts";
import { openSocket, type FuzzSocket } from "../fuzz-socket.ts";
import type { FuzzTarget } from "../target.ts";

interface Conversation {
  /** paced: each message is answered before the next is sent, and held against the model. burst: all at once. */
  readonly pace: "paced" | "burst";
  /** Texts; {@link OWN_ID} and {@link OWN_TOKEN} in them stand for what the server has given out. */
  readonly messages: readonly string[];
}

const OWN_ID = "$own-id";
const OWN_TOKEN = "$own-token";
const UNKNOWN_ID = `ses_${"A".repeat(22)}`;

/** Is refused in every state, after all that was sent before it was done. */
const BARRIER = JSON.stringify({ type: "ice_candidate", candidate: null, sessionId: UNKNOWN_ID });

const MAX_BAD_MESSAGES = 32;

/**
 * So many persons at most talk to the proxy at once: waiting for one reply, the others are served. Were they many more, what the
 * proxy does for all of them within one turn of its loop would look like one thing that takes long.
 */
const SIDE_BY_SIDE = 16;

const sessionId = fc.constantFrom(undefined, undefined, "mine", "yours", OWN_ID, UNKNOWN_ID, "", 7, "__proto__");
const anyToken = fc.constantFrom(undefined, OWN_TOKEN, `rst_${"A".repeat(22)}.x`, "x", "", `${OWN_TOKEN}x`);
const sdp = fc.oneof(
  { weight: 3, arbitrary: fc.constant(audioOffer) },
  { weight: 3, arbitrary: damaged(offers) },
  { weight: 1, arbitrary: fc.string() },
);
const wrong = fc.constantFrom<unknown[]>(undefined, null, 7, "", [], {}, "x", -1, 1e308, "\ud800");

const anyMessage = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: "ping" }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("init"),
      sessionId,
      resumeToken: anyToken,
      lastSeq: fc.constantFrom(undefined, 0, 1, 1e9, -1),
      aiPersona: fc.constantFrom(undefined, "alloy", "interviewer", "hal", "constructor"),
      protocol: fc.constantFrom(undefined, 1, 99, 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("sdp_offer"),
      sessionId,
      offer: fc.oneof(
        sdp,
        sdp.map((text) => ({ type: "offer", sdp: text })),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("ice_candidate"), sessionId, candidate: fc.oneof(wrong, fc.string()) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("say"), text: fc.oneof(fc.string(), wrong) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("mute"), muted: fc.oneof(fc.boolean(), wrong) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("stats"),
      quality: fc.constantFrom("good", "poor", "lost", "?"),
      rttMs: fc.constantFrom(undefined, 0, 60_000, 60_001, -1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("disconnect"), sessionId }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("type", "sessionId", "__proto__", "x"), wrong) },
);
const anyMessageText = fc.oneof(
  { weight: 12, arbitrary: anyMessage.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(anyMessage, fc.nat(200), fc.string({ maxLength: 3 }))
      .map(([value, at, inserted]) => spliced(JSON.stringify(value), at, inserted)),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json(), fc.constant("[".repeat(50_000))) },
);

/** Some persons, each of whom says to its socket what a page might, could and must not say, in any order; each reply must be one that the protocol knows. */
export function messageTarget(proxy: FuzzedProxy): FuzzTarget<readonly Conversation[]> {
  let persons = 0;
  const hold = async ({ pace, messages }: Conversation): Promise<number> => {
    // Nobody's session of the attempt before is met: it is over before all names were used.
    const token = proxy.tokenOf(`person ${persons++ % 10_000}`);
    const socket = await openSocket(proxy.port, token);
    try {
      const sent = pace === "paced" ? await sayInTurn(socket, messages) : await sayAtOnce(socket, messages);
      checkTold(socket.told);
      return sent;
    } finally {
      await socket.leave();
    }
  };
  const conversation = fc.record({
    pace: fc.constantFrom<Conversation["pace"][]>("paced", "burst"),
    messages: fc.array(anyMessageText, { minLength: 1, maxLength: 60, size: "max" }),
  });
  return {
    name: "messages",
    counts: "frames",
    inputs: fc.array(conversation, { minLength: 1, maxLength: SIDE_BY_SIDE, size: "max" }),
    async attempt(conversations) {
      const [paced, bursts] = [conversations.filter(isPaced), conversations.filter((other) => !isPaced(other))];
      // All are over before one is told to have failed: none may disturb the next attempt.
      const outcomes = await Promise.allSettled(paced.map(hold));
      // A burst is many messages within one turn of the loop by itself.
      for (const burst of bursts) outcomes.push(...(await Promise.allSettled([hold(burst)])));
      proxy.checkHealth();
      return sum(outcomes);
    },
    longestBlockMs: () => proxy.longestBlockMs(),
    heapBytes: () => proxy.heapBytes(),
  };
}

function isPaced({ pace }: Conversation): boolean {
  return pace === "paced";
}

function sum(outcomes: readonly PromiseSettledResult<number>[]): number {
  return outcomes.reduce((total, outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return total + outcome.value;
  }, 0);
}

async function sayInTurn(socket: FuzzSocket, messages: readonly string[]): Promise<number> {
  let state = NO_SESSION;
  let bad = 0;
  let sent = 0;
  for (const template of messages) {
    const text = filled(template, state);
    const allowed = allowedOutcomes(text, state);
    const isSilent = allowed.includes("nothing");
    const from = socket.told.length;
    socket.send(text);
    socket.send(BARRIER);
    sent += 1;
    const isEnd = (): boolean => {
      const outcomes = repliesOf(socket.told.slice(from));
      return (
        outcomes.filter((outcome) => outcome === "SESSION_FORBIDDEN").length >= 1 && (isSilent || outcomes.length >= 2)
      );
    };
    await socket.until(isEnd);
    const outcomes = repliesOf(socket.told.slice(from));
    // The last refusal is that of the barrier, where the socket is still there to answer it.
    const barrier = outcomes.lastIndexOf("SESSION_FORBIDDEN");
    const [outcome = "nothing", ...more] = socket.isOpen ? outcomes.toSpliced(barrier, 1) : outcomes;
    const where = `${text.slice(0, 200)} in the state "${state.session}" got ${[outcome, ...more].join(", ")}`;
    assert.ok(allowed.includes(outcome), `${where} and not ${allowed.join(" or ")}`);
    if (isBad(outcome)) bad += 1;
    if (outcome === "disconnected" || bad >= MAX_BAD_MESSAGES) {
      assert.equal(await socket.closed, outcome === "disconnected" ? 1000 : 4400, "it is closed, and says why");
      return sent;
    }
    assert.ok(socket.isOpen, `${where}, and the socket was closed`);
    assert.deepEqual(more, [], `${where}: one message has one reply`);
    // Whether there is a session after an offer that failed later depends on when it failed.
    if (outcome.startsWith("UPSTREAM_")) return sent;
    state = after(state, text, outcome, socket.told.slice(from));
  }
  return sent;
}

function after(state: ModelState, text: string, outcome: Outcome, told: readonly ServerMessage[]): ModelState {
  const reply = told.find(({ type }) => type === "initialized" || type === "sdp_answer");
  if (reply?.type !== "initialized" && reply?.type !== "sdp_answer") return state;
  assert.ok(state.sessionId === undefined || reply.sessionId === state.sessionId, "the session is the same");
  const { sessionId: name } = JSON.parse(text) as { sessionId?: string };
  return {
    session: outcome === "sdp_answer" ? "called" : state.session === "called" ? "called" : "open",
    sessionId: reply.sessionId,
    resumeToken: reply.type === "initialized" ? reply.resumeToken : state.resumeToken,
    names: state.session === "none" && name !== undefined ? [name] : state.names,
  };
}

async function sayAtOnce(socket: FuzzSocket, messages: readonly string[]): Promise<number> {
  for (const template of messages) socket.send(filled(template, NO_SESSION));
  socket.send(BARRIER);
  // Calls that are being made are answered after the barrier, or never, where the client has left meanwhile.
  await socket.until(() => repliesOf(socket.told).includes("SESSION_FORBIDDEN"));
  return messages.length;
}

/** What holds of everything that a server says. */
function checkTold(told: readonly ServerMessage[]): void {
  let seq = 0;
  let isOver = false;
  for (const message of told) {
    if (message.type === "error") {
      assert.ok(isErrorCode(message.code), "the code is one of the table");
      const entry = ERRORS[message.code];
      assert.equal(message.message, entry.message, "the message is the table's");
      const isUpstreams = message.code === "UPSTREAM_REJECTED_SDP" || message.code === "UPSTREAM_BAD_ANSWER";
      assert.ok(entry.http < 500 || isUpstreams, `the server failed: ${message.code}`);
    }
    // Who comes back may ask to be told again what was told before.
    if (message.type === "initialized") [seq, isOver] = [0, false];
    if (!("seq" in message) || message.type === "initialized") continue;
    assert.ok(message.seq > seq, "events are numbered upwards");
    assert.ok(!isOver, "nothing happens to a session that has ended");
    seq = message.seq;
    isOver = message.type === "ended";
  }
}

const REPLIES = ["pong", "initialized", "sdp_answer", "disconnected"] as const;

function repliesOf(told: readonly ServerMessage[]): Outcome[] {
  return told.flatMap((message): Outcome[] => {
    if (message.type === "error") return isErrorCode(message.code) ? [message.code] : [];
    return REPLIES.filter((type) => type === message.type);
  });
}

const BAD: ReadonlySet<Outcome> = new Set([
  "BAD_JSON",
  "UNKNOWN_MESSAGE",
  "INVALID_MESSAGE",
  "MESSAGE_TOO_LARGE",
  "SDP_INVALID",
]);

function isBad(outcome: Outcome): boolean {
  return BAD.has(outcome);
}

function filled(template: string, { sessionId: id, resumeToken }: ModelState): string {
  return template.replaceAll(OWN_ID, id ?? UNKNOWN_ID).replaceAll(OWN_TOKEN, resumeToken ?? "rst_none");
}

function spliced(whole: string, at: number, inserted: string): string {
  const place = at % (whole.length + 1);
  return whole.slice(0, place) + inserted + whole.slice(place + 1);
}
