import { expect, test } from "vitest";
import { startPlatform, UNKNOWN_ID } from "../doors/platform.ts";
import { startProxy, ticketFor, tokenFor } from "../doors/start-proxy.ts";

const TIMES = 100;

test("of a hundred who redeem one ticket at once, one comes in, and the others are told that it was used", async () => {
  const { proxy, create } = await startPlatform();
  for (const ticket of [await ticketFor("ada"), (await create("ada")).ticket]) {
    const clients = Array.from({ length: TIMES }, (_, n) =>
      n % 2 === 0 ? proxy.connect(`/?token=${ticket}`) : proxy.connect("/", ["bearer", ticket]),
    );
    const told = await Promise.all(clients.map((client) => client.next("welcome", "error")));
    expect(told.filter(({ type }) => type === "welcome")).toHaveLength(1);
    const refusals = told.flatMap((message) => (message.type === "error" ? [message.code] : []));
    expect(new Set(refusals)).toEqual(new Set(["TOKEN_REPLAYED"]));
    for (const client of clients) client.close();
  }
});

test("a ticket that was used at the socket is used at the API too, and the other way round", async () => {
  const proxy = await startProxy();
  const first = await ticketFor("ada");
  await proxy.connect(`/?token=${first}`).next("welcome");
  const headers = { authorization: `Bearer ${first}` };
  expect((await proxy.fetch(`/api/sessions/${UNKNOWN_ID}`, { headers })).json).toMatchObject({
    error: { code: "TOKEN_REPLAYED" },
  });
  const second = await ticketFor("ada");
  await proxy.fetch(`/api/sessions/${UNKNOWN_ID}`, { headers: { authorization: `Bearer ${second}` } });
  expect(await proxy.connect(`/?token=${second}`).next("error")).toMatchObject({ code: "TOKEN_REPLAYED" });
});

test("a session cannot be fixed: whoever knows its id or its name beforehand comes to none of another's", async () => {
  const proxy = await startProxy();
  const eve = await proxy.connectAs("eve");
  await eve.next("welcome");
  eve.send({ type: "init", sessionId: "interview-of-ada" });
  const { sessionId, resumeToken } = await eve.next("initialized");

  const ada = await proxy.connectAs("ada");
  await ada.next("welcome");
  // By its id, by its token, and both: nobody else's session can be put on her.
  for (const init of [{ sessionId }, { resumeToken }, { sessionId, resumeToken }]) {
    ada.send({ type: "init", ...init });
    expect(await ada.next("error", "initialized")).toMatchObject({ type: "error", code: "SESSION_FORBIDDEN" });
  }
  ada.send({ type: "init", sessionId: "interview-of-ada" });
  expect((await ada.next("initialized")).sessionId).not.toBe(sessionId);
  expect(await eve.isAlive()).toBe(true);
  expect(eve.messages).toEqual([]);
});

test("guesses of ids and tokens are told apart neither from each other nor from what is there, and are counted", async () => {
  const proxy = await startProxy({ settings: { CONNECTIONS_PER_MINUTE: "60" } });
  const ada = await proxy.connectAs("ada");
  await ada.next("welcome");
  ada.send({ type: "init" });
  const { sessionId, resumeToken } = await ada.next("initialized");
  const headers = { authorization: `Bearer ${await tokenFor("eve")}` };
  const guess = async (id: string, bearer?: string): Promise<string> => {
    const by = bearer === undefined ? headers : { authorization: `Bearer ${bearer}` };
    const { status, json } = await proxy.fetch(`/api/sessions/${id}`, { headers: by });
    const { error } = json as { readonly error: { readonly code: string; readonly message: string } };
    return `${status} ${error.code} ${error.message}`;
  };
  expect(await guess(sessionId)).toBe(await guess(UNKNOWN_ID));
  const wrong = resumeToken.slice(0, -2) + (resumeToken.endsWith("AA") ? "BB" : "AA");
  expect(await guess(sessionId, wrong)).toBe(await guess(UNKNOWN_ID, `rst_${"A".repeat(22)}.${"A".repeat(43)}`));
  const guesses = await Promise.all(Array.from({ length: 60 }, () => guess(UNKNOWN_ID)));
  expect(guesses.at(-1)).toMatch(/^429 RATE_LIMITED/);
});
