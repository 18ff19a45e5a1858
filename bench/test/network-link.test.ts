import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startTcpLink, startUdpLink } from "../pages/network-link.ts";

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

test("what is to go at once overtakes what is on its way", async () => {
  const target = createSocket("udp4").bind(0, "127.0.0.1");
  await once(target, "listening");
  const undelayed = { outwards: (packet: Buffer) => packet.toString() === "at once", back: () => false };
  const link = await startUdpLink(target.address(), 20, undelayed);
  const peer = createSocket("udp4");
  onTestFinished(() => {
    link.close();
    target.close();
    peer.close();
  });
  const received = new Promise<string[]>((resolve) => {
    const words: string[] = [];
    target.on("message", (packet) => {
      if (words.push(packet.toString()) === 2) resolve(words);
    });
  });
  for (const word of ["later", "at once"]) peer.send(word, link.port, "127.0.0.1");
  expect(await received).toEqual(["at once", "later"]);
});
