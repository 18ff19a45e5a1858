// A voice service in a process of its own that answers each create after a fixed delay, always with the same SDP, and on sidebands
// puts in force what it is told, and says no more. Told "delay N" it answers after N milliseconds from then on, and "report"
// it tells how late its timers were since.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { answers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import { TimerLateness } from "../processes/timer-lateness.ts";

const ANSWER = sdpNamed(answers, "openai-audio-only");

let delayMs = 0;
const lateness = new TimerLateness();
const server = createServer((request, response) => {
  request.resume();
  request.once("end", () =>
    delayMs === 0 ? answer(request, response) : setTimeout(answer, delayMs, request, response),
  );
});
const sidebands = new WebSocketServer({ server, perMessageDeflate: false });
sidebands.on("connection", (socket) => socket.on("message", (data) => confirm(socket, data)));
// More connections than any measurement opens at once come within a moment.
// No control is to find a connection closed that it has kept.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", 4096, () => process.send?.(String((server.address() as AddressInfo).port)));

process.on("disconnect", () => process.exit());
process.on("message", (message: string) => {
  const [word, value] = message.split(" ");
  if (word === "delay") delayMs = Number(value);
  process.send?.(lateness.p99MsSinceLast());
});

function answer({ url }: IncomingMessage, response: ServerResponse): void {
  if (url?.endsWith("/calls") !== true) return void response.writeHead(200).end();
  const id = randomUUID().replaceAll("-", "");
  response.writeHead(201, { "content-type": "application/sdp", location: `/v1/realtime/calls/rtc_${id}` }).end(ANSWER);
}

function confirm(socket: WebSocket, data: RawData): void {
  // The socket delivers one Buffer a message, never fragments.
  const { type, session } = JSON.parse((data as Buffer).toString("utf8")) as { type: string; session?: object };
  if (type === "session.update")
    socket.send(JSON.stringify({ type: "session.updated", event_id: randomUUID(), session }));
}
