import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerMessageOf } from "@interview-proxy/protocol";
import type { InterviewScript, Simulator } from "openai-voice-simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { audioOffer } from "../sample-sdp.ts";
import { INTERVIEWER_DELTA } from "./provider-log.ts";
import { type Said, saidIn } from "./said-by-simulator.ts";
import type { Meddle } from "./provider-relay.ts";
import { relayWith } from "./sideband-relay.ts";
import type { SocketClient } from "./socket-client.ts";
import { SPEECH_PACKETS, SpeakingCandidate } from "./speaking-candidate.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";
import { asOnRealtime } from "./voice-api.ts";

const SERVICE = "service-token-of-the-platform-0123456789";
const UNHEARD = "Nobody will ever understand this answer.";

const script: InterviewScript = {
  turns: [
    { interviewer: "Hi. Who are you?", candidate: "I am Ada Lovelace." },
    { interviewer: "What do you build, and for whom, and why just that?", candidate: "Wait: engines." },
    { interviewer: "Go on.", candidate: UNHEARD, transcriptionFails: true },
    { interviewer: "Goodbye." },
  ],
};

/** An answer that nobody understands is a turn where that is told. */
const ANSWERS = asOnRealtime("words that cannot be made out") ? 3 : 2;
const TURNS = 4 + ANSWERS;

/** At which event the sideband is cut. */
const CUTS: [when: string, type: string, nth: number][] = asOnRealtime("an utterance in a short absence")
  ? [
      ["in the middle of a reply", INTERVIEWER_DELTA, 12],
      ["when an answer is there", "input_audio_buffer.committed", 1],
      ["at the interruption", "conversation.item.truncated", 1],
      ["when a transcription is there", "conversation.item.input_audio_transcription.completed", 2],
    ]
  : [
      ["when the call is there", "session.started", 1],
      ["when the greeting was taken", "session.instructions.appended", 1],
    ];

/** Every word of it that could turn up where it should not. */
const WORDS = ["Who are you", "Lovelace", "for whom", "engines", "Go on", "understand this", "Goodbye"];

interface Interview {
  readonly proxy: ProxyUnderTest;
  readonly client: SocketClient;
  readonly candidate: SpeakingCandidate;
  readonly sessionId: string;
  readonly resumeToken: string;
}

async function begin(meddle: Meddle): Promise<Interview> {
  const proxy = await startProxy({
    settings: { SERVICE_TOKEN: SERVICE },
    simulator: { script },
    between: relayWith(meddle),
  });
  const candidate = new SpeakingCandidate(proxy.simulator);
  const client = await proxy.connectAs("ada");
  client.send({ type: "init" });
  const { sessionId, resumeToken } = await client.next("initialized");
  client.send({ type: "sdp_offer", offer: candidate.offer });
  await candidate.accept((await client.next("sdp_answer")).answer.sdp);
  return { proxy, client, candidate, sessionId, resumeToken };
}

/** A question, an answer; a question that is interrupted, and why; a word, an answer nobody understands; the end. */
async function hold({ candidate }: Interview): Promise<void> {
  await candidate.until("call.interviewer_finished", 1);
  await candidate.speak();
  await candidate.until("call.interviewer_started", 2);
  await candidate.untilTold("What do you build");
  await candidate.speak();
  await candidate.until("call.interviewer_finished", 2);
  // So long that where nothing of it is told, what the interviewer says before and after is not taken for one turn.
  await candidate.speak(3 * SPEECH_PACKETS);
  await candidate.until("call.interviewer_finished", 3);
}

/** What the simulator says was said, by its own log. */
function saidBy(simulator: Simulator): readonly Said[] {
  return simulator.calls().flatMap(saidIn);
}

