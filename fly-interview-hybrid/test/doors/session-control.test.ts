import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionTicket } from "@interview-proxy/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { openOperatorPage } from "./operator-page.ts";
import { type Platform, SERVICE, startPlatform, UNKNOWN_ID } from "./platform.ts";
import { isReady, expectNoCallLeft, toldBy } from "./provider-log.ts";
import type { SocketClient } from "./socket-client.ts";
import { SpeakingCandidate } from "./speaking-candidate.ts";
import { tokenFor } from "./start-proxy.ts";

/** A session with a call whose interviewer can be spoken to. */
async function call(platform: Platform): Promise<{ readonly created: SessionTicket; readonly client: SocketClient }> {
  const created = await platform.create("ada");
  const client = await platform.come(created);
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");
  await platform.proxy.simulator.waitFor(isReady);
  return { created, client };
}

describe("guidance", () => {
  test("reaches the interviewer, in private", async () => {
    const platform = await startPlatform();
    const { created, client } = await call(platform);
    const text = "Ask about the CANARY project next.";
    const reply = await platform.ask("POST", `/api/sessions/${created.sessionId}/guidance`, { body: { text } });
    expect(reply).toMatchObject({ status: 202, text: "" });
    const told = await platform.proxy.simulator.waitFor((event) => toldBy(event)?.how === "in private");
    expect(toldBy(told)).toEqual({ how: "in private", text });
    expect(await client.isAlive()).toBe(true);
    expect(JSON.stringify(client.messages)).not.toContain("CANARY");
    expect(platform.proxy.logLines.join("")).not.toContain("CANARY");
  });

  test("changes what the interviewer says next", async () => {
    const turns = ["Hello. Who are you?", "What do you build?", "Thanks."].map((interviewer) => ({
      interviewer,
      candidate: "I am Ada.",
    }));
    const platform = await startPlatform({ simulator: { media: "none", wordsPerSecond: 10, script: { turns } } });
    const page = await openOperatorPage(platform.proxy, SERVICE);
    const created = await platform.create("ada");
    const client = await platform.come(created);
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    const begins = ({ type }: { readonly type: string }): boolean => type === "call.interviewer_started";
    await platform.proxy.simulator.waitFor(begins);
    const body = { text: 'Ask next: "What keeps the lighthouse alight?"' };
    expect((await page.ask("POST", `/api/sessions/${created.sessionId}/guidance`, { body })).status).toBe(202);
    const said: (string | null)[] = [];
    while (said.length < 3) {
      const { role, text } = await client.next("turn");
      if (role === "interviewer") said.push(text);
    }
    expect(said).toEqual(["Hello. Who are you?", "What keeps the lighthouse alight?", "Thanks."]);
  });

  test("has nobody to go to without a call", async () => {
    const platform = await startPlatform();
    const created = await platform.create("ada");
    const guide = (): ReturnType<Platform["ask"]> =>
      platform.ask("POST", `/api/sessions/${created.sessionId}/guidance`, { body: { text: "Go on." } });
    expect(await guide()).toMatchObject({ status: 409, json: { error: { code: "NO_CALL", retryable: true } } });
    await (await platform.come(created)).next("initialized");
    expect(await guide()).toMatchObject({ status: 409, json: { error: { code: "NO_CALL" } } });
    await platform.ask("DELETE", `/api/sessions/${created.sessionId}`);
    expect(await guide()).toMatchObject({ status: 410, json: { error: { code: "SESSION_ENDED" } } });
  });
});

