import { erasedPersonSchema, type SessionDetails } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { type Inviting, startInviting } from "./invited.ts";
import { hold, holdToTheEnd, SPOKEN, WORDS } from "./spoken-interview.ts";
import { tokenFor } from "./start-proxy.ts";

const ASKED = { instructions: "Be kind to Ada.", questions: ["Which loom?"], metadata: { mail: "ada@example.org" } };
const ASKED_WORDS = ["Be kind", "Which loom", "ada@example.org"];
const NOTHING = { sessions: 0, turns: 0, invitations: 0 };

const erase = (platform: Inviting, person: string, query = ""): ReturnType<Inviting["ask"]> =>
  platform.ask("DELETE", `/api/persons/${encodeURIComponent(person)}${query}`);

/** Everything that the platform can read of a session. */
async function readAll({ ask }: Inviting, sessionId: string): Promise<{ text: string; details: SessionDetails }> {
  const [details, ...texts] = await Promise.all(
    ["", "/transcript", "/transcript?format=text", "/transcript?format=vtt"].map((path) =>
      ask("GET", `/api/sessions/${sessionId}${path}`),
    ),
  );
  const text = [details, ...texts].map((reply) => reply?.text).join("\n");
  return { text, details: details?.json as SessionDetails };
}

describe("erasing a person", () => {
  test("takes the words from everywhere, and leaves the numbers and a chain that verifies", async () => {
    const platform = await startInviting({ simulator: SPOKEN });
    const { proxy, ask, invite, redeem, create, refused } = platform;
    const invited = await invite("ada", ASKED);
    const [mine, others] = [await redeem(invited), await create("eve", ASKED)];
    const open = await invite("ada", ASKED);
    const [count] = await Promise.all([holdToTheEnd(platform, mine), holdToTheEnd(platform, others)]);
    const before = await readAll(platform, mine.sessionId);
    for (const word of WORDS) expect(before.text).toContain(word);

    const reply = await erase(platform, "ada");
    expect([reply.status, erasedPersonSchema.parse(reply.json)]).toEqual([
      200,
      { sessions: 1, turns: count, invitations: 2 },
    ]);
    expect((await erase(platform, "ada")).json).toEqual(NOTHING);

    const after = await readAll(platform, mine.sessionId);
    const listed = await Promise.all(
      ["sessions", "invitations", "persons/ada/export"].map((of) => ask("GET", `/api/${of}`)),
    );
    const everything = [after, ...listed].map(({ text }) => text).join("\n");
    for (const word of [...WORDS, "Be kind", "Which loom"]) expect(after.text).not.toContain(word);
    for (const word of WORDS) expect(everything).not.toContain(word);
    expect(after.details.usage).toEqual(before.details.usage);
    expect(after.details.usage.outputTextTokens).toBeGreaterThan(0);
    expect(after.details.calls).toEqual(before.details.calls);
    expect(after.details).toMatchObject({ person: "ada", metadata: {}, limits: before.details.limits });
    expect(after.details.marks).toEqual(before.details.marks.map((mark) => ({ ...mark, text: null })));

    const { text } = await ask("GET", `/api/sessions/${mine.sessionId}/transcript`);
    expect(verifyTranscript(Buffer.from(text))).toMatchObject({ ok: true, turns: count });
    const { turns, proof } = JSON.parse(text) as TranscriptDocument;
    expect(turns.map((turn) => [turn.text, turn.heardText, turn.salt])).toEqual(turns.map(() => [null, null, null]));
    expect(proof.signature).not.toBeNull();

    expect(await refused(open)).toMatchObject({ code: "INVITATION_REVOKED" });
    const untouched = await readAll(platform, others.sessionId);
    for (const word of [...WORDS, "ada@example.org"]) expect(untouched.text).toContain(word);

    const log = proxy.logLines.filter((line) => line.includes("words of a person erased"));
    expect(JSON.parse(log[0] ?? "")).toMatchObject({ by: "service", tenant: "default", sessions: 1, turns: count });
    for (const word of [...WORDS, ...ASKED_WORDS]) expect(proxy.logLines.join("")).not.toContain(word);
    expect(log.join("")).not.toContain('"ada"');
  });

  test("waits for who speaks, unless it is told to end that", async () => {
    const platform = await startInviting({ simulator: SPOKEN });
    const { ask, create, come, invite, refused } = platform;
    const [running, waiting] = [await create("ada", ASKED), await create("ada", ASKED)];
    const open = await invite("ada");
    const client = await hold(platform, running);
    const refusal = await erase(platform, "ada");
    expect(refusal).toMatchObject({ status: 409, json: { error: { code: "SESSION_NOT_ENDED" } } });
    expect((await ask("GET", `/api/sessions/${waiting.sessionId}`)).json).toMatchObject({ status: "scheduled" });
    expect((await ask("GET", `/api/invitations/${open.invitationId}`)).json).toMatchObject({ status: "open" });
    expect((await erase(platform, "ada", "?end=false")).status).toBe(409);

    const erased = erasedPersonSchema.parse((await erase(platform, "ada", "?end=true")).json);
    expect(erased).toMatchObject({ sessions: 2, invitations: 1 });
    expect(await client.next("ended")).toMatchObject({ reason: "ended_by_service" });
    expect(await (await come(waiting)).next("error")).toMatchObject({ code: "SESSION_ENDED" });
    expect(await refused(open)).toMatchObject({ code: "INVITATION_REVOKED" });
    const { text } = await readAll(platform, running.sessionId);
    for (const word of [...WORDS, ...ASKED_WORDS]) expect(text).not.toContain(word);
    const transcript = await ask("GET", `/api/sessions/${running.sessionId}/transcript`);
    expect(verifyTranscript(Buffer.from(transcript.text))).toMatchObject({ ok: true, turns: erased.turns });
  });

  test("ends interviews that wait without being told to, and leaves the person free to come anew", async () => {
    const platform = await startInviting();
    const { ask, create, come } = platform;
    const waiting = await create("ada", ASKED);
    expect((await erase(platform, "ada")).json).toEqual({ sessions: 1, turns: 0, invitations: 0 });
    const { json, text } = await ask("GET", `/api/sessions/${waiting.sessionId}`);
    expect(json).toMatchObject({ status: "ended", endReason: "deleted", metadata: {} });
    expect(text).not.toContain("ada@example.org");
    expect(await (await come(await create("ada"))).next("initialized")).toMatchObject({ resumed: false });
  });

  test("knows a person by any name that a token may have", async () => {
    const platform = await startInviting();
    for (const person of ["auth0|a/b?c#d%e", "naïve \u{1F468}\u200D\u{1F4BB}", "%2e", "a".repeat(256)]) {
      await platform.create(person);
      expect([person, (await erase(platform, person)).json]).toEqual([person, { ...NOTHING, sessions: 1 }]);
    }
    expect((await erase(platform, "nobody")).json).toEqual(NOTHING);
    expect((await platform.proxy.fetch(`/api/persons/${"a".repeat(257)}`, { method: "DELETE" })).status).toBe(404);
    for (const [path, field] of [
      ["/api/persons/%00", "sub"],
      ["/api/persons/ada?end=yes", "end"],
      ["/api/persons/ada?end=true&end=true", "end"],
      ["/api/persons/ada?tenant=other", undefined],
    ] as const) {
      const { status, json } = await platform.ask("DELETE", path);
      const { error } = json as { error: { code: string; field?: string } };
      expect([path, status, error.code, error.field]).toEqual([path, 400, "INVALID_MESSAGE", field]);
    }
  });

  test("is for who may operate the tenant, and not for the person", async () => {
    const { ask } = await startInviting();
    for (const [method, path] of [
      ["DELETE", "/api/persons/ada"],
      ["GET", "/api/persons/ada/export"],
    ] as const) {
      for (const claims of [{}, { scope: "interview" }, { scope: "observe" }, { scope: "operate", session: "ses_x" }])
        expect((await ask(method, path, { bearer: await tokenFor("ada", claims) })).status).toBe(403);
      expect((await ask(method, path, { bearer: "nonsense" })).status).toBe(401);
      expect((await ask(method, path, { bearer: await tokenFor("staff", { scope: "operate" }) })).status).toBe(200);
    }
    for (const [method, path] of [
      ["GET", "/api/persons/ada"],
      ["GET", "/api/persons"],
      ["DELETE", "/api/persons"],
      ["POST", "/api/persons/ada/export"],
      ["HEAD", "/api/persons/ada/export"],
    ] as const)
      expect([method, path, (await ask(method, path)).status]).toEqual([method, path, 404]);
  });
});

