import {
  type CreatedInvitation,
  createdInvitationSchema,
  type SessionTicket,
  sessionTicketSchema,
} from "@interview-proxy/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICE } from "../doors/platform.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { openPlace, statusOf } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const json = { "content-type": "application/json" };

async function invite(machine: ProxyUnderTest): Promise<CreatedInvitation> {
  const headers = { ...json, authorization: `Bearer ${SERVICE}` };
  const reply = await machine.fetch("/api/invitations", { method: "POST", headers, body: '{"person":"ada"}' });
  return createdInvitationSchema.parse(reply.json);
}

async function redeem(machine: ProxyUnderTest, { invitation }: CreatedInvitation): Promise<SessionTicket> {
  const body = JSON.stringify({ invitation });
  const reply = await machine.fetch("/api/invitations/redeem", { method: "POST", headers: json, body });
  expect(reply.status).toBe(201);
  return sessionTicketSchema.parse(reply.json);
}

test("one invitation at two machines opens one session, and leads back to it from the other one", async () => {
  const place = await openPlace(server);
  const settings = { INTERNAL_HOST: "127.0.0.1", INVITATION_ATTEMPTS: "1000" };
  const [one, other] = [await place.start(settings), await place.start(settings)];
  const invited = await invite(one);
  const tickets = await Promise.all(
    Array.from({ length: 50 }, () => [redeem(one, invited), redeem(other, invited)]).flat(),
  );
  expect(new Set(tickets.map(({ sessionId }) => sessionId)).size).toBe(1);

  const { sessionId, ticket } = await redeem(one, invited);
  const tab = one.connect(`/?token=${ticket}`);
  tab.send({ type: "init" });
  await tab.next("initialized");
  tab.close();
  const back = await redeem(other, invited);
  const reloaded = other.connect(`/?token=${back.ticket}`);
  reloaded.send({ type: "init" });
  expect(await reloaded.next("initialized", "error")).toMatchObject({ type: "initialized", sessionId, resumed: true });
  expect(await statusOf(one, sessionId)).toBe("running");
});
