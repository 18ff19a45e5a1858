import { readFile } from "node:fs/promises";
import { readOggOpus } from "../audio/ogg-opus.ts";
import { substituteSpeech } from "../audio/substitute-speech.ts";
import { loadDefaultInterview } from "./default-interview.ts";
import { type InterviewScript, InterviewScriptError } from "./interview-script.ts";

/** One line of the interviewer with its audio in opus packets of 20 ms, and the answer it is deemed to get. */
export interface SpokenTurn {
  readonly text: string;
  readonly packets: readonly Uint8Array[];
  readonly answer: string;
}

/** An interview ready to be spoken. */
export interface SpokenInterview {
  /** The turn after `count` turns of the interviewer; the last one for ever after. */
  turnAfter(count: number): SpokenTurn;
}

/**
 * Gives every line of a script its audio: its clip, the built-in recording of the same words, or a substitute. It is
 * done once at the start, so that a response costs nothing but its packets.
 *
 * @throws InterviewScriptError when a clip cannot be read
 */
export async function speakInterview(script?: InterviewScript): Promise<SpokenInterview> {
  const defaults = await loadDefaultInterview();
  const recorded = new Map<string, readonly Uint8Array[]>();
  for (const { interviewer, clip } of defaults.turns) {
    recorded.set(interviewer, clip === undefined ? [] : await readClip(clip));
  }
  const voice = [...recorded.values()].flat();
  const turns: SpokenTurn[] = [];
  for (const { interviewer, candidate, clip } of (script ?? defaults).turns) {
    const packets =
      clip === undefined ? (recorded.get(interviewer) ?? substituteSpeech(interviewer, voice)) : await readClip(clip);
    turns.push({ text: interviewer, packets, answer: candidate ?? "" });
  }
  return { turnAfter: (count) => turnAt(turns, Math.min(count, turns.length - 1)) };
}

function turnAt(turns: readonly SpokenTurn[], index: number): SpokenTurn {
  const turn = turns[index];
  if (turn === undefined) {
    throw new RangeError("a script has at least one turn");
  }
  return turn;
}

async function readClip(path: string): Promise<readonly Uint8Array[]> {
  try {
    return readOggOpus(await readFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    throw new InterviewScriptError(`${path}: ${reason}`, { cause: error });
  }
}
