import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";

const MAX_TURNS = 500;
/** A minute of speech or so; longer lines are a mistake in the script. */
export const MAX_LINE_CHARACTERS = 2000;
const MAX_TOOLS = 10;
const MAX_NAME_CHARACTERS = 64;
/** Longer than any line is spoken. */
const MAX_INTERRUPTION_MS = 600_000;

const line = z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_LINE_CHARACTERS));

const toolSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(MAX_NAME_CHARACTERS)),
  arguments: z.exactOptional(z.record(z.string(), z.unknown())),
});

const turnSchema = z.strictObject({
  /** Each response speaks the next line; the last one is repeated. */
  interviewer: line,
  /** What the candidate is deemed to have answered. Absent: nothing intelligible, and without media nothing at all. */
  candidate: z.exactOptional(line),
  /**
   * An Ogg opus recording of the interviewer's line in packets of 20 ms. The path is relative to the script file, or to
   * the working directory where the script is given as an object.
   */
  clip: z.exactOptional(z.string()),
  /** Called after the line, in this order, where the session has a tool of that name. */
  tools: z.exactOptional(z.array(toolSchema).check(z.maxLength(MAX_TOOLS))),
  /** The answer cannot be made out: its transcription fails. */
  transcriptionFails: z.exactOptional(z.boolean()),
  /** Without media: the candidate begins to speak so long, in milliseconds, after the line has begun to be heard. */
  interruptsAfterMs: z.exactOptional(z.number().check(z.gte(0), z.lte(MAX_INTERRUPTION_MS))),
  /** In Live calls: said into the line, which goes on; without media so long, in milliseconds, after it began to be heard. */
  overlap: z.exactOptional(
    z.strictObject({ candidate: line, afterMs: z.number().check(z.gte(0), z.lte(MAX_INTERRUPTION_MS)) }),
  ),
});

const interviewScriptSchema = z.strictObject({
  turns: z.array(turnSchema).check(z.minLength(1), z.maxLength(MAX_TURNS)),
});

/** What is said in an interview, turn by turn. */
export type InterviewScript = z.infer<typeof interviewScriptSchema>;

/** A script that cannot be used. The message names the file and the place in it. */
export class InterviewScriptError extends Error {
  override readonly name = "InterviewScriptError";
}

/**
 * Reads a script file; JSON is YAML too.
 *
 * @throws InterviewScriptError when it cannot be read, is no YAML, or has another form
 */
export async function loadInterviewScript(path: string): Promise<InterviewScript> {
  const script = checkInterviewScript(parseYaml(await readScript(path), path), path);
  const folder = dirname(resolve(path));
  return {
    turns: script.turns.map((turn) => (turn.clip === undefined ? turn : { ...turn, clip: resolve(folder, turn.clip) })),
  };
}

/**
 * Checks a script that was given as a value.
 *
 * @param source - named in the error
 * @throws InterviewScriptError
 */
export function checkInterviewScript(value: unknown, source: string): InterviewScript {
  const parsed = interviewScriptSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue === undefined || issue.path.length === 0 ? "the script" : issue.path.map(String).join(".");
    const keys = issue?.code === "unrecognized_keys" ? ` (unknown: ${issue.keys.join(", ")})` : "";
    throw new InterviewScriptError(`${source}: ${place}: ${issue?.message ?? "invalid"}${keys}`);
  }
  return parsed.data;
}

async function readScript(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new InterviewScriptError(`${path}: cannot be read`, { cause: error });
  }
}

function parseYaml(text: string, path: string): unknown {
  try {
    // Aliases can make a small file huge; interviews need none.
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new InterviewScriptError(`${path}: ${error instanceof Error ? error.message : "is no YAML"}`, {
      cause: error,
    });
  }
}
