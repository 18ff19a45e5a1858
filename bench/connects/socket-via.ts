import { once } from "node:events";
import { WebSocket } from "ws";
import { offers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import type { Connect } from "./connect.ts";

const INIT = JSON.stringify({ type: "init" });
const OFFER = JSON.stringify({ type: "sdp_offer", offer: sdpNamed(offers, "chrome-audio-only") });

/** The proxy's WebSocket, as the page uses it: one for each connect, initialised while the offer is made. */
export function socketVia(port: number): Connect {
  const sockets: WebSocket[] = [];
  const end = async (): Promise<void> => {
    const begun = sockets.splice(0);
    await Promise.all(
      begun.map(async (socket) => {
        const closed = once(socket, "close");
        socket.send(JSON.stringify({ type: "disconnect" }));
        await closed;
      }),
    );
  };
  return {
    once: (token) =>
      new Promise((resolve, reject) => {
        const openedAt = performance.now();
        let offeredAt = 0;
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["bearer", token], { perMessageDeflate: false });
        socket.once("error", reject);
        // The socket delivers one Buffer a message, never fragments.
        socket.on("message", (data) => {
          const now = performance.now();
          const { type, code } = JSON.parse((data as Buffer).toString("utf8")) as { type: string; code?: string };
          if (type === "error") reject(new Error(`The proxy sent the error ${code}.`));
          if (type === "welcome") socket.send(INIT);
          if (type === "initialized") {
            offeredAt = performance.now();
            socket.send(OFFER);
          }
          if (type !== "sdp_answer") return;
          sockets.push(socket);
          resolve({ tookMs: now - offeredAt, fromOpeningMs: now - openedAt });
        });
      }),
    close: end,
  };
}