async function transcriptOf(
  { proxy, sessionId }: Pick<Interview, "proxy" | "sessionId">,
  bearer = SERVICE,
): Promise<{ text: string; document: TranscriptDocument; said: readonly Said[] }> {
  const { status, text } = await proxy.fetch(`/api/sessions/${sessionId}/transcript`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  expect(status).toBe(200);
  const document = JSON.parse(text) as TranscriptDocument;
  return { text, document, said: document.turns.map((turn) => [turn.role, turn.status, turn.text, turn.heardMs]) };
}

async function turns(client: SocketClient, count: number): Promise<readonly ServerMessageOf<"turn">[]> {
  const heard: ServerMessageOf<"turn">[] = [];
  while (heard.length < count) heard.push(await client.next("turn"));
  return heard;
}

describe("an interview with an interruption and a failed transcription", () => {
  test("is transcribed as the simulator's own log has it, live and for good, and every change shows", async () => {
    const interview = await begin((event) => event);
    const { proxy, client, sessionId, resumeToken } = interview;
    await hold(interview);
    const live = await turns(client, TURNS);
    const expected = saidBy(proxy.simulator);
    expect(live.map(({ role, status, text, heardMs }) => [role, status, text, heardMs ?? null])).toEqual(expected);
    expect(expected.map(([, status]) => status)).toContain("interrupted");
    expect(live.map(({ n }) => n)).toEqual(Array.from({ length: TURNS }, (_, index) => index + 1));
    const deltas = client.messages.filter((message) => message.type === "transcript_delta");
    const [first] = live;
    expect(
      deltas.flatMap(({ turnId, text }) => (turnId === first?.id ? [text] : [])).join(""),
      "words come before their turn",
    ).toBe(first?.text);
    const voices = client.messages.flatMap((message) => (message.type === "speaking" ? [message] : []));
    expect(voices.filter(({ role, active }) => role === "candidate" && active)).toHaveLength(ANSWERS);
    expect(voices.filter(({ role, active }) => role === "interviewer" && !active)).toHaveLength(4);

    const other = await proxy.connectAs("ada");
    other.send({ type: "init", resumeToken, lastSeq: live[3]?.seq });
    await other.next("initialized");
    expect((await turns(other, TURNS - 4)).map(({ n }) => n)).toEqual(live.slice(4).map(({ n }) => n));
    other.send({ type: "disconnect" });
    await other.closed;

    await expect.poll(async () => (await transcriptOf(interview)).document.proof.signature).not.toBeNull();
    const { text, said, document } = await transcriptOf(interview);
    expect(said).toEqual(expected);
    expect(document.session).toMatchObject({ id: sessionId, endReason: "client_disconnected" });
    expect(verifyTranscript(Buffer.from(text))).toMatchObject({ ok: true, turns: TURNS });
    for (let index = 0; index < text.length; index += 7) {
      const altered = Buffer.from(text);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(verifyTranscript(altered).ok, `byte ${index}`).toBe(false);
    }
    expectCommandToTell(text);
    const lines = proxy.logLines.join("");
    for (const words of WORDS) expect(lines).not.toContain(words);
  });

  test.each(CUTS)("loses no word when the sideband is cut %s", async (_when, type, nth) => {
    let seen = 0;
    const interview = await begin((event) => (event.type === type && ++seen === nth ? "cut" : event));
    const { proxy, client } = interview;
    await hold(interview);
    let captions = "";
    while (!captions.includes("Goodbye.")) captions += (await client.next("transcript_delta")).text;
    client.send({ type: "disconnect" });
    await client.closed;
    await proxy.simulator.waitFor(({ type: happened }) => happened === "call.ended");
    await expect.poll(async () => (await transcriptOf(interview)).document.proof.signature).not.toBeNull();
    expect(seen, "the cut took place").toBeGreaterThanOrEqual(nth);
    const { said } = await transcriptOf(interview);
    // That words could not be made out may be lost with the cut: then they are a gap.
    const wording = (all: readonly Said[]): unknown =>
      all.flatMap(([role, status, text]) => (status === "gap" || !text ? [] : [[role, text]]));
    expect(wording(said)).toEqual(wording(saidBy(proxy.simulator)));
  });
});

/** The command as it is run by whoever has the file. */
function expectCommandToTell(exported: string): void {
  const folder = mkdtempSync(join(tmpdir(), "transcript-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = (name: string, text: string): { status: number | null; output: string } => {
    writeFileSync(join(folder, name), text);
    const command = join(import.meta.dirname, "../../src/verify-transcript.ts");
    const flags = ["--import", "tsx", "--conditions=source", command, join(folder, name)];
    const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" });
    return { status, output: stdout + stderr };
  };
  expect(run("intact.json", exported)).toMatchObject({
    status: 0,
    output: expect.stringMatching(`^Intact: ${TURNS} turns`),
  });
  expect(run("altered.json", exported.replace("Go on.", "Go off."))).toEqual({
    status: 1,
    output: "ALTERED: turn 5: its text was altered.\n",
  });
}

describe("who may read a transcript", () => {
  async function session(proxy: ProxyUnderTest, person: string): Promise<{ sessionId: string; resumeToken: string }> {
    const response = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenFor(person)}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    return response.json as { sessionId: string; resumeToken: string };
  }

  test("its person, the holder of its resume token and the backend, before and after its end; nobody else", async () => {
    const proxy = await startProxy({ settings: { SERVICE_TOKEN: SERVICE } });
    const mine = await session(proxy, "ada");
    const other = await session(proxy, "eve");
    const path = `/api/sessions/${mine.sessionId}/transcript`;
    const read = async (bearer?: string, of = path): Promise<number> => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      return (await proxy.fetch(of, { headers })).status;
    };
    for (const ended of [false, true]) {
      if (ended) {
        await proxy.fetch(`/api/sessions/${mine.sessionId}`, {
          method: "DELETE",
          headers: { authorization: `Bearer ${mine.resumeToken}` },
        });
      }
      expect(await read(await tokenFor("ada"))).toBe(200);
      expect(await read(mine.resumeToken)).toBe(200);
      expect(await read(SERVICE)).toBe(200);
      expect(await read(await tokenFor("eve"))).toBe(403);
      expect(await read(other.resumeToken)).toBe(403);
      expect(await read(await tokenFor("ada"), `/api/sessions/ses_${"A".repeat(22)}/transcript`)).toBe(403);
      expect(await read()).toBe(401);
      expect(await read(undefined, `${path}?simulation=true`)).toBe(401);
    }
  });

  test("in each of three forms, and in no other", async () => {
    const proxy = await startProxy();
    const { sessionId, resumeToken } = await session(proxy, "ada");
    const read = (format: string): ReturnType<ProxyUnderTest["fetch"]> =>
      proxy.fetch(`/api/sessions/${sessionId}/transcript${format}`, {
        headers: { authorization: `Bearer ${resumeToken}` },
      });
    const json = await read("");
    expect(json.json).toMatchObject({ format: "interview-transcript/1", turns: [], proof: { signature: null } });
    expect(json.headers.get("cache-control")).toBe("no-store");
    expect((await read("?format=text")).headers.get("content-type")).toContain("text/plain");
    expect((await read("?format=vtt")).text.startsWith("WEBVTT\n")).toBe(true);
    for (const format of ["?format=xml", "?format=json&format=text"])
      expect(await read(format)).toMatchObject({ status: 400, json: { error: { field: "format" } } });
  });
});
