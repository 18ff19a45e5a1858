// A voice service of supervision-load.ts, in a process of its own: answers each create with the same SDP, and plays a recorded interview to its
// sideband, to all of them at a rate that it is told. Argument: the file with the interview. Told "play N" it plays N events a second in all from then on, none with 0; "count" is
// answered with how much was sent, and "report", which takes a while, with when each turn became final.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import { answers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import type { SpokenTurn } from "./interview-of.ts";
import { indexOfOffer } from "../processes/load-offer.ts";
import { monotonicMs } from "../processes/one-core.ts";
import type { RecordedInterview } from "./recorded-interview.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";

/** What was played since this was asked last. */
export interface Played {
  readonly events: number;
  readonly cpuMs: number;
  /** How late its timers were, in milliseconds, 99th percentile. */
  readonly latenessP99Ms: number;
}

/** All turns since the start. */
export interface ReplayReport {
  /** When each turn became final, in milliseconds of the monotonic clock, by the index of the call's offer. */
  readonly finalAt: Readonly<Record<number, readonly number[]>>;
  readonly said: Readonly<Record<number, readonly SpokenTurn[]>>;
}

const TICK_MS = 2;
/** Of what could not be played in time, so much is played late. */
const MOST_OWED_MS = 100;
/** About as many. */
const EVENTS_OF_AN_EXCHANGE = 100;
const ANSWER = sdpNamed(answers, "openai-audio-only");

interface PlayedCall {
  readonly socket: WebSocket;
  readonly finalAt: number[];
  /** Of the next event. */
  place: number;
  /** How often it is passed over before it begins: calls that began together would end their turns together. */
  waits: number;
}

const interview = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as RecordedInterview;
const { turns } = interview;
const frames = interview.frames.map((frame) => Buffer.from(frame));
/** How many turns become final with the event of a place. */
const finalWith = new Map<number, number>();
for (const turn of turns) finalWith.set(turn.finalWith, (finalWith.get(turn.finalWith) ?? 0) + 1);
const indexes = new Map<string, number>();
const calls = new Map<number, PlayedCall>();
const order: PlayedCall[] = [];
const lateness = new TimerLateness();
let [sent, next, rate, owed, tickedAt] = [0, 0, 0, 0, monotonicMs()];
let usage = process.cpuUsage();

const server = createServer((request, response) => void answer(request, response));
const sidebands = new WebSocketServer({ server, perMessageDeflate: false });
sidebands.on("connection", attach);
server.listen(0, "127.0.0.1", 4096, () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`),
);
setInterval(tick, TICK_MS);
process.on("disconnect", () => process.exit());
process.on("message", (message: string) => {
  const [word, value] = message.split(" ");
  if (word === "play") [rate, owed, tickedAt] = [Number(value), 0, monotonicMs()];
  else process.send?.(word === "count" ? count() : report());
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  if (request.url?.endsWith("/calls") !== true) return void response.writeHead(200).end();
  const id = `rtc_${randomUUID().replaceAll("-", "")}`;
  indexes.set(id, indexOfOffer(body));
  response.writeHead(201, { "content-type": "application/sdp", location: `/v1/realtime/calls/${id}` }).end(ANSWER);
}

function attach(socket: WebSocket, request: IncomingMessage): void {
  const id = new URL(request.url ?? "", "http://localhost").searchParams.get("call_id") ?? "";
  const call: PlayedCall = { socket, finalAt: [], place: 0, waits: order.length % EVENTS_OF_AN_EXCHANGE };
  calls.set(indexes.get(id) ?? -1, call);
  order.push(call);
  socket.on("message", (data) => {
    // The socket delivers one Buffer a message, never fragments.
    const { type, session } = JSON.parse((data as Buffer).toString("utf8")) as { type: string; session?: object };
    if (type === "session.update")
      socket.send(JSON.stringify({ type: "session.updated", event_id: randomUUID(), session }));
  });
}

/** Plays what is owed since the last time, an event of each call in turn. */
function tick(): void {
  const now = monotonicMs();
  // Of what a machine was too busy for, no more is made up for than a moment.
  owed = Math.min(owed + ((now - tickedAt) * rate) / 1000, (rate * MOST_OWED_MS) / 1000);
  tickedAt = now;
  for (; owed >= 1; owed -= 1) {
    const call = order[next++ % order.length];
    const frame = call === undefined ? undefined : frames[call.place];
    if (call === undefined || frame === undefined || call.waits-- > 0) continue;
    call.socket.send(frame, { binary: false });
    for (let final = finalWith.get(call.place) ?? 0; final > 0; final -= 1) call.finalAt.push(monotonicMs());
    call.place += 1;
    sent += 1;
  }
}

function count(): Played {
  const { user, system } = process.cpuUsage(usage);
  usage = process.cpuUsage();
  const events = sent;
  sent = 0;
  return { events, cpuMs: (user + system) / 1000, latenessP99Ms: lateness.p99MsSinceLast() };
}

function report(): ReplayReport {
  const byIndex = <T>(of: (call: PlayedCall) => T): Record<number, T> =>
    Object.fromEntries([...calls].map(([index, call]) => [index, of(call)]));
  return {
    finalAt: byIndex(({ finalAt }) => finalAt),
    said: byIndex(({ finalAt }) =>
      turns.slice(0, finalAt.length).map(({ role, text: words }) => ({ role, text: words })),
    ),
  };
}
