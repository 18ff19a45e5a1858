import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { SettingError } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import { RecordConflict } from "../../src/records/records.ts";
import { openSpool } from "../../src/records/sqlite/spool.ts";
import { WriteQueue } from "../../src/records/write-queue.ts";
import { createFakeClock, type FakeClock, settle } from "../fake-clock.ts";

const log = createLog("silent", new Writable());

interface QueueUnderTest {
  readonly queue: WriteQueue;
  readonly clock: FakeClock;
  /** What was written, in its order. */
  readonly done: string[];
  readonly outcomes: string[];
  /** How writes go from now on. */
  readonly records: { state: "up" | "down" | "silent" | "refusing" };
  readonly write: (lane: string, text: string) => Promise<string>;
}

/** A queue over records that are no more than a list. */
function openQueue(folder?: string): QueueUnderTest {
  const clock = createFakeClock();
  const [done, outcomes]: [string[], string[]] = [[], []];
  const records: QueueUnderTest["records"] = { state: "up" };
  const queue = new WriteQueue({
    spool: openSpool(folder, log),
    clock,
    log,
    onOutcome: (kind, outcome) => outcomes.push(`${kind} ${outcome}`),
  });
  onTestFinished(async () => {
    const closed = queue.close();
    await clock.advance(5000);
    await closed;
  });
  const write = queue.writer({
    name: "note",
    room: "all",
    async perform(text: string) {
      if (records.state === "down") throw new Error("connection refused");
      if (records.state === "refusing") throw new RecordConflict(new Error("unknown call"));
      if (records.state === "silent") await new Promise<void>(() => undefined);
      done.push(text);
      return `done ${text}`;
    },
  });
  return { queue, clock, done, outcomes, records, write };
}

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), "spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("while the records are up", () => {
  test("a write is done at once, and its result handed on", async () => {
    const { write, queue, clock } = openQueue();
    expect(await write("a", "1")).toBe("done 1");
    expect(queue.size).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  test("a write that is refused is not tried again", async () => {
    const { write, records, queue, outcomes } = openQueue();
    records.state = "refusing";
    await expect(write("a", "1")).rejects.toThrow(RecordConflict);
    expect(queue.size).toBe(0);
    expect(outcomes).toEqual(["note dropped"]);
  });
});