describe("with RETENTION_DAYS", () => {
  const DAY_MS = 86_400_000;

  /** A clock by which days can pass without everything that happens in them. */
  function createLeapingClock(): FakeClock & { leap(ms: number): void } {
    const clock = createFakeClock();
    let leapt = 0;
    return { ...clock, now: () => clock.now() + leapt, leap: (ms) => void (leapt += ms) };
  }

  test("words are kept so long after the end of their session, and no longer", async () => {
    const clock = createLeapingClock();
    const platform = await startInviting({ clock, settings: { RETENTION_DAYS: "30" } });
    const { ask, create, invite } = platform;
    const early = await create("ada", ASKED);
    const invited = await invite("ada", { ...ASKED, expiresInSeconds: 60 });
    await ask("DELETE", `/api/sessions/${early.sessionId}`);
    await clock.advance(61_000);
    const late = await create("eve", ASKED);
    await ask("DELETE", `/api/sessions/${late.sessionId}`);
    const metadataOf = async (path: string): Promise<unknown> =>
      ((await ask("GET", path)).json as { metadata: unknown }).metadata;
    const paths = [
      `/api/sessions/${early.sessionId}`,
      `/api/invitations/${invited.invitationId}`,
      `/api/sessions/${late.sessionId}`,
    ];
    const kept = (): Promise<readonly unknown[]> => Promise.all(paths.map(metadataOf));
    clock.leap(30 * DAY_MS - 59_500);
    await clock.advance(60_000);
    expect(await kept()).toEqual([{}, {}, ASKED.metadata]);
    await clock.advance(120_000);
    expect(await kept()).toEqual([{}, {}, {}]);
    expect((await ask("GET", "/api/sessions")).json).toMatchObject({
      sessions: [{ person: "eve" }, { person: "ada" }],
    });
  });

  test("left out, nothing is forgotten", async () => {
    const clock = createLeapingClock();
    const { ask, create } = await startInviting({ clock });
    const { sessionId } = await create("ada", ASKED);
    await ask("DELETE", `/api/sessions/${sessionId}`);
    clock.leap(3650 * DAY_MS);
    await clock.advance(120_000);
    expect((await ask("GET", `/api/sessions/${sessionId}`)).json).toMatchObject({ metadata: ASKED.metadata });
  });
});
