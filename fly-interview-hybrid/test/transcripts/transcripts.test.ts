import { generateKeyPairSync } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readConfig, SettingError } from "../../src/config/config.ts";
import { serialize, type TranscriptDocument } from "../../src/transcripts/document.ts";
import { toText, toVtt } from "../../src/transcripts/formats.ts";
import { openSigner } from "../../src/transcripts/signer.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { newTurn, openTranscripts, session } from "./open-transcripts.ts";

describe("writing", () => {
  test("numbers turns without gaps across calls, and tells each when it is written", async () => {
    const { write, written, records } = await openTranscripts();
    await write(newTurn("u1"), newTurn("u2"), newTurn("u1", { callId: "call_2" }));
    expect(written).toEqual(["1 Words of u1.", "2 Words of u2.", "3 Words of u1."]);
    expect((await records.turnsOf(session.id)).map(({ n, callId }) => [n, callId])).toEqual([
      [1, "call_1"],
      [2, "call_1"],
      [3, "call_2"],
    ]);
  });

  test("a turn that is given again is neither written nor told again, and takes no number", async () => {
    const { write, written } = await openTranscripts();
    await write(newTurn("u1"), newTurn("u1", { text: "Other." }), newTurn("u2"));
    expect(written).toEqual(["1 Words of u1.", "2 Words of u2."]);
  });

  test("a turn that cannot be written costs the others nothing", async () => {
    const { transcripts, write, written, clock } = await openTranscripts();
    transcripts.write(session, newTurn("u1", { callId: "call_unknown" }), () => written.push("never"));
    const others = write(newTurn("u2"));
    await clock.advance(2000);
    await others;
    expect(written).toEqual(["1 Words of u2."]);
  });

  test("equal words have unequal hashes", async () => {
    const { write, records } = await openTranscripts();
    await write(newTurn("u1", { text: "Yes." }), newTurn("u2", { text: "Yes." }));
    const [first, second] = await records.turnsOf(session.id);
    expect(first?.textHash).not.toBe(second?.textHash);
    expect(first?.salt).not.toBe(second?.salt);
  });
});

