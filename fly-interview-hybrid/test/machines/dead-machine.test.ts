import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultOfAbsence } from "../long-runs/comparison.ts";
import { startPostgres, type PostgresServer } from "../servers/postgres-server.ts";
import { begin, comeBack, end, openPlace, SHORT, statusOf, untilAllIsHeard } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

/** What a take-over may take, in milliseconds: more than the three seconds of a machine that is not busy with tests. */
const TAKEN_WITHIN = { timeout: 10_000, interval: 50 };

/** How many of its sessions a machine has taken over from others. */
function takenBy({ logLines }: { readonly logLines: readonly string[] }): number {
  return logLines.filter((line) => line.includes("session of another process taken over")).length;
}

describe("a machine that the records hear nothing of any more", () => {
  test("loses its interviews to another, and lets go of them when it is back: nothing is hung up, or told twice", {
    timeout: 60_000,
  }, async () => {
    const place = await openPlace(server, { script: SHORT, wordsPerSecond: 5 });
    const heard = untilAllIsHeard(place, 1);
    const { machine: cutOff, relay } = await place.startBehindRelay();
    const other = await place.start();
    const interview = await begin(cutOff, "ada");
    await interview.socket.next("turn");
    relay.cut();
    await expect.poll(() => takenBy(other), TAKEN_WITHIN).toBe(1);
    // It still hears the call, and cannot write.
    const back = await comeBack(other, interview);
    relay.restore();
    expect(await interview.socket.next("error")).toMatchObject({ code: "DRAINING", retryable: true });
    expect(await interview.socket.closed).toBe(4435);
    expect(place.simulator.liveCalls()).toHaveLength(1);
    await heard;
    const { said, transcribed } = await end(other, back);
    // What was said while nobody could write and nobody else listened may be a gap.
    expect(faultOfAbsence({ said, transcribed, cuts: [] })).toBeUndefined();
    expect(cutOff.logLines.join("")).toContain("this machine was taken for dead");
  });

  test("takes new interviews again once it is back", async () => {
    const place = await openPlace(server);
    const { machine, relay } = await place.startBehindRelay();
    const other = await place.start();
    const { sessionId } = await begin(machine, "ada");
    relay.silence();
    await expect.poll(() => takenBy(other), TAKEN_WITHIN).toBe(1);
    relay.restore();
    await expect.poll(() => machine.logLines.join(""), TAKEN_WITHIN).toContain("this machine was taken for dead");
    const { socket } = await begin(machine, "eve");
    await socket.next("turn");
    expect(await statusOf(other, sessionId)).toBe("running");
  });

  test("leaves valid tokens valid, and spent ones spent", async () => {
    const place = await openPlace(server);
    const { machine, relay } = await place.startBehindRelay();
    const other = await place.start();
    const first = await begin(machine, "ada");
    const second = await comeBack(machine, first);
    // Used for something else than coming back, the second one spends the first.
    const headers = { authorization: `Bearer ${second.resumeToken}` };
    expect((await machine.fetch(`/api/sessions/${first.sessionId}/transcript`, { headers })).status).toBe(200);
    // Its reply is lost with the machine.
    await comeBack(machine, second);
    relay.cut();
    await expect.poll(() => takenBy(other), TAKEN_WITHIN).toBe(1);
    await expect(comeBack(other, first)).rejects.toThrow("UNAUTHENTICATED");
    const third = await comeBack(other, second);
    await end(other, third);
    await expect(comeBack(other, third)).rejects.toThrow("SESSION_ENDED");
  });
});
