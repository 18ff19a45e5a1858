import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import * as fc from "fast-check";
import type { FuzzedProxy } from "../fuzzed-proxy.ts";
import type { FuzzTarget } from "../target.ts";

/** One frame as it goes over the wire, lies included. */
interface RawFrame {
  readonly isFinal: boolean;
  /** The three reserved bits. */
  readonly reserved: number;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly payload: string;
  /** The length that the frame says it has. "eight": of 2^63 and more. */
  readonly length: "true" | "short" | "long" | "eight";
}

const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** More ends the connection unread. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Only a server that has lost a connection takes so long, also on a busy machine. In milliseconds. */
const PATIENCE_MS = 20_000;

const payload = fc.oneof(
  fc.constantFrom("", '{"type":"ping"}', '{"type":"init"}', '{"type":', "\u0003\u00e8", "\u0000", "a".repeat(126)),
  fc.constantFrom("a".repeat(65_536), "b".repeat(200_000)),
  fc.string({ maxLength: 150 }),
);
const sound = { isFinal: fc.boolean(), reserved: fc.constant(0), isMasked: fc.constant(true), payload };
const frame: fc.Arbitrary<RawFrame> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...sound,
      opcode: fc.constantFrom(0, 1, 1, 2, 9, 10),
      length: fc.constant("true" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...sound,
      reserved: fc.nat(7),
      opcode: fc.nat(15),
      isMasked: fc.boolean(),
      length: fc.constantFrom("true", "short", "long", "eight"),
    }),
  },
);

/** Speaks WebSocket badly: each connection is either kept, and answers a ping, or is closed by the server. */
export function rawFrameTarget(proxy: FuzzedProxy): FuzzTarget<readonly RawFrame[]> {
  let persons = 0;
  return {
    name: "raw-frames",
    counts: "frames",
    inputs: fc.array(frame, { minLength: 1, maxLength: 30, size: "max" }),
    async attempt(frames) {
      const socket = await upgraded(proxy, proxy.tokenOf(`raw ${persons++ % 10_000}`));
      try {
        const isAnswered = answerTo(socket);
        for (const next of [...frames, PROBE]) socket.write(bytesOf(next));
        // Where the server waits for the rest of a frame it learns that none comes.
        socket.end();
        const fault = frames.findIndex((_next, index) => isFault(frames.slice(0, index + 1)));
        const isReadable = frames.every(({ length }) => length === "true");
        if (fault !== -1) assert.ok(!(await isAnswered), `frame ${fault + 1} breaks the protocol, and was passed over`);
        else if (isReadable) assert.ok(await isAnswered, "a client that keeps to the protocol is answered");
        else await isAnswered;
        return frames.length;
      } finally {
        socket.destroy();
        proxy.checkHealth();
      }
    },
    longestBlockMs: () => proxy.longestBlockMs(),
    heapBytes: () => proxy.heapBytes(),
  };
}

const PROBE: RawFrame = {
  isFinal: true,
  reserved: 0,
  opcode: PING,
  isMasked: true,
  payload: "still there?",
  length: "true",
};

/** A socket right behind its upgrade, and the welcome that was sent on it. */
async function upgraded({ port }: FuzzedProxy, token: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    [
      "GET / HTTP/1.1",
      "Host: localhost",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      `Sec-WebSocket-Protocol: bearer, ${token}`,
      "",
      "",
    ].join("\r\n"),
  );
  let told = "";
  while (!told.includes('"welcome"')) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    told += chunk.toString("latin1");
  }
  return socket;
}

/** Whether the server answers the probe, before it ends the connection. */
function answerTo(socket: Socket): Promise<boolean> {
  const answer = String.fromCharCode(0x80 | PONG, PROBE.payload.length) + PROBE.payload;
  return new Promise((resolve, reject) => {
    let told = "";
    const timer = setTimeout(() => reject(new Error("The server neither answered nor closed.")), PATIENCE_MS);
    const settle = (isAnswered: boolean): void => {
      clearTimeout(timer);
      resolve(isAnswered);
    };
    socket.on("data", (chunk: Buffer) => {
      told = (told + chunk.toString("latin1")).slice(-4096);
      if (told.includes(answer)) settle(true);
    });
    socket.once("close", () => settle(false));
    socket.once("end", () => settle(false));
  });
}

function bytesOf({ isFinal, reserved, opcode, isMasked, payload: text, length }: RawFrame): Buffer {
  const body = Buffer.from(text, "utf8");
  const told = length === "short" ? Math.max(0, body.length - 1) : length === "long" ? body.length + 1 : body.length;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  let head: Buffer;
  if (length === "eight") head = Buffer.from([first, mask | 127, 0x80, 0, 0, 0, 0, 0, 0, 1]);
  else if (told < 126) head = Buffer.from([first, mask | told]);
  else if (told < 65_536) head = Buffer.from([first, mask | 126, told >> 8, told & 255]);
  else
    head = Buffer.from([first, mask | 127, 0, 0, 0, 0, told >>> 24, (told >> 16) & 255, (told >> 8) & 255, told & 255]);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), body]);
}

/** RFC 6455, sections 5.2, 5.4 and 5.5: whether the last of these frames may not follow on those before it. */
function isFault(frames: readonly RawFrame[]): boolean {
  const last = frames.at(-1);
  if (last === undefined) return false;
  const before = frames.slice(0, -1);
  // Behind a false length everything is something else.
  if (before.some(({ length }) => length !== "true")) return false;
  const isControl = last.opcode >= CLOSE;
  const message = before.filter(({ opcode }) => opcode < CLOSE);
  const unfinished = message.slice(message.findLastIndex(({ isFinal }) => isFinal) + 1);
  const bytes = Buffer.byteLength(last.payload);
  if (last.reserved !== 0 || !last.isMasked || last.length === "eight") return true;
  if (isControl) return last.opcode > PONG || !last.isFinal || bytes > 125 || last.opcode === CLOSE;
  if (last.opcode > 2) return true;
  const whole = unfinished.reduce((sum, { payload: part }) => sum + Buffer.byteLength(part), bytes);
  return unfinished.length > 0 === (last.opcode !== 0) || whole > MAX_MESSAGE_BYTES;
}
