import { once } from "node:events";
import { connect } from "node:net";

/** Sends bytes to a port, as they are, and returns all that is said to them, up to the end of the connection. */
export async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  let told = "";
  socket.on("data", (chunk: Buffer) => {
    told += chunk.toString("latin1");
  });
  const closed = once(socket, "close");
  socket.write(text);
  await closed;
  return told;
}

/** The status of each reply in what was said. */
export function statusesIn(told: string): readonly number[] {
  return [...told.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}

/** The text of a request, each line with its end. */
export function request(...lines: readonly string[]): string {
  return [...lines, "", ""].join("\r\n");
}
