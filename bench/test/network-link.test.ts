import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startTcpLink } from "../pages/network-link.ts";

test("what is sent arrives in its order, and no answer comes before two round trips: one opens the connection", async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  const link = await startTcpLink((echo.address() as AddressInfo).port, 30);
  onTestFinished(() => {
    link.close();
    echo.close();
  });
  const beganAt = performance.now();
  const socket = connect(link.port, "127.0.0.1");
  for (const word of ["one ", "two ", "three"]) socket.write(word);
  let received = "";
  socket.on("data", (data) => (received += data.toString()));
  const [first] = (await once(socket, "data")) as [Buffer];
  // A timer may fire a moment early.
  expect(performance.now() - beganAt).toBeGreaterThan(118);
  expect(first.toString()).toMatch(/^one /);
  socket.end();
  await once(socket, "end");
  expect(received).toBe("one two three");
});
