import { parseServerMessage } from "@interview-proxy/protocol";
import type { Page } from "playwright-core";
import type { UdpRelay } from "./udp-relay.ts";

/** Has each call of the page go through the relay. */
export async function divertAudio(page: Page, relay: UdpRelay): Promise<void> {
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      const message = parseServerMessage(data.toString());
      if (message?.type !== "sdp_answer") return socket.send(data);
      const { answer } = message;
      void relay
        .divert(answer.sdp)
        .then((sdp) => socket.send(JSON.stringify({ ...message, answer: { ...answer, sdp } })));
    });
  });
}
