import { describe, expect, onTestFinished, test } from "vitest";
import { begin, comeBack, type Interview, makeSpoolFolder, openPlace, SHORT } from "../machines/two-machines.ts";
import { faultOfAbsence } from "../long-runs/comparison.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { end, metric, readiness, saidTo, transcriptOf, untilSpoken, wordingOf } from "./observed-outage.ts";

/** Longer than anything here takes on a slow machine. */
const PATIENTLY = { timeout: 30_000 };

/** Each test has its own, because it stops it. */
async function startOwnPostgres(): Promise<PostgresServer> {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  return server;
}

describe("while Postgres is away", () => {
  test("interviews go on, and when it is back nothing is missing and nothing is there twice", {
    timeout: 90_000,
  }, async () => {
    const server = await startOwnPostgres();
    const place = await openPlace(server, { script: SHORT });
    const machine = await place.start();
    const interviews: Interview[] = [];
    for (let n = 0; n < 4; n += 1) interviews.push(await begin(machine, `person-${n}`));
    const calls = place.simulator.liveCalls().map(({ id }) => id);
    const spoken = untilSpoken(place, calls.slice(0, 3), SHORT.turns.length);
    const [first, second, third, last] = interviews;
    if (first === undefined || second === undefined || third === undefined || last === undefined) throw new Error();
    for (const { socket } of interviews) await socket.next("turn");
    expect(await readiness(machine)).toEqual({ code: 200, status: "ready", records: "up" });

    await server.crash();
    // Captions go on, a page that comes back is let in, and an interview can be ended.
    await end(machine, last);
    await first.socket.next("turn");
    await first.socket.next("turn");
    const back = await comeBack(machine, second);
    await back.socket.next("turn");
    const stranger = await machine.connectAs("stranger");
    stranger.send({ type: "init" });
    expect(await stranger.next("error")).toMatchObject({ code: "RECORDS_UNAVAILABLE", retryable: true });
    expect((await machine.fetch("/healthz")).status).toBe(200);
    expect(await readiness(machine)).toMatchObject({ code: 503, records: "down" });
    expect(await metric(machine, "interview_records_up")).toBe(0);
    expect(await metric(machine, "interview_writes_waiting")).toBeGreaterThan(0);
    await spoken;

    await server.startAgain();
    await expect.poll(() => metric(machine, "interview_writes_waiting"), PATIENTLY).toBe(0);
    expect(await metric(machine, "interview_records_up")).toBe(1);
    for (const interview of [first, back, third]) await end(machine, interview);
    for (const [index, interview] of [first, back, third].entries()) {
      const document = await transcriptOf(machine, interview, `person-${index}`);
      expect(document.session.endReason).toBe("client_disconnected");
      expect(wordingOf(document)).toEqual(saidTo(place, calls[index] ?? ""));
    }
    const ended = await transcriptOf(machine, last, "person-3");
    expect(ended.session.endReason).toBe("client_disconnected");
    expect(wordingOf(ended).length).toBeGreaterThan(0);
  });

  test("a way to it that has gone silent loses nothing either", { timeout: 90_000 }, async () => {
    const server = await startOwnPostgres();
    const place = await openPlace(server, { script: SHORT });
    const { machine, relay } = await place.startBehindRelay();
    const interview = await begin(machine, "person-0");
    const [call] = place.simulator.liveCalls();
    const spoken = untilSpoken(place, [call?.id ?? ""], SHORT.turns.length);
    await interview.socket.next("turn");
    relay.silence();
    for (let turns = 0; turns < 3; turns += 1) await interview.socket.next("turn");
    expect(await readiness(machine)).toMatchObject({ code: 503, records: "down" });
    relay.restore();
    await spoken;
    await expect.poll(() => metric(machine, "interview_writes_waiting"), PATIENTLY).toBe(0);
    await end(machine, interview);
    expect(wordingOf(await transcriptOf(machine, interview, "person-0"))).toEqual(saidTo(place, call?.id ?? ""));
  });

  test("a process that stops leaves what it could not write to the next one", { timeout: 90_000 }, async () => {
    const server = await startOwnPostgres();
    const place = await openPlace(server, { script: SHORT });
    const settings = { SPOOL_FOLDER: makeSpoolFolder(), SESSIONS_ON_STOP: "keep" };
    const machine = await place.start(settings);
    const interview = await begin(machine, "person-0");
    const [call] = place.simulator.liveCalls();
    const spoken = untilSpoken(place, [call?.id ?? ""], SHORT.turns.length);
    const told = [(await interview.socket.next("turn")).text];
    await server.crash();
    while (told.length < 4) told.push((await interview.socket.next("turn")).text);
    await machine.close();

    await server.startAgain();
    const next = await place.start(settings);
    const back = await comeBack(next, interview);
    expect(next.logLines.join("")).not.toContain("what was queued was refused");
    await spoken;
    const goodbye = expect.objectContaining({ type: "turn", text: SHORT.turns.at(-1)?.interviewer });
    await expect.poll(() => back.socket.messages, PATIENTLY).toContainEqual(goodbye);
    await end(next, back);
    const transcribed = wordingOf(await transcriptOf(next, back, "person-0"));
    // What a page was told is there word by word; what nobody listened to, while there was no process, may be a declared gap.
    expect(transcribed.slice(0, told.length).map(([, , text]) => text)).toEqual(told);
    const said = saidTo(place, call?.id ?? "");
    expect(faultOfAbsence({ said, transcribed, cuts: [] })).toBeUndefined();
  });
});
