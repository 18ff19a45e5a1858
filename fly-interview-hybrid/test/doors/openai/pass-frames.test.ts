import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { passFrames } from "../../../src/doors/openai/pass-frames.ts";
import { createLog } from "../../../src/ops/log.ts";
import type { OpenSideband } from "../../../src/sessions/calls/calls-by-id.ts";

const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));

type Listener = Parameters<OpenSideband>[0];
type Sideband = Awaited<ReturnType<OpenSideband>>;

/** A client, our end of its socket, and a sideband that opens when the test says so. */
async function startPassing(): Promise<{
  readonly client: WebSocket;
  readonly socket: WebSocket;
  readonly sent: string[];
  readonly open: () => void;
  readonly listener: () => Listener;
  readonly closed: Promise<void>;
}> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const one of server.clients) one.terminate();
    server.close();
  });
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket]] = (await Promise.all([once(server, "connection"), once(client, "open")])) as [[WebSocket], unknown];
  const sent: string[] = [];
  let open = (): void => undefined;
  let told: Listener | undefined;
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => void (close = resolve));
  const sideband: Sideband = { send: (frame) => void sent.push(frame.toString()), close: () => close() };
  const opened = new Promise<Sideband>((resolve) => void (open = () => resolve(sideband)));
  void passFrames(
    socket,
    (listener) => {
      told = listener;
      return opened;
    },
    { requestId: "req_1", unknownCall: "call_id_not_found", log },
  );
  const listener = (): Listener => {
    if (told === undefined) throw new Error("No sideband was asked for.");
    return told;
  };
  return { client, socket, sent, open, listener, closed };
}

test("what a client says before the sideband is open waits for it", async () => {
  const { client, sent, open } = await startPassing();
  client.send("one");
  client.send("two");
  open();
  client.send("three");
  await expect.poll(() => sent).toEqual(["one", "two", "three"]);
});

test("a client that does not read is cut off, and its sideband let go", async () => {
  const { client, socket, open, listener, closed } = await startPassing();
  open();
  client.pause();
  const frame = Buffer.alloc(1024 * 1024, "x");
  for (let sent = 0; sent < 64 && socket.readyState === socket.OPEN; sent += 1) listener().onFrame(frame);
  expect(socket.readyState).not.toBe(socket.OPEN);
  await closed;
});

test("a client that has gone before the sideband is open leaves none behind", async () => {
  const { socket, open, closed } = await startPassing();
  const gone = once(socket, "close");
  socket.terminate();
  await gone;
  open();
  await closed;
  expect(socket.readyState).toBe(socket.CLOSED);
});

test("a voice service that is lost closes the client's socket as an error of the server", async () => {
  const { client, open, listener } = await startPassing();
  open();
  const closed = once(client, "close");
  listener().onClose(undefined);
  expect((await closed)[0]).toBe(1011);
});
