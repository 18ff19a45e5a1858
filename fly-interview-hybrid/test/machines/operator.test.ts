import { expect, onTestFinished, test } from "vitest";
import { readEvents } from "../doors/event-reader.ts";
import { openOperatorPage } from "../doors/operator-page.ts";
import { readOperatorStream } from "../doors/operator-reader.ts";
import { SERVICE } from "../doors/platform.ts";
import { toldBy } from "../doors/provider-log.ts";
import { startPostgres } from "../servers/postgres-server.ts";
import { begin, openPlace } from "./two-machines.ts";

const REACHABLE = { INTERNAL_HOST: "127.0.0.1" };

/** Asks until the machine that is asked knows the other one. */
async function whenKnown<Reply extends { readonly status: number }>(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask();
    if (reply.status !== 409) return reply;
  }
}

test("an operator at another machine sees what runs, hears it, guides it, and is signed out everywhere", {
  timeout: 60_000,
}, async () => {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const place = await openPlace(server);
  const [owner, other] = [await place.start(REACHABLE), await place.start(REACHABLE)];
  const { sessionId } = await begin(owner, "ada");
  const page = await openOperatorPage(other, SERVICE);
  const board = await readOperatorStream(other, page.headers);
  expect(
    await board.until(() => {
      const found = board.sessions.get(sessionId);
      return found?.state === "live" ? found : undefined;
    }),
  ).toMatchObject({ person: "ada", isHere: false, isCandidateConnected: null, quality: null });
  const reader = await whenKnown(() => readEvents(other, sessionId, page.headers));
  await reader.next("turn");
  const guidance = `/api/sessions/${sessionId}/guidance`;
  expect((await page.ask("POST", guidance, { body: { text: "Ask about Lovelace." } })).status).toBe(202);
  await place.simulator.waitFor((event) => toldBy(event)?.text === "Ask about Lovelace.");
  expect((await page.ask("POST", "/api/operators/logout")).status).toBe(204);
  expect(await reader.closed).toBe("cut");
  expect(await board.closed).toBe("ended");
  const there = await fetch(`${owner.url}/api/operators/me`, { headers: { cookie: page.cookie } });
  expect(there.status).toBe(401);
});
