import { describe, expect, test } from "vitest";
import { audioOffer } from "../../sample-sdp.ts";
import { SERVICE } from "../platform.ts";
import { tokenFor } from "../start-proxy.ts";
import { type DropIn, startDropIn } from "./drop-in.ts";

const JSON_TYPE = "application/json";

async function mint({ post }: DropIn, bearer: string, body: object = {}, person?: string): ReturnType<DropIn["post"]> {
  const headers = person === undefined ? {} : { "openai-safety-identifier": person };
  return post("/realtime/client_secrets", { bearer, type: JSON_TYPE, body: JSON.stringify(body), headers });
}

function call({ post }: DropIn, bearer: string): ReturnType<DropIn["post"]> {
  return post("/realtime/calls", { bearer, type: "application/sdp", body: audioOffer });
}

describe("a client key by POST /v1/realtime/client_secrets", () => {
  test("is minted by the official client for a person, opens one call, and tells no instructions", async () => {
    const dropIn = await startDropIn({ settings: { CLIENT_SESSION: "full" } });
    const instructions = "Sing sea shanties.";
    const session = { type: "realtime", instructions, audio: { output: { voice: "cedar" } } } as const;
    const headers = { "OpenAI-Safety-Identifier": "grace" };
    const minted = await dropIn.client().realtime.clientSecrets.create({ session }, { headers });
    expect(minted).toEqual({
      value: expect.stringMatching(/^ek_/),
      expires_at: expect.closeTo(Date.now() / 1000 + 60, -1),
      session: {
        id: expect.stringMatching(/^ses_/),
        object: "realtime.session",
        type: "realtime",
        model: "gpt-realtime-2.1",
      },
    });
    const [, claims = ""] = minted.value.split(".");
    expect(Buffer.from(claims, "base64url").toString()).not.toContain("shanties");

    const reply = await call(dropIn, minted.value);
    expect(reply.status).toBe(201);
    expect(reply.headers.get("x-interview-session")).toBe((minted.session as { id: string }).id);
    const plan = JSON.stringify(dropIn.proxy.simulator.liveCalls()[0]?.request.session);
    expect(plan).toContain(instructions);
    expect(plan).toContain("cedar");
    expect(await call(dropIn, minted.value)).toMatchObject({
      status: 401,
      json: { error: { code: "TOKEN_REPLAYED", type: "invalid_request_error" } },
    });
  });

  test("is minted by a person for themself, whose words for the interviewer do not count", async () => {
    const dropIn = await startDropIn({ settings: { CLIENT_SESSION: "full" } });
    const session = { type: "realtime", instructions: "Praise me.", audio: { output: { voice: "cedar" } } };
    const minted = await mint(dropIn, await tokenFor("ada"), { session }, "grace");
    expect(minted.status).toBe(200);
    expect((await call(dropIn, (minted.json as { value: string }).value)).status).toBe(201);
    const plan = JSON.stringify(dropIn.proxy.simulator.liveCalls()[0]?.request.session);
    expect([plan.includes("cedar"), plan.includes("Praise me.")]).toEqual([true, false]);
    const listed = await dropIn.proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${SERVICE}` } });
    expect(listed.json).toMatchObject({ sessions: [{ person: "ada" }] });
  });

  test("lives no longer than was asked for, and no longer than a ticket", async () => {
    const dropIn = await startDropIn();
    const secondsFor = async (seconds: number): Promise<number> => {
      const expires_after = { anchor: "created_at", seconds };
      const { json } = await mint(dropIn, SERVICE, { expires_after }, "grace");
      return (json as { expires_at: number }).expires_at - Date.now() / 1000;
    };
    expect(await secondsFor(10)).toBeLessThanOrEqual(10);
    expect(await secondsFor(7200)).toBeLessThanOrEqual(60);
  });

  test("is refused for a request that is none", async () => {
    const dropIn = await startDropIn({ settings: { CALLS_PER_MINUTE: "1" } });
    const cases = [
      [await mint(dropIn, "nobody"), 401, "UNAUTHENTICATED", null],
      [await mint(dropIn, SERVICE), 400, "INVALID_MESSAGE", "OpenAI-Safety-Identifier"],
      [await mint(dropIn, SERVICE, {}, "x".repeat(300)), 400, "INVALID_MESSAGE", "OpenAI-Safety-Identifier"],
      [
        await mint(dropIn, SERVICE, { session: { type: "transcription" } }, "grace"),
        400,
        "INVALID_MESSAGE",
        "session.type",
      ],
      [
        await mint(dropIn, SERVICE, { expires_after: { seconds: 1 } }, "grace"),
        400,
        "INVALID_MESSAGE",
        "expires_after.seconds",
      ],
      [await mint(dropIn, await tokenFor("ada", { session: "mine" })), 403, "FORBIDDEN", null],
      [await mint(dropIn, await tokenFor("ada", { scope: "observe" })), 403, "FORBIDDEN", null],
      [await mint(dropIn, SERVICE, { other: 1 }, "grace"), 400, "INVALID_MESSAGE", null],
      [
        await dropIn.post("/realtime/client_secrets", { type: "application/sdp", body: "v=0" }),
        400,
        "INVALID_MESSAGE",
        null,
      ],
      [await dropIn.post("/realtime/client_secrets", { type: JSON_TYPE, body: "{" }), 400, "BAD_JSON", null],
    ] as const;
    for (const [reply, status, code, param] of cases)
      expect(reply).toMatchObject({ status, json: { error: { code, param } } });
    const ada = await tokenFor("ada");
    expect((await mint(dropIn, ada)).status).toBe(200);
    expect(await mint(dropIn, ada)).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
  });
});
