import { fileURLToPath } from "node:url";
import type { CallReport, Fault } from "openai-voice-simulator";
import { VOICE_API } from "../../fly-interview-hybrid/test/doors/voice-api.ts";
import { type RunningCommand, startCommand } from "../commands/running-command.ts";

const PROXY = fileURLToPath(new URL("../../fly-interview-hybrid", import.meta.url));

/** Words that must reach nobody; every proxy here is given them. */
export const SECRETS = {
  key: "sk-canary-aa11bb22cc33dd44ee55ff66",
  instructions: "CANARY-INSTRUCTIONS: ask about lighthouses and grade by the keeper's rubric.",
};

export interface RunningProxy {
  /** `http://localhost:PORT`. */
  readonly url: string;
  readonly command: RunningCommand;
  /** The calls that the built-in simulator knows, live and ended. */
  calls(): Promise<readonly CallReport[]>;
  /** Has something go wrong in the built-in simulator. */
  injectFault(fault: Fault): Promise<void>;
}

/** Starts the built proxy as a process on a free port. */
export async function startProxy(line: string, settings: Record<string, string> = {}): Promise<RunningProxy> {
  const command = startCommand(line, PROXY, {
    PORT: "0",
    OPENAI_API_KEY: SECRETS.key,
    INTERVIEW_INSTRUCTIONS: SECRETS.instructions,
    DATABASE_URL: "file::memory:",
    VOICE_API,
    ...settings,
  });
  let ready: { url: string; simulator?: string } | undefined;
  await command.until(async () => {
    ready = readyLine(command.output());
    return ready !== undefined;
  });
  const { url = "", simulator } = ready ?? {};
  return {
    url,
    command,
    async calls() {
      const response = await fetch(ownSimulator(simulator, "calls"));
      const body = (await response.json()) as { calls: CallReport[] };
      return body.calls;
    },
    async injectFault(fault) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(fault) };
      const { status } = await fetch(ownSimulator(simulator, "faults"), init);
      if (status !== 204) throw new Error(`The simulator answered with ${status}.`);
    },
  };
}

function ownSimulator(address: string | undefined, route: string): URL {
  if (address === undefined) throw new Error("This proxy runs without a simulator of its own.");
  return new URL(`/_simulator/${route}`, address);
}

/** Fails where a secret is among the texts. */
export function expectNoSecret(texts: readonly string[]): void {
  const telling = [SECRETS.key, "sk-can", SECRETS.key.slice(-6), "CANARY-INSTR", "keeper's rubric"];
  for (const text of texts) {
    for (const secret of telling)
      if (text.includes(secret)) throw new Error(`A secret (${secret}) got out: ${text.slice(0, 200)}`);
  }
}

function readyLine(output: string): { url: string; simulator?: string } | undefined {
  const line = output.split("\n").find((candidate) => candidate.includes('"msg":"ready"'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string; simulator?: string });
}
