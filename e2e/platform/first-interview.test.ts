import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { sessionTicketSchema } from "@interview-proxy/protocol";
import { expect, onTestFinished, test } from "vitest";
import { SocketClient } from "../../fly-interview-hybrid/test/doors/socket-client.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";
import { freePort } from "../../fly-interview-hybrid/test/servers/free-port.ts";
import { startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { SUPABASE } from "../../supabase/test/deno.ts";
import { type Asker, openSupabaseDatabase, type SupabaseDatabase } from "../../supabase/test/supabase-database.ts";
import { startCommand } from "../commands/running-command.ts";
import { hs256 } from "../interview/hs256.ts";
import { expectNoSecret, SECRETS, startProxy } from "../interview/running-proxy.ts";
import { startRestApi } from "./rest-api.ts";

const PROJECT_SECRET = "e2e-secret-of-the-project-0123456789abcdef";
const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef0123456789";
const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PAGE = "https://jobs.example";
const service: Asker = { role: "service_role" };

test("from a candidate's sign-in to the recruiter's result: edge function, proxy, simulator, webhook, table", async () => {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const database = await openSupabaseDatabase(server);
  onTestFinished(() => database.close());
  const [candidate, recruiter] = [randomUUID(), randomUUID()];
  const interviewId = await arrange(database, candidate, recruiter);

  const api = await startRestApi(database, PROJECT_SECRET);
  const project = {
    SUPABASE_URL: api,
    SUPABASE_SERVICE_ROLE_KEY: hs256({ role: "service_role" }, PROJECT_SECRET),
    SUPABASE_ANON_KEY: hs256({ role: "anon" }, PROJECT_SECRET),
  };
  const ended = await startFunction("interview-ended", { ...project, WEBHOOK_SECRET });
  const proxy = await startProxy("exec node dist/main.js", {
    SIMULATION_MODE: "true",
    SERVICE_TOKEN,
    WEBHOOK_URLS: ended.url,
    WEBHOOK_SECRET,
    WEBHOOK_PRIVATE_ADDRESSES: "true",
  });
  const start = await startFunction("interview-start", {
    ...project,
    PROXY_URL: proxy.url,
    PROXY_SERVICE_TOKEN: SERVICE_TOKEN,
    ALLOWED_ORIGINS: PAGE,
    JWT_SECRET: PROJECT_SECRET,
  });
  const askToStart = async (sub: string): Promise<Response> => {
    const claims = { sub, role: "authenticated", aud: "authenticated", iss: `${api}/auth/v1` };
    const token = hs256({ ...claims, exp: Math.floor(Date.now() / 1000) + 600 }, PROJECT_SECRET);
    const headers = { authorization: `Bearer ${token}`, origin: PAGE, "content-type": "application/json" };
    return fetch(start.url, { method: "POST", headers, body: JSON.stringify({ interviewId }) });
  };

  for (const other of [recruiter, randomUUID()]) expect((await askToStart(other)).status).toBe(403);
  const first = sessionTicketSchema.parse(await readCreated(await askToStart(candidate)));
  const { sessionId, url, ticket } = sessionTicketSchema.parse(await readCreated(await askToStart(candidate)));
  expect(sessionId).toBe(first.sessionId);

  const socket = new SocketClient(`${url}?token=${ticket}`, () => undefined);
  onTestFinished(() => socket.close());
  socket.send({ type: "init" });
  await socket.next("initialized");
  socket.send({ type: "sdp_offer", offer: audioOffer });
  await socket.next("sdp_answer");
  await socket.next("turn");
  const headers = { authorization: `Bearer ${SERVICE_TOKEN}` };
  await fetch(`${proxy.url}/api/sessions/${sessionId}/end`, { method: "POST", headers });

  const asRecruiter: Asker = { role: "authenticated", sub: recruiter };
  await expect
    .poll(() => database.ask(asRecruiter, "select * from results"), { timeout: 20_000 })
    .toEqual([
      {
        interview_id: interviewId,
        session_id: sessionId,
        started_at: expect.any(Date),
        ended_at: expect.any(Date),
        end_reason: "ended_by_service",
        turns: expect.any(Number),
      },
    ]);
  expect(await database.ask({ role: "authenticated", sub: candidate }, "select * from results")).toEqual([]);
  expect(await (await askToStart(candidate)).json()).toMatchObject({ error: { code: "SESSION_ENDED" } });
  expectNoSecret([JSON.stringify(socket.messages), ended.output(), start.output(), proxy.command.output()]);
});

/** An interview of an organisation, planned in private. */
async function arrange({ ask, addUser }: SupabaseDatabase, candidate: string, recruiter: string): Promise<string> {
  const [organisation, id] = [randomUUID(), randomUUID()];
  for (const user of [candidate, recruiter]) await addUser(user);
  await ask(service, "insert into organisations (id, name) values ($1, 'Looms Ltd')", [organisation]);
  await ask(service, "insert into members values ($1, $2)", [organisation, recruiter]);
  const asRecruiter: Asker = { role: "authenticated", sub: recruiter };
  await ask(
    asRecruiter,
    "insert into interviews (id, organisation_id, candidate_id, title, closes_at) values ($1, $2, $3, 'Weaver', now() + interval '1 day')",
    [id, organisation, candidate],
  );
  await ask(asRecruiter, "insert into interview_plans (interview_id, instructions) values ($1, $2)", [
    id,
    SECRETS.instructions,
  ]);
  return id;
}

async function readCreated(response: Response): Promise<unknown> {
  expect(response.status).toBe(201);
  return response.json();
}

/** Serves the bundle of an edge function by Deno, which may fetch nothing else. */
async function startFunction(
  name: string,
  environment: Record<string, string>,
): Promise<{ readonly url: string; readonly output: () => string }> {
  const port = await freePort();
  const line = `exec npx --no-install deno run --no-remote --no-npm --cached-only --no-config --allow-net=127.0.0.1,localhost --allow-env functions/${name}/dist/index.js`;
  const served = { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const command = startCommand(line, join(SUPABASE), { ...environment, ...served });
  await command.until(() => Promise.resolve(command.output().includes(`:${port}`)));
  return { url: `http://127.0.0.1:${port}/`, output: () => command.output() };
}
