import { readFile } from "node:fs/promises";
import { readOggOpus } from "../audio/ogg-opus.ts";
import { PACKET_MS } from "../audio/opus-packet.ts";
import { substituteSpeech } from "../audio/substitute-speech.ts";
import { loadDefaultInterview } from "./default-interview.ts";
import { type InterviewScript, InterviewScriptError } from "./interview-script.ts";

/** A call of a tool as the model makes it. */
export interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** What the candidate says to a line. */
export interface Answer {
  /** What it is deemed to have been; empty: nothing intelligible. */
  readonly text: string;
  /** True where it cannot be made out, and its transcription fails. */
  readonly transcriptionFails: boolean;
  /** How long it takes to say, in milliseconds, where no real candidate speaks; 0: the candidate is silent. */
  readonly durationMs: number;
  /** When it begins, counted from the beginning of the line; absent: after the line's end. */
  readonly interruptsAfterMs?: number;
  /** Said into the line, which goes on; in Live calls only. */
  readonly overlap?: Overlap;
}

/** A word of the candidate's that does not stop the interviewer. */
export interface Overlap {
  readonly text: string;
  /** When it begins, in milliseconds from the beginning of the line, and how long it takes, where no real candidate speaks. */
  readonly afterMs: number;
  readonly durationMs: number;
}

/** One line of the interviewer, and what becomes of it. */
export interface SpokenTurn {
  readonly text: string;
  /** How long it takes to say, in milliseconds. */
  readonly durationMs: number;
  /** Its audio in opus packets of 20 ms; none where there is no media. */
  readonly packets: readonly Uint8Array[];
  /** Called when it has been generated. */
  readonly tools: readonly ToolCall[];
  readonly answer: Answer;
}

/** An interview ready to be spoken. */
export interface SpokenInterview {
  /** The interviewer's lines. */
  readonly lines: readonly string[];
  /** The turn after `count` turns of the interviewer; the last one for ever after, which then calls no tools. */
  turnAfter(count: number): SpokenTurn;
  /** The same with other words, which get the same answer. */
  turnInstead(count: number, text: string): SpokenTurn;
  /** A turn of words that are not in the script, and get no answer. */
  aside(text: string): SpokenTurn;
}

/** A line's audio, or how long it takes where it has none. */
type Speech = Pick<SpokenTurn, "durationMs" | "packets">;

type ScriptTurn = InterviewScript["turns"][number];

const SILENCE: Answer = { text: "", transcriptionFails: false, durationMs: 0 };

/**
 * Gives every line of a script its audio: its clip, the built-in recording of the same words, or a substitute. It is
 * done once at the start, so that a response costs nothing but its packets.
 *
 * @param wordsPerSecond - how fast both speak in calls without media; absent: with media, and nobody speaks unasked
 * @throws InterviewScriptError when a clip cannot be read
 */
export async function speakInterview(script?: InterviewScript, wordsPerSecond?: number): Promise<SpokenInterview> {
  const defaults = await loadDefaultInterview();
  const { turns } = script ?? defaults;
  if (wordsPerSecond !== undefined) {
    const saying = (text: string): Speech => ({ durationMs: spokenMs(text, wordsPerSecond), packets: [] });
    const spoken = turns.map((turn) => toTurn(turn, saying(turn.interviewer), (text) => saying(text).durationMs));
    return toInterview(spoken, saying);
  }
  const recorded = new Map<string, readonly Uint8Array[]>();
  for (const { interviewer, clip } of defaults.turns) {
    recorded.set(interviewer, clip === undefined ? [] : await readClip(clip));
  }
  const voice = [...recorded.values()].flat();
  const saying = (text: string): Speech => toSpeech(recorded.get(text) ?? substituteSpeech(text, voice));
  const spoken: SpokenTurn[] = [];
  for (const turn of turns) {
    const { interviewer, clip } = turn;
    spoken.push(toTurn(turn, clip === undefined ? saying(interviewer) : toSpeech(await readClip(clip)), () => 0));
  }
  return toInterview(spoken, saying);
}

/** The same interview, whose candidate lets every line be heard without a word. */
export function withoutOverlaps(interview: SpokenInterview): SpokenInterview {
  return {
    ...interview,
    turnAfter: (count) => {
      const { answer, ...turn } = interview.turnAfter(count);
      const { overlap: _, ...rest } = answer;
      return { ...turn, answer: rest };
    },
  };
}

function toInterview(turns: readonly SpokenTurn[], saying: (text: string) => Speech): SpokenInterview {
  const last = turns.at(-1);
  if (last === undefined) {
    throw new RangeError("a script has at least one turn");
  }
  const repeated: SpokenTurn = { ...last, tools: [], answer: { ...last.answer, durationMs: 0 } };
  const turnAfter = (count: number): SpokenTurn => turns[count] ?? repeated;
  return {
    lines: turns.map(({ text }) => text),
    turnAfter,
    turnInstead: (count, text) => ({ ...turnAfter(count), text, ...saying(text) }),
    aside: (text) => ({ text, ...saying(text), tools: [], answer: SILENCE }),
  };
}

function toTurn(turn: ScriptTurn, speech: Speech, candidateMs: (text: string) => number): SpokenTurn {
  const { interviewer, candidate, tools = [], transcriptionFails = false, interruptsAfterMs, overlap } = turn;
  return {
    text: interviewer,
    ...speech,
    tools: tools.map(({ name, arguments: values = {} }) => ({ name, arguments: JSON.stringify(values) })),
    answer: {
      text: candidate ?? "",
      transcriptionFails,
      durationMs: candidateMs(candidate ?? ""),
      ...(interruptsAfterMs !== undefined && { interruptsAfterMs }),
      ...(overlap !== undefined && {
        overlap: { text: overlap.candidate, afterMs: overlap.afterMs, durationMs: candidateMs(overlap.candidate) },
      }),
    },
  };
}

function toSpeech(packets: readonly Uint8Array[]): Speech {
  return { durationMs: packets.length * PACKET_MS, packets };
}

function spokenMs(text: string, wordsPerSecond: number): number {
  const words = text.match(/\S+/gu)?.length ?? 0;
  return Math.ceil((words * 1000) / wordsPerSecond);
}

async function readClip(path: string): Promise<readonly Uint8Array[]> {
  try {
    return readOggOpus(await readFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    throw new InterviewScriptError(`${path}: ${reason}`, { cause: error });
  }
}
