import { expect, test } from "vitest";
import { EventStream } from "../../src/doors/http/event-stream.ts";

const KIB = 1024;

function write(stream: EventStream, bytes: number): void {
  stream.write({ type: "transcript_delta", turnId: "turn_1", role: "interviewer", text: "x".repeat(bytes) }, undefined);
}

test("what a reader had missed may wait, however much it is; of what comes then, 1 MiB", () => {
  const stream = new EventStream();
  for (let i = 0; i < 40; i++) write(stream, 100 * KIB);
  stream.beginToCount();
  for (let i = 0; i < 10; i++) write(stream, 100 * KIB);
  expect(stream.body.destroyed).toBe(false);
  for (let i = 0; i < 2; i++) write(stream, 100 * KIB);
  expect(stream.body.destroyed).toBe(true);
});

test("a reader that reads gets everything, whatever it amounts to", async () => {
  const stream = new EventStream();
  stream.beginToCount();
  let read = 0;
  for (let i = 0; i < 40; i++) {
    write(stream, 100 * KIB);
    read += (stream.body.read() as Buffer).length;
  }
  stream.end();
  expect(read).toBeGreaterThan(4000 * KIB);
  expect(stream.body.destroyed).toBe(false);
});

test("nothing is written behind the end, and ending twice does no harm", () => {
  const stream = new EventStream();
  stream.end();
  stream.beat();
  write(stream, 1);
  stream.end();
  expect((stream.body.read() as Buffer).toString()).toBe(":\n\n");
});
