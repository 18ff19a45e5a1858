import { type DestinationStream, type Logger, pino } from "pino";
import { ProxyError } from "../errors.ts";

export type { Logger } from "pino";

/**
 * The process's log: one JSON object a line. Levels: `info` is one line per transition in a session's or the process's
 * life, `warn` what an operator should look at, `error` a fault of ours, `debug` each request. Messages are static; data
 * goes into fields. An error is reduced to its name, code and place, because the message of a foreign error may quote
 * what was sent: keys, SDP, instructions. Texts that open an interview are cut out of whatever line they get into.
 */
export function createLog(level: string, destination: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: {
      streamWrite: (line: string) => (mayOpen(line) ? line.replaceAll(OPENS_AN_INTERVIEW, "$1.[redacted]") : line),
    },
  };
  return pino(options, destination);
}

/**
 * Invitations and resume tokens, whose first part is an id and may be told, and signed tokens; also as OpenAI's clients
 * carry them. They begin where a word does: tried from every hyphen of a long one, the work would be its length squared.
 */
const OPENS_AN_INTERVIEW = /(?<![\w-])((?:ek_)?(?:inv_[\w-]{22}|rst_[\w-]{22}|eyJ[\w-]{8,}))\.[\w-]+(?:\.[\w-]+)?/g;

/** Whether it is worth searching a line: few have one of these. */
function mayOpen(line: string): boolean {
  return line.includes("eyJ") || line.includes("rst_") || line.includes("inv_");
}

interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly at?: string;
  readonly cause?: ErrorDescription;
}

function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = error instanceof ProxyError ? error.code : (error as { code?: unknown }).code;
  const at = error.stack?.split("\n").find((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(at === undefined ? {} : { at: at.trim() }),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}
