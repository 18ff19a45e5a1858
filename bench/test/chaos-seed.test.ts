import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeMischief } from "../endurance/mischief.ts";
import { startUnreliableLine } from "../endurance/unreliable-line.ts";

test("a seed breaks the same things, as badly and in the same order, however long the run and however many there are", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const short = await broken({ seed: 1, minutes: 5, pages: 0 });
  const long = await broken({ seed: 1, minutes: 10, pages: 50 });
  expect(short.length).toBeGreaterThan(10);
  expect(long.length).toBeGreaterThan(short.length);
  expect(long.slice(0, short.length)).toEqual(short);
  expect((await broken({ seed: 2, minutes: 10, pages: 50 })).slice(0, 10)).not.toEqual(long.slice(0, 10));
});

/** What was broken, but for how many pages it met. */
async function broken({ seed, minutes, pages }: { seed: number; minutes: number; pages: number }): Promise<string[]> {
  const closing = new AbortController();
  const said: string[] = [];
  const nothing = (): void => undefined;
  const mischief = makeMischief(
    {
      proxy: { killAndRestart: async () => undefined, jump: nothing },
      line: { refusesCreates: false, sidebands: { cutAll: nothing }, cable: { cut: nothing, restore: nothing } },
      receiver: { refuses: () => false },
      present: new Set(Array.from({ length: pages }, () => ({ drop: nothing }))),
      disk: { fill: async () => undefined, free: async () => undefined },
      seed,
      closing: closing.signal,
    },
    (text) => said.push(text.replace(/^(page sockets cut): .*/, "$1")),
  );
  await vi.advanceTimersByTimeAsync(minutes * 60_000);
  const whole = [...said];
  closing.abort();
  await mischief;
  return whole;
}

test("a seed spoils the same creates, whatever else goes over the line", async () => {
  const alone = await spoiltCreates(() => Promise.resolve());
  const beside = await spoiltCreates(
    async (post) => void (await Promise.all(["a", "b"].map((id) => post(`/${id}/hangup`)))),
  );
  expect(beside).toEqual(alone);
  expect(new Set(alone).size).toBeGreaterThan(1);
});

/** What the voice service is told to do with each of 40 creates. */
async function spoiltCreates(
  meanwhile: (post: (path: string) => Promise<unknown>) => Promise<void>,
): Promise<unknown[]> {
  const told: unknown[] = [];
  const service = createServer((request, reply) => {
    if (request.url?.endsWith("/calls") === true) told.push(request.headers["x-simulator-fault"]);
    reply.end();
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const line = await startUnreliableLine(`http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`, 1);
  onTestFinished(async () => {
    await line.close();
    service.closeAllConnections();
    service.close();
  });
  // Where its body never comes, the head does.
  const post = (path: string): Promise<unknown> => fetch(`${line.baseUrl}/realtime/calls${path}`, { method: "POST" });
  for (let nth = 0; nth < 40; nth += 1) {
    await meanwhile(post);
    await post("");
  }
  return told;
}
