import { expect } from "vitest";
import type { TranscriptDocument } from "../../src/transcripts/document.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { type Said, saidIn } from "../doors/said-by-simulator.ts";
import { type ProxyUnderTest, tokenFor } from "../doors/start-proxy.ts";
import type { Interview, SharedPlace } from "../machines/two-machines.ts";

/** What `/readyz` says, with its status as `code`. */
export async function readiness(machine: ProxyUnderTest): Promise<unknown> {
  const { status, json } = await machine.fetch("/readyz");
  return { code: status, ...(json as object) };
}

/** The first value of that name in `/metrics`. */
export async function metric(machine: ProxyUnderTest, name: string): Promise<number> {
  const { text } = await machine.fetch("/metrics");
  const line = text.split("\n").find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  return Number(line?.split(" ").at(-1));
}

/** The transcript of an interview that has ended, or is about to; it must verify. */
export async function transcriptOf(
  machine: ProxyUnderTest,
  { sessionId }: Interview,
  person: string,
): Promise<TranscriptDocument> {
  const headers = { authorization: `Bearer ${await tokenFor(person)}` };
  const read = (): ReturnType<ProxyUnderTest["fetch"]> =>
    machine.fetch(`/api/sessions/${sessionId}/transcript`, { headers });
  const isSigned = async (): Promise<boolean> => ((await read()).json as TranscriptDocument).proof.signature !== null;
  await expect.poll(isSigned, { timeout: 15_000 }).toBe(true);
  const { text, json } = await read();
  expect(verifyTranscript(Buffer.from(text))).toMatchObject({ ok: true });
  return json as TranscriptDocument;
}

/** What a transcript says, to be compared with what the simulator says. */
export function wordingOf({ turns }: TranscriptDocument): readonly Said[] {
  return turns.map(({ role, status, text, heardMs }) => [role, status, text, heardMs]);
}

/** What was said in a call, by the simulator's own log. */
export function saidTo(place: SharedPlace, callId: string): readonly Said[] {
  const call = place.simulator.calls().find(({ id }) => id === callId);
  return call === undefined ? [] : saidIn(call);
}

/** Until so many lines were heard in each of these calls. */
export async function untilSpoken(
  { simulator }: SharedPlace,
  callIds: readonly string[],
  lines: number,
): Promise<void> {
  const missing = new Map(callIds.map((id) => [id, lines]));
  await simulator.waitFor(
    ({ type, callId }) => {
      const left = (missing.get(callId) ?? 0) - 1;
      if (type === "call.interviewer_finished" && missing.has(callId)) {
        if (left > 0) missing.set(callId, left);
        else missing.delete(callId);
      }
      return missing.size === 0;
    },
    { timeoutMs: 200_000 },
  );
}

/** Ends an interview as its page does. */
export async function end(machine: ProxyUnderTest, { socket }: Interview): Promise<void> {
  socket.send({ type: "disconnect" });
  await socket.closed;
  expect(machine.logLines.filter((line) => line.includes("could not be ended cleanly"))).toEqual([]);
}
