import { once } from "node:events";
import { Agent } from "node:https";
import { connect, type NetConnectOpts } from "node:net";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { audioOffer } from "../../sample-sdp.ts";
import { SERVICE } from "../platform.ts";
import { relayWith } from "../sideband-relay.ts";
import { ticketFor, tokenFor } from "../start-proxy.ts";
import { callIdOf, type DropIn, startDropIn } from "./drop-in.ts";

/** The official client demands TLS, which ends in front of the proxy; there is nothing in front of it here. */
const withoutTls = new Agent();
withoutTls.createConnection = (options) => connect(options as NetConnectOpts);

/** A call of a person's, and its id. */
async function begin({ post }: DropIn, person = "ada"): Promise<string> {
  const bearer = await tokenFor(person);
  return callIdOf(await post("/realtime/calls", { bearer, type: "application/sdp", body: audioOffer }));
}

/** The provider's id of the one call. */
function liveCallOf({ proxy }: DropIn): string {
  return proxy.simulator.liveCalls()[0]?.id ?? "";
}

/** The official client, attached to a call. */
function attach(dropIn: DropIn, callID: string, apiKey = SERVICE): OpenAIRealtimeWS {
  const sideband = new OpenAIRealtimeWS({ callID, options: { agent: withoutTls } }, dropIn.client(apiKey));
  onTestFinished(() => sideband.socket.terminate());
  return sideband;
}

/** The status with which an upgrade was refused, and the body. */
async function refusal(
  { proxy }: Pick<DropIn, "proxy">,
  path: string,
  bearer: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number | undefined; readonly error: unknown }> {
  const socket = new WebSocket(`${proxy.url.replace("http", "ws")}${path}`, {
    headers: { authorization: `Bearer ${bearer}`, ...headers },
  });
  const [, response] = (await once(socket, "unexpected-response")) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let text = "";
  for await (const chunk of response) text += chunk.toString();
  return { status: response.statusCode, error: (JSON.parse(text) as { error: unknown }).error };
}