describe("the end", () => {
  test("comes at once, again and again", async () => {
    const platform = await startPlatform();
    const { created, client } = await call(platform);
    const end = `/api/sessions/${created.sessionId}/end`;
    expect((await platform.ask("POST", end)).status).toBe(204);
    expect(await client.next("ended")).toMatchObject({ reason: "ended_by_service" });
    await expectNoCallLeft(platform.proxy.simulator);
    expect((await platform.ask("POST", end, { body: {} })).status).toBe(204);
    expect((await platform.ask("POST", end, { body: { goodbye: true } })).status).toBe(202);
    expect((await platform.ask("DELETE", `/api/sessions/${created.sessionId}`)).status).toBe(204);
    expect((await platform.ask("GET", `/api/sessions/${created.sessionId}`)).json).toMatchObject({
      endReason: "ended_by_service",
    });
  });

  test("comes after the interviewer has said goodbye, where that is asked for", async () => {
    const platform = await startPlatform({ simulator: { script: { turns: [{ interviewer: "Hi." }] } } });
    const { simulator } = platform.proxy;
    const candidate = new SpeakingCandidate(simulator);
    const created = await platform.create("ada");
    const client = await platform.come(created);
    client.send({ type: "sdp_offer", offer: candidate.offer });
    await candidate.accept((await client.next("sdp_answer")).answer.sdp);
    await candidate.until("call.interviewer_finished", 1);
    const body = { goodbye: true };
    expect((await platform.ask("POST", `/api/sessions/${created.sessionId}/end`, { body })).status).toBe(202);
    expect(await client.next("ended")).toMatchObject({ reason: "ended_by_service" });
    expect(candidate.count("call.interviewer_finished")).toBe(2);
  });

  test("of a session that waits for its person is its end as well", async () => {
    const platform = await startPlatform();
    const [byService, deleted] = [await platform.create("ada"), await platform.create("ada")];
    await platform.ask("POST", `/api/sessions/${byService.sessionId}/end`, { body: { goodbye: true } });
    await platform.ask("DELETE", `/api/sessions/${deleted.sessionId}`);
    const reasonOf = async ({ sessionId }: SessionTicket): Promise<unknown> =>
      (await platform.ask("GET", `/api/sessions/${sessionId}`)).json;
    expect(await reasonOf(byService)).toMatchObject({ status: "ended", endReason: "ended_by_service" });
    expect(await reasonOf(deleted)).toMatchObject({ status: "ended", endReason: "deleted" });
    expect(await (await platform.come(byService)).next("error")).toMatchObject({ code: "SESSION_ENDED" });
  });
});

describe("who may steer a session", () => {
  test.each([
    ["POST", "/guidance", { text: "Go on." }],
    ["POST", "/end", {}],
    ["DELETE", "/transcript", undefined],
  ])("%s %s: the tenant's backend, and no observer or candidate", async (method, path, body) => {
    const { ask, create } = await startPlatform();
    const { sessionId } = await create("ada");
    const codeFor = async (id: string, bearer?: string): Promise<unknown> => {
      const { status, json } = await ask(method, `/api/sessions/${id}${path}`, { ...(bearer && { bearer }), body });
      return [status, (json as { error?: { code: string } }).error?.code];
    };
    for (const scope of ["interview", "observe"])
      expect(await codeFor(sessionId, await tokenFor("ada", { scope }))).toEqual([403, "FORBIDDEN"]);
    expect(await codeFor(UNKNOWN_ID)).toEqual([403, "SESSION_FORBIDDEN"]);
    const bound = await tokenFor("staff", { scope: "operate", session: UNKNOWN_ID });
    expect(await codeFor(sessionId, bound)).toEqual([403, "SESSION_FORBIDDEN"]);
  });
});

describe("erasing a transcript", () => {
  test("takes the words of an ended session, and leaves a chain that holds and says so", async () => {
    const script = { turns: [{ interviewer: "Who are you?", candidate: "Ada Lovelace." }, { interviewer: "Thanks." }] };
    const platform = await startPlatform({ simulator: { script } });
    const { ask, proxy } = platform;
    const candidate = new SpeakingCandidate(proxy.simulator);
    const created = await platform.create("ada");
    const client = await platform.come(created);
    client.send({ type: "sdp_offer", offer: candidate.offer });
    await candidate.accept((await client.next("sdp_answer")).answer.sdp);
    await candidate.until("call.interviewer_finished", 1);
    await candidate.speak();
    await candidate.until("call.interviewer_finished", 2);
    for (let n = 1; n <= 3; n++) await client.next("turn");

    const path = `/api/sessions/${created.sessionId}/transcript`;
    expect(await ask("DELETE", path)).toMatchObject({
      status: 409,
      json: { error: { code: "SESSION_NOT_ENDED" } },
    });
    await ask("POST", `/api/sessions/${created.sessionId}/end`);
    expect((await ask("GET", path)).text).toContain("Lovelace");
    expect(await ask("DELETE", path)).toMatchObject({ status: 200, json: { erasedTurns: 3 } });
    expect(await ask("DELETE", path)).toMatchObject({ status: 200, json: { erasedTurns: 0 } });

    const exported = await ask("GET", path);
    expect(verify(exported.text)).toMatch(/^Intact: 3 turns, signed with .*The words of 3 were erased\./);
    for (const format of ["text", "vtt"]) {
      const { text } = await ask("GET", `${path}?format=${format}`);
      expect(text.match(/\[erased\]/g)).toHaveLength(3);
    }
    for (const format of ["json", "text", "vtt"])
      expect((await ask("GET", `${path}?format=${format}`)).text).not.toMatch(/Lovelace|Who are you|Thanks/);
  });
});

/** What the command says that checks a file. */
function verify(exported: string): string {
  const folder = mkdtempSync(join(tmpdir(), "erased-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "transcript.json");
  writeFileSync(file, exported);
  const command = join(import.meta.dirname, "../../src/verify-transcript.ts");
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--conditions=source", command, file], {
    encoding: "utf8",
  });
  return stdout + stderr;
}