describe("a finished transcript", () => {
  const talk = [
    newTurn("a1", { role: "interviewer", text: "Hello! “Who” are you? 👋", heardText: "Hello! “Who” are you? 👋" }),
    newTurn("u1", { text: "I am\nAda \ud800\0 <b>& co</b> -->" }),
    newTurn("a2", { role: "interviewer", status: "interrupted", text: "And what", heardMs: 312.5 }),
    newTurn("u2", { status: "failed", text: null, startedAt: null }),
    newTurn("gap:x", { role: "unknown", status: "gap", text: null, startedAt: null, endedAt: null, inferred: true }),
  ];

  test("is intact, and says who signed it", async () => {
    const { write, finish, signer } = await openTranscripts();
    await write(...talk);
    const verdict = verifyTranscript(Buffer.from(await finish()), signer.publicKey);
    expect(verdict).toEqual({ ok: true, turns: 5, erased: 0, publicKey: signer.publicKey });
  });

  test("without a single turn is intact too", async () => {
    const { finish } = await openTranscripts();
    expect(verifyTranscript(Buffer.from(await finish()))).toMatchObject({ ok: true, turns: 0 });
  });

  test("shows a change of any byte; where it is in a turn, which one", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const exported = Buffer.from(await finish());
    const turnAt = turnFinder(exported.toString("latin1"));
    const unseen: number[] = [];
    const misplaced: unknown[] = [];
    for (let index = 0; index < exported.length; index++) {
      for (const bit of [1, 32]) {
        const altered = Buffer.from(exported);
        altered[index] = (altered[index] ?? 0) ^ bit;
        const verdict = verifyTranscript(altered);
        if (verdict.ok) unseen.push(index);
        else if (verdict.turn !== undefined && verdict.turn !== turnAt(index)) misplaced.push([index, verdict]);
      }
    }
    expect(unseen).toEqual([]);
    expect(misplaced).toEqual([]);
  });

  test("shows a change of the last character of signature and key, even one that decodes alike", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const document = JSON.parse(await finish()) as TranscriptDocument;
    const accepted: string[] = [];
    for (const field of ["signature", "publicKey"] as const) {
      const original = document.proof[field] ?? "";
      for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=") {
        const proof = { ...document.proof, [field]: original.slice(0, -1) + character };
        const verdict = verifyTranscript(Buffer.from(serialize({ ...document, proof })));
        if (verdict.ok && proof[field] !== original) accepted.push(`${field} ${character}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test("shows bytes that were added or taken away", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const exported = await finish();
    for (const altered of [`${exported}\n`, ` ${exported}`, exported.trimEnd(), exported.replace("  ", ""), ""])
      expect(verifyTranscript(Buffer.from(altered)).ok).toBe(false);
    expect(verifyTranscript(Buffer.concat([Buffer.from(exported), Buffer.from([0xff])])).ok).toBe(false);
  });

  test("shows turns that were taken out, moved, or come from elsewhere", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const document = JSON.parse(await finish()) as TranscriptDocument;
    const other = await openTranscripts();
    await other.write(newTurn("u9"));
    const foreign = JSON.parse(await other.finish()) as TranscriptDocument;
    const [first, second, ...rest] = document.turns;
    const [stranger] = foreign.turns;
    if (first === undefined || second === undefined || stranger === undefined) throw new Error("no turns");
    const check = (turns: TranscriptDocument["turns"]): unknown =>
      verifyTranscript(Buffer.from(`${JSON.stringify({ ...document, turns }, null, 2)}\n`));
    expect(check([second, ...rest])).toMatchObject({ ok: false, turn: 1 });
    expect(check([first, ...rest])).toMatchObject({ ok: false, turn: 2 });
    expect(check([second, first, ...rest])).toMatchObject({ ok: false, turn: 1 });
    expect(check([stranger, second, ...rest])).toMatchObject({ ok: false });
    expect(check([first, second])).toMatchObject({ ok: false, problem: expect.stringContaining("missing at the end") });
  });

  test("that another key signed is told apart by whoever knows the key", async () => {
    const { write, finish, signer } = await openTranscripts();
    const other = await openTranscripts();
    await write(...talk);
    expect(verifyTranscript(Buffer.from(await finish()), other.signer.publicKey)).toMatchObject({
      problem: expect.stringContaining("another key"),
    });
    expect(signer.publicKey).not.toBe(other.signer.publicKey);
  });

  test("holds when words were erased, and says how many", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const document = JSON.parse(await finish()) as TranscriptDocument;
    const turns = document.turns.map((turn) =>
      turn.n < 3 ? { ...turn, text: null, heardText: null, salt: null } : turn,
    );
    const erased = `${JSON.stringify({ ...document, turns }, null, 2)}\n`;
    expect(verifyTranscript(Buffer.from(erased))).toMatchObject({ ok: true, erased: 2 });
    expect(erased).not.toContain("Ada");
    expect(toText({ ...document, turns })).toContain("[erased]");
  });

  test("is not signed before its session has ended", async () => {
    const { write, transcripts } = await openTranscripts();
    await write(...talk);
    await transcripts.seal(session.id);
    const running = `${JSON.stringify(await transcripts.document(session), null, 2)}\n`;
    expect(verifyTranscript(Buffer.from(running))).toMatchObject({
      ok: false,
      problem: expect.stringContaining("not signed"),
    });
  });

  test("of any number of sessions can be about to be signed, and Node warns of nothing", async () => {
    const { transcripts } = await openTranscripts();
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", note);
    await Promise.all(Array.from({ length: 20 }, (_, index) => transcripts.seal(`ses_${index}`)));
    // Node warns in its next tick.
    await nextTurn();
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("is signed when it is read, where the process died before it could be", async () => {
    const { write, transcripts, records } = await openTranscripts();
    await write(...talk);
    await transcripts.seal(session.id);
    await records.updateSession(session.id, { endReason: "shutdown", endedAt: session.createdAt + 1 });
    const ended = await records.findSession(session.id);
    const exported = serialize(await transcripts.document(ended ?? session));
    expect(verifyTranscript(Buffer.from(exported))).toMatchObject({ ok: true, turns: 5 });
  });

  test("reads as text and as captions, in which words are no markup", async () => {
    const { write, finish } = await openTranscripts();
    await write(...talk);
    const document = JSON.parse(await finish()) as TranscriptDocument;
    const text = toText(document);
    expect(text).toContain("3. Interviewer (2023-11-14T22:13:21.000Z): And what [interrupted after 313 ms]");
    expect(text).toContain("4. Candidate: [not understood by the transcription]");
    const vtt = toVtt(document);
    expect(vtt.startsWith("WEBVTT\n\n")).toBe(true);
    expect(vtt).toContain("1\n00:00:00.000 --> 00:00:01.500\n<v Interviewer>Hello!");
    expect(vtt).toContain("&lt;b&gt;&amp; co&lt;/b&gt; --&gt;");
    expect(vtt.match(/ --> /g)).toHaveLength(5);
    for (const form of [text, vtt]) expect(form).toContain(document.proof.signature);
  });
});

describe("the signing key", () => {
  test("is made once and kept", async () => {
    const { records, signer } = await openTranscripts();
    expect((await openSigner(readConfig({ OPENAI_API_KEY: "k" }), records)).publicKey).toBe(signer.publicKey);
  });

  test("of the settings comes first; one that is none stops the start", async () => {
    const { records, signer } = await openTranscripts();
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const encoded = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    const config = readConfig({ OPENAI_API_KEY: "k", TRANSCRIPT_SIGNING_KEY: encoded });
    const own = await openSigner(config, records);
    expect(own.publicKey).toBe(publicKey.export({ format: "der", type: "spki" }).toString("base64url"));
    expect(own.publicKey).not.toBe(signer.publicKey);
    const wrong = generateKeyPairSync("x25519").privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    for (const key of ["nonsense", wrong])
      expect(() => readConfig({ OPENAI_API_KEY: "k", TRANSCRIPT_SIGNING_KEY: key })).toThrow(SettingError);
  });
});

/** Tells in which turn a byte of an export is; `undefined` outside of turns. */
function turnFinder(exported: string): (index: number) => number | undefined {
  const starts = [...exported.matchAll(/^ {4}\{$/gm)].map(({ index }) => index);
  const end = exported.indexOf('\n  "proof"');
  return (index) => (index >= end ? undefined : starts.findLastIndex((start) => start <= index) + 1 || undefined);
}
