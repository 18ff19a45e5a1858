import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SERVICE } from "../doors/platform.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { begin, makeSpoolFolder, openPlace, SHORT } from "../machines/two-machines.ts";
import { startPostgres } from "../servers/postgres-server.ts";
import { end, metric, transcriptOf } from "./observed-outage.ts";

/** Longer than anything here takes on a slow machine. */
const PATIENTLY = { timeout: 30_000 };

const WORDS = ["Who are you", "I am Ada", "Engines", "loom"];

function ask(machine: ProxyUnderTest, method: string, path: string): ReturnType<ProxyUnderTest["fetch"]> {
  return machine.fetch(path, { method, headers: { authorization: `Bearer ${SERVICE}` } });
}

test("words that wait for the records to come back are erased with the others", { timeout: 90_000 }, async () => {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const place = await openPlace(server, { script: SHORT });
  const spool = makeSpoolFolder();
  const machine = await place.start({ SPOOL_FOLDER: spool });
  const spooled = (): string =>
    readdirSync(spool)
      .map((name) => readFileSync(join(spool, name)).toString("latin1"))
      .join("");
  const interview = await begin(machine, "ada");
  await interview.socket.next("turn");
  await server.crash();
  for (let turns = 0; turns < 3; turns += 1) await interview.socket.next("turn");
  await end(machine, interview);
  expect(spooled()).toContain("Engines");
  for (const [method, path] of [
    ["DELETE", "/api/persons/ada?end=true"],
    ["GET", "/api/persons/ada/export"],
  ] as const)
    expect(await ask(machine, method, path)).toMatchObject({
      status: 503,
      json: { error: { code: "RECORDS_UNAVAILABLE", retryable: true } },
    });

  await server.startAgain();
  await expect
    .poll(async () => (await ask(machine, "DELETE", "/api/persons/ada?end=true")).status, PATIENTLY)
    .toBe(200);
  await expect.poll(() => metric(machine, "interview_writes_waiting"), PATIENTLY).toBe(0);
  expect((await ask(machine, "DELETE", "/api/persons/ada")).json).toEqual({ sessions: 0, turns: 0, invitations: 0 });
  const { turns } = await transcriptOf(machine, interview, "ada");
  expect(turns.length).toBeGreaterThanOrEqual(4);
  expect(turns.map(({ text }) => text)).toEqual(turns.map(() => null));
  const { text } = await ask(machine, "GET", "/api/persons/ada/export");
  for (const word of WORDS) {
    expect(text).not.toContain(word);
    expect(spooled()).not.toContain(word);
  }
});
