import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openPostgresRecords } from "../../src/records/postgres/records.ts";
import type { Records } from "../../src/records/records.ts";
import { endpointsOf } from "../../src/webhooks/webhooks.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { ALONE, insertOwn, session } from "../records/each-backend.ts";
import { startPostgres, type PostgresServer } from "../servers/postgres-server.ts";
import { configOf, deliverFrom, type WebhooksUnderTest } from "./open-webhooks.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

interface Machine extends WebhooksUnderTest {
  readonly clock: FakeClock;
}

/** Two machines on one Postgres, each with a clock of its own. */
async function openMachines({ url }: Receiver): Promise<readonly [Machine, Machine]> {
  const location = server.urlOf(await server.createDatabase()).replace(/^postgres:/, "");
  const settings = { WEBHOOK_URLS: url, WEBHOOK_PRIVATE_ADDRESSES: "true" };
  const open = async (): Promise<Machine> => {
    const clock = createFakeClock();
    const records = await openPostgresRecords(location, clock, endpointsOf(configOf(settings)));
    onTestFinished(() => records.close());
    await records.beat(ALONE);
    return { ...deliverFrom(records, clock, { settings }), clock };
  };
  return [await open(), await open()];
}

const start = (records: Records, id: string): Promise<void> => insertOwn(records, { ...session, id });

test("two machines deliver each event once, and both take part", { timeout: 60_000 }, async () => {
  const together = new Set<string>();
  let most = 0;
  const receiver = await startReceiver(({ headers }, response) => {
    const id = String(headers["webhook-id"]);
    expect(together.has(id)).toBe(false);
    together.add(id);
    most = Math.max(most, together.size);
    setImmediate(() => {
      together.delete(id);
      response.writeHead(204).end();
    });
    return undefined;
  });
  const [one, other] = await openMachines(receiver);
  for (let n = 0; n < 60; n += 1) await start(one.records, `ses_${n}`);
  for (let n = 0; n < 60; n += 1) await one.records.updateSession(`ses_${n}`, { endReason: "completed", endedAt: 9 });
  await expect
    .poll(
      async () => {
        await Promise.all([one.clock.advance(1000), other.clock.advance(1000)]);
        return receiver.received.length;
      },
      { timeout: 30_000 },
    )
    .toBe(120);
  await Promise.all([one.idle(), other.idle()]);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(120);
  for (let n = 0; n < 60; n += 1) {
    const ofSession = receiver.received.filter(({ event }) => event.data.sessionId === `ses_${n}`);
    expect(ofSession.map(({ event }) => event.type)).toEqual(["session.started", "session.ended"]);
  }
  for (const { metrics } of [one, other])
    expect(await metrics.text()).toMatch(/attempts_total\{outcome="delivered"\} \d/);
  expect(most).toBeGreaterThan(1);
});

test("what a machine was delivering when it died, another delivers when the claim has lapsed", async () => {
  const receiver = await startReceiver(() => undefined);
  const [dead, other] = await openMachines(receiver);
  await start(dead.records, "ses_a");
  await dead.clock.advance(1000);
  await expect.poll(() => receiver.received.length).toBe(1);
  // Its clock stands from now on: it does nothing any more.
  receiver.answer = () => 204;
  await other.clock.advance(44_000);
  await other.idle();
  expect(receiver.received).toHaveLength(1);
  await expect
    .poll(async () => {
      await other.clock.advance(1000);
      return receiver.received.length;
    })
    .toBe(2);
  await other.idle();
  expect(await other.records.oldestDelivery()).toBeUndefined();
  const [first, second] = receiver.received;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.rawBody).toBe(first?.rawBody);
  const closed = dead.webhooks.close();
  await dead.clock.advance(2000);
  await closed;
});
