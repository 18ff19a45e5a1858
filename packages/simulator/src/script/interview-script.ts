import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";

const MAX_TURNS = 500;
/** A minute of speech or so; longer lines are a mistake in the script. */
const MAX_LINE_CHARACTERS = 2000;

const line = z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_LINE_CHARACTERS));

const interviewScriptSchema = z.strictObject({
  turns: z
    .array(z.strictObject({ interviewer: line, candidate: z.exactOptional(line), clip: z.exactOptional(z.string()) }))
    .check(z.minLength(1), z.maxLength(MAX_TURNS)),
});

/**
 * What is said in an interview, turn by turn: the interviewer's line (each response speaks the next one; the last is
 * repeated), what the candidate is deemed to have answered (absent: nothing intelligible), and where there is one, an
 * Ogg opus recording of the line in packets of 20 ms. A clip's path is relative to its script file, or to the working
 * directory where the script is given as an object.
 */
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
