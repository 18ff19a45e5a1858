import { personExportSchema } from "@interview-proxy/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { SERVICE } from "../doors/platform.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { begin, openPlace, statusOf } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

function ask(machine: ProxyUnderTest, method: string, path: string): Promise<Reply> {
  return machine.fetch(path, { method, headers: { authorization: `Bearer ${SERVICE}` } });
}

/** Tries again where that is said to help. */
async function patiently(machine: ProxyUnderTest, method: string, path: string): Promise<Reply> {
  for (;;) {
    const reply = await ask(machine, method, path);
    const { error } = reply.json as { error?: { code: string } };
    if (error?.code !== "SESSION_BUSY") return reply;
  }
}

test("a person's interviews at three machines are ended and erased from any of them", { timeout: 60_000 }, async () => {
  const place = await openPlace(server);
  const start = (): Promise<ProxyUnderTest> => place.start({ INTERNAL_HOST: "127.0.0.1" });
  const machines = [await start(), await start(), await start()] as const;
  const interviews = [];
  for (const machine of machines) {
    const interview = await begin(machine, "ada");
    await interview.socket.next("turn");
    interviews.push({ ...interview, machine });
  }
  const others = await begin(machines[1], "eve");
  const heard = await others.socket.next("turn");
  for (const machine of machines)
    expect((await ask(machine, "DELETE", "/api/persons/ada")).json).toMatchObject({
      error: { code: "SESSION_NOT_ENDED" },
    });

  const before = personExportSchema.parse((await ask(machines[0], "GET", "/api/persons/ada/export")).json);
  expect(before.sessions.map(({ status }) => status)).toEqual(["running", "running", "running"]);
  const reply = await patiently(machines[0], "DELETE", "/api/persons/ada?end=true");
  expect([reply.status, reply.json]).toMatchObject([200, { sessions: 3 }]);
  for (const { socket, sessionId, machine } of interviews) {
    expect(await socket.next("ended")).toMatchObject({ reason: "ended_by_service" });
    const transcript = await patiently(machines[0], "GET", `/api/sessions/${sessionId}/transcript`);
    expect(verifyTranscript(Buffer.from(transcript.text))).toMatchObject({ ok: true });
    expect(transcript.text).not.toMatch(/Question \d|Answer \d/);
    expect(await statusOf(machine, sessionId)).toBe("ended");
  }
  expect(await statusOf(machines[0], others.sessionId)).toBe("running");
  expect((await ask(machines[2], "GET", "/api/persons/eve/export")).text).toContain(heard.text);
});
