import { personExportSchema } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { startInviting } from "./invited.ts";
import { holdToTheEnd, SPOKEN, WORDS } from "./spoken-interview.ts";

describe("the export of a person", () => {
  test("has all that is kept about them, and nothing of anybody else's", async () => {
    const platform = await startInviting({ simulator: SPOKEN });
    const { proxy, ask, create, invite, redeem } = platform;
    const invited = await invite("ada", {
      instructions: "Be kind.",
      questions: ["Which loom?"],
      metadata: { job: "4711" },
    });
    const held = await redeem(invited);
    const turns = await holdToTheEnd(platform, held);
    const waiting = await create("ada", { questions: ["Why?"] });
    await create("eve", { instructions: "Secret of Eve's.", metadata: { job: "eve-job" } });
    await invite("eve", { questions: ["Secret of Eve's."] });

    const { status, headers, text, json } = await ask("GET", "/api/persons/ada/export");
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    const exported = personExportSchema.parse(json);
    expect(exported).toMatchObject({
      format: "interview-person/1",
      person: "ada",
      sessions: [
        { sessionId: waiting.sessionId, status: "scheduled", questions: ["Why?"], instructions: null, marks: [] },
        {
          sessionId: held.sessionId,
          person: "ada",
          status: "ended",
          instructions: "Be kind.",
          questions: ["Which loom?"],
          metadata: { job: "4711" },
          marks: [{ kind: "note", text: "Shy about looms." }],
          name: null,
        },
      ],
      invitations: [
        {
          invitationId: invited.invitationId,
          sessionId: held.sessionId,
          status: "redeemed",
          questions: ["Which loom?"],
        },
      ],
    });
    const [, past] = exported.sessions;
    expect(past?.usage).toEqual(((await ask("GET", `/api/sessions/${held.sessionId}`)).json as typeof past)?.usage);
    for (const word of WORDS) expect(text).toContain(word);
    for (const foreign of ["eve", "Eve"]) expect(text).not.toContain(foreign);
    expect(text).not.toContain(invited.invitation.slice(-43));

    // The transcript in it can be checked like any other.
    const transcript = `${JSON.stringify(past?.transcript, null, 2)}\n`;
    expect(verifyTranscript(Buffer.from(transcript))).toMatchObject({ ok: true, turns });
    expect(transcript).toBe((await ask("GET", `/api/sessions/${held.sessionId}/transcript`)).text);
    for (const word of WORDS) expect(proxy.logLines.join("")).not.toContain(word);
  });

  test("of somebody who was never here is empty", async () => {
    const { ask } = await startInviting();
    expect(personExportSchema.parse((await ask("GET", "/api/persons/nobody/export")).json)).toMatchObject({
      person: "nobody",
      sessions: [],
      invitations: [],
    });
  });

  test("goes over many pages, each entry once", async () => {
    const { ask, create, invite } = await startInviting();
    const made = await Promise.all(Array.from({ length: 120 }, () => create("ada")));
    const invited = await Promise.all(Array.from({ length: 50 }, () => invite("ada")));
    const { sessions, invitations } = personExportSchema.parse((await ask("GET", "/api/persons/ada/export")).json);
    expect(sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(
      made.map(({ sessionId }) => sessionId).toSorted(),
    );
    expect(invitations.map(({ invitationId }) => invitationId).toSorted()).toEqual(
      invited.map(({ invitationId }) => invitationId).toSorted(),
    );
  });
});