describe("a backend's sideband", () => {
  test("carries events both ways, as the voice service's own does, and ends with the call", async () => {
    const dropIn = await startDropIn();
    const id = await begin(dropIn);
    const sideband = attach(dropIn, id);
    await once(sideband.socket, "open");
    const answered = new Promise<void>((resolve) => {
      sideband.on("conversation.item.added", ({ item }) => JSON.stringify(item).includes("I am Ada.") && resolve());
    });
    const content = [{ type: "input_text", text: "I am Ada." }] as const;
    sideband.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [...content] } });
    await answered;
    expect(dropIn.proxy.simulator.liveCalls()).toHaveLength(1);

    const closed = once(sideband.socket, "close");
    await dropIn.client().realtime.calls.hangup(id);
    expect((await closed)[0]).toBe(1000);
  });

  test("leaves the proxy's own in place: what it changes of the interviewer is undone", async () => {
    const dropIn = await startDropIn();
    const id = await begin(dropIn);
    const sideband = attach(dropIn, id);
    await once(sideband.socket, "open");
    const inForce: string[] = [];
    const restored = new Promise<void>((resolve) => {
      sideband.on("session.updated", ({ session }) => {
        inForce.push(JSON.stringify(session));
        if (inForce.length >= 2 && inForce.at(-1)?.includes("lighthouse") === true) resolve();
      });
    });
    sideband.send({ type: "session.update", session: { type: "realtime", instructions: "Sing." } });
    await restored;
    expect(inForce.some((session) => session.includes('"Sing."'))).toBe(true);
    expect(dropIn.proxy.simulator.liveCalls()).toHaveLength(1);
  });

  test("is let go when its backend leaves, and the interview goes on", async () => {
    const dropIn = await startDropIn();
    const sideband = attach(dropIn, await begin(dropIn));
    await once(sideband.socket, "open");
    const gone = once(sideband.socket, "close");
    sideband.close();
    await gone;
    expect(dropIn.proxy.simulator.liveCalls()).toHaveLength(1);
  });

  test("hears with which code the voice service has closed", async () => {
    const dropIn = await startDropIn();
    const sideband = attach(dropIn, await begin(dropIn));
    await once(sideband.socket, "open");
    // The socket is open before the way to the voice service is.
    const isThrough = new Promise<void>((resolve) => sideband.once("conversation.item.added", () => resolve()));
    const content = [{ type: "input_text", text: "I am Ada." }] as const;
    sideband.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [...content] } });
    await isThrough;
    const closed = once(sideband.socket, "close");
    const told = new Promise<unknown>((resolve) => sideband.on("error", resolve));
    dropIn.proxy.simulator.injectFault({ kind: "expire", afterMs: 0, callId: liveCallOf(dropIn) });
    expect(await told).toMatchObject({ error: { code: "session_expired" } });
    expect((await closed)[0]).toBe(1001);
  });

  test("takes its key as the official browser client hands it over, too", async () => {
    const { proxy, post, client } = await startDropIn();
    const id = await begin({ proxy, post, client });
    const url = `${proxy.url.replace("http", "ws")}/v1/realtime?call_id=${id}`;
    const key = await tokenFor("olga", { scope: "operate" });
    const socket = new WebSocket(url, ["realtime", `openai-insecure-api-key.${key}`]);
    await once(socket, "open");
    expect(socket.protocol).toBe("realtime");
    socket.terminate();
  });

  test("is refused to who may not, with the status that OpenAI gives, and a foreign call is not told from none", async () => {
    const dropIn = await startDropIn();
    const id = await begin(dropIn);
    const path = `/v1/realtime?call_id=${id}`;
    expect(await refusal(dropIn, path, "nobody")).toMatchObject({ status: 401, error: { code: "UNAUTHENTICATED" } });
    expect(await refusal(dropIn, path, await tokenFor("ada"))).toMatchObject({
      status: 403,
      error: { code: "FORBIDDEN" },
    });
    const bound = await tokenFor("olga", { scope: "operate", session: "another" });
    const foreign = await refusal(dropIn, path, bound);
    expect(foreign).toMatchObject({ status: 404, error: { code: "call_id_not_found", param: "" } });
    expect(await refusal(dropIn, `/v1/realtime?call_id=rtc_${"0".repeat(32)}`, bound)).toEqual(foreign);
    expect(await refusal(dropIn, "/v1/realtime", SERVICE)).toMatchObject({ status: 400, error: { param: "call_id" } });
    const origin = { origin: "https://evil.example" };
    expect(await refusal(dropIn, path, SERVICE, origin)).toMatchObject({
      status: 403,
      error: { code: "ORIGIN_NOT_ALLOWED" },
    });
    await dropIn.client().realtime.calls.hangup(id);
    expect(await refusal(dropIn, path, SERVICE)).toEqual(foreign);
    const sealed = await startDropIn({ settings: { DATA_CHANNEL: "sealed" } });
    expect(await refusal(sealed, path, SERVICE)).toMatchObject({
      status: 403,
      error: { code: "DATA_CHANNEL_REQUIRED" },
    });
  });

  test("says so where the voice service does not know the call any more", async () => {
    const dropIn = await startDropIn();
    const id = await begin(dropIn);
    const types = (): readonly string[] =>
      dropIn.proxy.simulator.liveCalls().flatMap(({ events }) => events.map(({ type }) => type));
    await expect.poll(types).toContain("session.updated");
    dropIn.proxy.simulator.injectFault({ kind: "sideband_404", callId: liveCallOf(dropIn) });
    const sideband = attach(dropIn, id);
    const failed = new Promise<unknown>((resolve) => sideband.on("error", resolve));
    const closed = once(sideband.socket, "close");
    expect(await failed).toMatchObject({ error: { code: "call_id_not_found", param: "" } });
    expect((await closed)[0]).toBe(4439);
  });

  test("says so where the voice service cannot be reached any more", async () => {
    let isAway = false;
    const between = relayWith(
      (event) => event,
      () => isAway,
    );
    const dropIn = await startDropIn({ between });
    const id = await begin(dropIn);
    isAway = true;
    const sideband = attach(dropIn, id);
    const failed = new Promise<unknown>((resolve) => sideband.on("error", resolve));
    const closed = once(sideband.socket, "close");
    expect(await failed).toMatchObject({ error: { code: "UPSTREAM_UNAVAILABLE", type: "server_error" } });
    expect((await closed)[0]).toBe(4443);
  });
});

test("a ticket of the URL opens no route below /v1", async () => {
  const dropIn = await startDropIn();
  const query = `token=${await ticketFor("ada")}`;
  const reply = await dropIn.proxy.fetch(`/v1/realtime/calls?${query}`, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: audioOffer,
  });
  expect(reply).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE" } } });
  expect(dropIn.proxy.simulator.calls()).toEqual([]);
});
