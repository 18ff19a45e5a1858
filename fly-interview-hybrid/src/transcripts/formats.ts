import type { DocumentTurn, TranscriptDocument } from "./document.ts";

const SPEAKERS: Readonly<Record<DocumentTurn["role"], string>> = {
  candidate: "Candidate",
  interviewer: "Interviewer",
  unknown: "Somebody",
};

/** For people: one paragraph a turn, and the proof at the end. */
export function toText({ session, turns, proof }: TranscriptDocument): string {
  const head = `Interview ${session.id}, begun ${session.createdAt}${session.endedAt ? `, ended ${session.endedAt}` : ""}`;
  const lines = turns.map((turn) => `${turn.n}. ${SPEAKERS[turn.role]}${timeOf(turn)}: ${wordsOf(turn)}`);
  return `${[head, ...lines, `Proof: ${proofLine(proof)}`].join("\n\n")}\n`;
}

/** WebVTT: the time counts from the first moment known. Turns without a time stand where the one before them ended. */
export function toVtt({ session, turns, proof }: TranscriptDocument): string {
  const times = turns.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  const zero = Math.min(...times, Number.MAX_SAFE_INTEGER);
  let last = 0;
  const cues = turns.map((turn) => {
    const start = turn.startedAt === null ? last : Date.parse(turn.startedAt) - zero;
    const end = Math.max(turn.endedAt === null ? start : Date.parse(turn.endedAt) - zero, start + 1);
    last = end;
    return `${turn.n}\n${stamp(start)} --> ${stamp(end)}\n<v ${SPEAKERS[turn.role]}>${escaped(wordsOf(turn))}`;
  });
  return `${["WEBVTT", `NOTE Interview ${session.id}`, ...cues, `NOTE Proof: ${proofLine(proof)}`].join("\n\n")}\n`;
}

function wordsOf({ text, textHash, status, heardMs, typed }: DocumentTurn): string {
  const words = text?.replace(/\s+/g, " ").trim() ?? (textHash === null ? "[unknown]" : "[erased]");
  if (status === "interrupted")
    return `${words} [interrupted${heardMs === null ? "" : ` after ${Math.round(heardMs)} ms`}]`;
  if (status === "failed") return "[not understood by the transcription]";
  if (typed === true) return `${words} [typed]`;
  return status === "gap" ? `${words} [gap]` : words;
}

function timeOf({ startedAt }: DocumentTurn): string {
  return startedAt === null ? "" : ` (${startedAt})`;
}

function proofLine({ head, publicKey, signature }: TranscriptDocument["proof"]): string {
  const signed = signature === null ? "not signed yet" : `signature ${signature}, key ${publicKey ?? ""}`;
  return `sha256 chain ${head}, ${signed}. The JSON form can be checked.`;
}

/** Milliseconds as `hh:mm:ss.ttt`. */
function stamp(ms: number): string {
  const pad = (value: number, length: number): string => String(Math.floor(value)).padStart(length, "0");
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

/** Words are no markup; a line of a cue cannot contain the arrow that would begin another. */
function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
