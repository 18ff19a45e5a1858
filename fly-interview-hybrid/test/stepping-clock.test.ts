import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSteppingClock, type SteppingClock } from "./stepping-clock.ts";

function steppingClock(): SteppingClock {
  const clock = createSteppingClock();
  onTestFinished(() => clock.close());
  return clock;
}

test("an hour of timers takes no time, and each is run at its time, in order", async () => {
  const clock = steppingClock();
  const start = clock.now();
  const run: string[] = [];
  const note = (name: string) => () => void run.push(`${name} ${clock.now() - start}`);
  const done = new Promise<void>((resolve) => {
    clock.after(3_600_000, () => {
      note("last")();
      resolve();
    });
  });
  clock.after(25, note("third"));
  clock.after(7, note("second"));
  clock.after(3, () => {
    note("first")();
    clock.after(0, note("added"));
  });
  const cancel = clock.after(15, note("cancelled"));
  cancel();
  cancel();
  await done;
  expect(run).toEqual(["first 10", "second 10", "added 10", "third 30", "last 3600000"]);
});

test("time stands still while messages go to and fro", async () => {
  const clock = steppingClock();
  const server = createServer((socket) => void socket.pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await once(client, "connect");
  const start = clock.now();
  let due = 0;
  const stepped = new Promise<void>((resolve) => {
    clock.after(1, () => {
      due += 1;
      resolve();
    });
  });
  for (let i = 0; i < 2000; i++) {
    client.write("x");
    await once(client, "data");
  }
  expect([clock.now() - start, due]).toEqual([0, 0]);
  await stepped;
  expect([clock.now() - start, due]).toEqual([10, 1]);
});

test("a closed clock runs nothing more", async () => {
  const clock = createSteppingClock();
  let runs = 0;
  const first = new Promise<void>((resolve) => {
    clock.after(1, () => {
      clock.close();
      resolve();
    });
  });
  clock.after(1, () => void (runs += 1));
  await first;
  const other = steppingClock();
  await new Promise<void>((resolve) => void other.after(1000, resolve));
  expect(runs).toBe(0);
});
