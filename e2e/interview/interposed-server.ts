import { parseServerMessage, type ServerMessage } from "@interview-proxy/protocol";
import type { Page, WebSocketRoute } from "playwright-core";

/** Stands between a page and the real server, whose messages pass, and speaks in the server's name besides. */
export interface InterposedServer {
  say(message: ServerMessage): void;
}

/** To be called before the page opens its socket. `remainingSeconds` replaces what the server says in `initialized`. */
export async function interpose(page: Page, remainingSeconds: number): Promise<InterposedServer> {
  let latest: WebSocketRoute | undefined;
  await page.routeWebSocket(/./, (socket) => {
    latest = socket;
    socket.connectToServer().onMessage((data) => {
      const message = parseServerMessage(data.toString());
      socket.send(message?.type === "initialized" ? JSON.stringify({ ...message, remainingSeconds }) : data);
    });
  });
  return {
    say(message) {
      if (latest === undefined) throw new Error("The page has not opened a socket.");
      latest.send(JSON.stringify(message));
    },
  };
}
