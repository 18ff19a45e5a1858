import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { runSnippets, snippetsOf } from "./documented-snippets.ts";
import { SERVICE } from "./platform.ts";
import { startInviting } from "./invited.ts";

test("docs/invitations.md: what it shows works, in its order", async () => {
  const { proxy, refused } = await startInviting({ settings: { PUBLIC_URL: "https://talk.example" } });
  const opened: string[] = [];
  /** Comes to the server under test, whatever its public address says. */
  class SocketThere extends WebSocket {
    constructor(address: string) {
      super(address.replace("wss://talk.example", proxy.url.replace("http", "ws")));
      opened.push(address);
    }
  }
  const given = { proxy: proxy.url, serviceToken: SERVICE, WebSocket: SocketThere };
  const wanted = ["invitation", "url", "expiresAt", "sessionId", "socket", "status", "attempts", "interview"];
  const result = await runSnippets(snippetsOf("invitations.md"), given, wanted);
  const { invitation, sessionId, socket } = result as { invitation: string; sessionId: string; socket: WebSocket };
  if (socket.readyState === WebSocket.CONNECTING) await once(socket, "open");
  socket.close();
  expect(result).toMatchObject({
    url: `https://talk.example/interview?invitation=${invitation}`,
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    status: "redeemed",
    attempts: 1,
    interview: sessionId,
  });
  expect(opened).toEqual([expect.stringMatching(/^wss:\/\/talk\.example\/\?token=eyJ/)]);
  expect(await refused({ invitation })).toMatchObject({ code: "INVITATION_REVOKED" });
});
