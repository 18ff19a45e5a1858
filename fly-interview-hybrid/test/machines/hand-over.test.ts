import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "../doors/event-reader.ts";
import { SERVICE } from "../doors/platform.ts";
import { expectNoCallLeft } from "../doors/provider-log.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { startPostgres, type PostgresServer } from "../servers/postgres-server.ts";
import { begin, comeBack, end, type Interview, openPlace, SHORT, statusOf, untilAllIsHeard } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const INTERVIEWS = 12;

/** A page whose machine stops: it is told so, sent away, and goes on with its interview at another one. */
async function move(interview: Interview, to: ProxyUnderTest): Promise<Interview> {
  const { reconnectAfterMs } = await interview.socket.next("draining");
  expect(reconnectAfterMs).toBeGreaterThan(0);
  expect(await interview.socket.next("error")).toMatchObject({ code: "DRAINING", retryable: true });
  expect(await interview.socket.closed).toBe(4435);
  return comeBack(to, interview);
}

describe("a machine that is told to stop", () => {
  test("hands its interviews to another, and so on: no call ends, and every turn is there once", async () => {
    const place = await openPlace(server, { script: SHORT });
    const first = await place.start();
    let interviews: readonly Interview[] = [];
    const heard = untilAllIsHeard(place, INTERVIEWS);
    for (let n = 0; n < INTERVIEWS; n += 1) interviews = [...interviews, await begin(first, `person ${n}`)];
    let last = first;
    for (let restarts = 0; restarts < 2; restarts += 1) {
      const heir = await place.start();
      const stopped = last.app.close();
      interviews = await Promise.all(interviews.map((interview) => move(interview, heir)));
      await stopped;
      expect(place.simulator.liveCalls()).toHaveLength(INTERVIEWS);
      last = heir;
    }
    await heard;
    for (const interview of interviews) {
      const { said, transcribed } = await end(last, interview);
      expect(transcribed).toEqual(said);
    }
  }, 90_000);

  test("ends its interviews where it is alone", async () => {
    const place = await openPlace(server);
    const machine = await place.start();
    const { sessionId, socket } = await begin(machine, "ada");
    await machine.app.close();
    expect(await socket.next("ended")).toMatchObject({ reason: "shutdown" });
    await expectNoCallLeft(place.simulator);
    const next = await place.start();
    expect(await statusOf(next, sessionId)).toBe("ended");
  });

  test("leaves its interviews to the next one where it is alone and is to keep them", async () => {
    const place = await openPlace(server);
    const machine = await place.start({ SESSIONS_ON_STOP: "keep" });
    const interview = await begin(machine, "ada");
    await machine.app.close();
    expect(await interview.socket.next("error")).toMatchObject({ code: "DRAINING" });
    expect(place.simulator.liveCalls()).toHaveLength(1);
    const { socket } = await comeBack(await place.start(), interview);
    expect(await socket.next("turn")).toMatchObject({ n: 1 });
    expect(place.simulator.liveCalls()).toHaveLength(1);
  });

  test("takes no new interview while it hands over, and the other does", async () => {
    const place = await openPlace(server);
    const machine = await place.start({ DRAIN_SECONDS: "1" });
    const other = await place.start();
    const interview = await begin(machine, "ada");
    const late = await machine.connectAs("eve");
    await late.next("welcome");
    const stopped = machine.app.close();
    await interview.socket.next("draining");
    late.send({ type: "init" });
    expect(await late.next("error")).toMatchObject({ code: "DRAINING", retryable: true });
    expect((await machine.fetch("/readyz")).status).toBe(503);
    await begin(other, "eve");
    await stopped;
  });

  test("ends the event streams of what it hands over, so that readers ask the heir", async () => {
    const place = await openPlace(server);
    const machine = await place.start();
    const heir = await place.start();
    const interview = await begin(machine, "ada");
    const reader = await readEvents(machine, interview.sessionId, SERVICE);
    const stopped = machine.app.close();
    expect(await reader.closed).toBe("ended");
    await move(interview, heir);
    const again = await readEvents(heir, interview.sessionId, SERVICE);
    expect(await again.next("turn")).toMatchObject({ message: { n: 1 } });
    again.leave();
    await stopped;
  });
});
