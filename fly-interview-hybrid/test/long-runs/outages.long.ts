import type { InterviewScript } from "openai-voice-simulator";
import { describe, expect, onTestFinished, type TaskMeta, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { pause } from "../../src/pause.ts";
import { begin, type Interview, openPlace, type SharedPlace } from "../machines/two-machines.ts";
import { end, metric, readiness, saidTo, transcriptOf, untilSpoken, wordingOf } from "../outages/observed-outage.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { startPostgres } from "../servers/postgres-server.ts";
import { startRedis } from "../servers/redis-server.ts";
import { startRelay } from "../servers/relay.ts";

const OUTAGE_MS = 30_000;
const INTERVIEWS = 50;

/** Takes about twice as long as the outage. */
const LONG: InterviewScript = {
  turns: [
    ...Array.from({ length: 25 }, (_, n) => ({
      interviewer: `Question ${n}: what did you do then, and why?`,
      candidate: `Answer ${n}: I went on as well as I could.`,
    })),
    { interviewer: "Thank you. Goodbye." },
  ],
};
/** One of them nobody answers. */
const LINES = 2 * LONG.turns.length - 1;

interface Held {
  readonly machine: ProxyUnderTest;
  readonly place: SharedPlace;
  readonly interviews: readonly Interview[];
  readonly calls: readonly string[];
  readonly redis: Awaited<ReturnType<typeof startRedis>>;
  readonly postgres: Awaited<ReturnType<typeof startPostgres>>;
}

async function hold(): Promise<Held> {
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  onTestFinished(async () => {
    await postgres.stop();
    await redis.stop();
  });
  const relay = await startRelay(redis.socket);
  onTestFinished(() => relay.close());
  const place = await openPlace(postgres, { script: LONG });
  const machine = await place.start({ REDIS_URL: `redis://127.0.0.1:${relay.port}` });
  const interviews: Interview[] = [];
  for (let n = 0; n < INTERVIEWS; n += 1) interviews.push(await begin(machine, `person-${n}`));
  const calls = place.simulator.liveCalls().map(({ id }) => id);
  return { machine, place, interviews, calls, redis, postgres };
}

async function compare({ machine, place, interviews, calls }: Held, meta: TaskMeta): Promise<void> {
  await untilSpoken(place, calls, LONG.turns.length);
  let events = 0;
  for (const [index, interview] of interviews.entries()) {
    await end(machine, interview);
    const said = saidTo(place, calls[index] ?? "");
    expect(said).toHaveLength(LINES);
    expect(wordingOf(await transcriptOf(machine, interview, `person-${index}`))).toEqual(said);
    events += said.length;
  }
  meta.held = { interviews: interviews.length, events };
}

describe("interviews over an outage", { timeout: 600_000 }, () => {
  test(`Postgres killed and away for ${OUTAGE_MS / 1000} s loses no turn and doubles none`, async ({ task }) => {
    const held = await hold();
    const { machine, postgres } = held;
    await postgres.crash();
    await pause(systemClock, OUTAGE_MS);
    expect(await readiness(machine)).toEqual({ code: 503, status: "unavailable", records: "down", redis: "up" });
    expect(await metric(machine, "interview_writes_waiting")).toBeGreaterThan(INTERVIEWS);
    await postgres.startAgain();
    await expect.poll(() => readiness(machine), { timeout: 60_000 }).toMatchObject({ code: 200, records: "up" });
    await expect.poll(() => metric(machine, "interview_writes_waiting"), { timeout: 60_000 }).toBe(0);
    await compare(held, task.meta);
  });

  test(`Redis killed and away for ${OUTAGE_MS / 1000} s is not noticed in any interview`, async ({ task }) => {
    const held = await hold();
    const { machine, redis } = held;
    await redis.crash();
    await pause(systemClock, OUTAGE_MS);
    expect(await readiness(machine)).toEqual({ code: 200, status: "ready", records: "up", redis: "down" });
    expect(await metric(machine, "interview_redis_up")).toBe(0);
    const { socket } = await begin(machine, "late");
    socket.send({ type: "disconnect" });
    await socket.closed;
    await redis.startAgain();
    await expect.poll(() => metric(machine, "interview_redis_up"), { timeout: 60_000 }).toBe(1);
    await compare(held, task.meta);
  });
});
