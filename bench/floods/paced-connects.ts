// Pages that connect at a steady pace, each from opening its socket to the answer of its call.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";

/** Whose page it is, and from where a reverse proxy says that it comes. */
export interface Page {
  readonly token: string;
  readonly address: string;
}

/** An interview that runs. */
export interface Interview {
  readonly connectMs: number;
  readonly socket: WebSocket;
}

/** Connects `count` pages one after the other, so many a second, and hangs up each; returns how long each took, in milliseconds. */
export async function pacedConnects(
  port: number,
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
  pageOf: (n: number) => Promise<Page> | Page,
): Promise<number[]> {
  const times: Promise<number>[] = [];
  for (let n = 0; n < count; n++) {
    times.push(connectOnce(port, await pageOf(n)));
    await pause(1000 / perSecond);
  }
  return Promise.all(times);
}

async function connectOnce(port: number, page: Page): Promise<number> {
  const { connectMs, socket } = await beginInterview(port, page);
  socket.send(JSON.stringify({ type: "disconnect" }));
  await once(socket, "close");
  return connectMs;
}

export async function beginInterview(port: number, { token, address }: Page): Promise<Interview> {
  const startedAt = performance.now();
  const headers = { "x-forwarded-for": address };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["bearer", token], { headers });
  const connectMs = await new Promise<number>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as { type: string; code?: string };
      if (message.type === "error") reject(new Error(`The connect was refused: ${message.code}.`));
      if (message.type === "welcome") socket.send(JSON.stringify({ type: "init" }));
      if (message.type === "initialized") socket.send(JSON.stringify({ type: "sdp_offer", offer: audioOffer }));
      if (message.type === "sdp_answer") resolve(performance.now() - startedAt);
    });
  });
  return { connectMs, socket };
}