describe("while the records are away", () => {
  test("writes are kept, and done when they are back, each lane's in their order", async () => {
    const { write, records, clock, done, outcomes } = openQueue();
    records.state = "down";
    for (const text of ["1", "2", "3"])
      expect(await Promise.all([write("a", `a${text}`), write("b", `b${text}`)])).toEqual(["queued", "queued"]);
    await clock.advance(30_000);
    expect(done).toEqual([]);
    records.state = "up";
    await clock.advance(1000);
    expect(done.filter((text) => text.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
    expect(done.filter((text) => text.startsWith("b"))).toEqual(["b1", "b2", "b3"]);
    expect(await write("a", "a4")).toBe("done a4");
    expect(outcomes.filter((outcome) => outcome === "note queued")).toHaveLength(6);
    expect(clock.pending()).toBe(0);
  });

  test("records that say nothing are waited for once, for two seconds", async () => {
    const { write, records, clock, done } = openQueue();
    records.state = "silent";
    const first = write("a", "1");
    await clock.advance(2000);
    expect(await first).toBe("queued");
    expect(await write("b", "2")).toBe("queued");
    expect(done).toEqual([]);
  });

  test("nothing is read that is older than what was written", async () => {
    const { write, records, queue, done } = openQueue();
    records.state = "down";
    await write("a", "1");
    const read = (): Promise<readonly string[]> => queue.now(() => Promise.resolve([...done]));
    await expect(read()).rejects.toMatchObject({ code: "RECORDS_UNAVAILABLE" });
    records.state = "up";
    expect(await read()).toEqual(["1"]);
  });

  test("a write that is refused when they are back holds up no other", async () => {
    const { write, records, clock, outcomes, queue } = openQueue();
    records.state = "down";
    await write("a", "1");
    records.state = "refusing";
    await clock.advance(250);
    records.state = "up";
    expect(await write("a", "2")).toBe("done 2");
    expect(outcomes).toEqual(["note queued", "note dropped", "note written"]);
    expect(queue.size).toBe(0);
  });

  test("whoever waits for a lane learns when its last write is done", async () => {
    const { write, records, clock, queue } = openQueue();
    records.state = "down";
    await write("a", "1");
    let isDone = false;
    void queue.done("a").then(() => (isDone = true));
    await clock.advance(10_000);
    expect(isDone).toBe(false);
    records.state = "up";
    await clock.advance(1000);
    expect(isDone).toBe(true);
  });
});

describe("what a process could not write", () => {
  test("is written by the next one in its folder, before anything new, and is then gone from the disk", async () => {
    const folder = folderOfTest();
    const first = openQueue(folder);
    first.records.state = "down";
    for (const text of ["secret 1", "secret 2"]) await first.write("a", text);
    expect(bytesIn(folder)).toContain("secret 1");
    const closing = first.queue.close();
    await first.clock.advance(5000);
    await closing;

    const next = openQueue(folder);
    expect(await next.write("a", "3")).toBe("queued");
    await next.queue.drain();
    expect(next.done).toEqual(["secret 1", "secret 2", "3"]);
    expect(bytesIn(folder)).not.toContain("secret");
    await next.queue.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("waits until the next one, as it starts, has made its kind known, and for no longer than sessions wait", async () => {
    const folder = folderOfTest();
    const kindOf = (done: string[], isUp = true) => ({
      name: "turn",
      room: "all" as const,
      perform: async (text: string) => (isUp ? done.push(text) : Promise.reject(new Error("connection refused"))),
    });
    const first = openQueue(folder);
    const writeTurn = first.queue.writer(kindOf([], false));
    for (const lane of ["a", "b"]) await writeTurn(lane, lane);
    const closing = first.queue.close();
    await first.clock.advance(5000);
    await closing;

    const next = openQueue(folder);
    // Whatever reads drains.
    expect(await next.queue.now(async () => "read")).toBe("read");
    const done: string[] = [];
    next.queue.writer(kindOf(done));
    await next.queue.drain();
    expect(done.toSorted()).toEqual(["a", "b"]);
    expect(next.outcomes).toEqual(["turn written", "turn written"]);
  });

  test("is dropped, and counted, where no kind of that name comes to be known", async () => {
    const folder = folderOfTest();
    const first = openQueue(folder);
    const perform = () => Promise.reject(new Error("connection refused"));
    await first.queue.writer({ name: "of old", room: "all", perform })("a", "1");
    const closing = first.queue.close();
    await first.clock.advance(5000);
    await closing;

    const next = openQueue(folder);
    await next.queue.drain();
    expect(next.outcomes).toEqual([]);
    await next.clock.advance(31_000);
    expect(next.outcomes).toEqual(["of old dropped"]);
    expect(next.queue.size).toBe(0);
  });

  test("is not touched by another process while that one lives", async () => {
    const folder = folderOfTest();
    const first = openQueue(folder);
    first.records.state = "down";
    await first.write("a", "1");
    const other = openQueue(folder);
    await other.queue.drain();
    expect(other.done).toEqual([]);
    first.records.state = "up";
    await first.clock.advance(250);
    expect(first.done).toEqual(["1"]);
  });

  test("can be read by nobody else on the machine", async () => {
    const folder = folderOfTest();
    const { write, records } = openQueue(join(folder, "spool"));
    records.state = "down";
    await write("a", "1");
    await settle();
    expect(statSync(join(folder, "spool")).mode & 0o077).toBe(0);
    const files = readdirSync(join(folder, "spool")).map((name) => statSync(join(folder, "spool", name)));
    expect(files.map(({ mode }) => mode & 0o077)).toEqual(files.map(() => 0));
  });

  test("has to have a folder", () => {
    const file = join(folderOfTest(), "file");
    writeFileSync(file, "");
    expect(() => openSpool(file, log)).toThrow(SettingError);
  });
});

function bytesIn(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString("latin1"))
    .join("");
}
