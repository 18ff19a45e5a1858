import { on } from "node:events";
import { WebSocket } from "ws";

/** Whether a GET of this address is answered with 200. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** The types of the messages that the guide's console snippet prints: it opens a socket and sends one ping. */
export async function pasteSnippet(url: string): Promise<string[]> {
  const socket = new WebSocket(url);
  const types: string[] = [];
  socket.on("open", () => socket.send(JSON.stringify({ type: "ping" })));
  try {
    for await (const [data] of on(socket, "message", { signal: AbortSignal.timeout(10_000) })) {
      const { type } = JSON.parse(String(data)) as { type: string };
      types.push(type);
      if (type === "pong") break;
    }
  } finally {
    socket.terminate();
  }
  return types;
}
