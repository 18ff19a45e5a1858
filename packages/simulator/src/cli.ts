import { parseArgs } from "node:util";
import { InterviewScriptError, loadInterviewScript } from "./script/interview-script.ts";
import { type SimulatorOptions, startSimulator } from "./simulator.ts";

const DEFAULT_PORT = 9090;

const HELP = `Usage: openai-voice-simulator [options]

OpenAI's Realtime and Live APIs over WebRTC, offline.

  --port N         port to listen on (default ${DEFAULT_PORT})
  --host ADDRESS   address to listen on (default 127.0.0.1)
  --script FILE    interview to hold, YAML or JSON (default: five built-in questions)
  --api-key KEY    project key to accept; may be repeated (default: any)
  --dtls-role ROLE active or passive, in the DTLS handshake (default active)
  --help           this text
`;

/**
 * Runs the command line until SIGINT or SIGTERM.
 *
 * @returns the exit code, once nothing is left running
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    const options = await readArguments(args);
    if (options === "help") {
      process.stdout.write(HELP);
      return 0;
    }
    const simulator = await startSimulator(options);
    process.stdout.write(`${simulator.baseUrl}\n`);
    await untilSignalled();
    await simulator.close();
    return 0;
  } catch (error) {
    process.stderr.write(`openai-voice-simulator: ${describe(error)}\n`);
    return 1;
  }
}

async function readArguments(args: readonly string[]): Promise<SimulatorOptions | "help"> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      host: { type: "string" },
      script: { type: "string" },
      "api-key": { type: "string", multiple: true },
      "dtls-role": { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    return "help";
  }
  const port = Number(values.port);
  if (values.port === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError("--port must be a number from 0 to 65535");
  }
  const dtlsRole = values["dtls-role"];
  if (dtlsRole !== undefined && dtlsRole !== "active" && dtlsRole !== "passive") {
    throw new RangeError("--dtls-role must be active or passive");
  }
  return {
    port,
    ...(dtlsRole !== undefined && { dtlsRole }),
    ...(values.host !== undefined && { host: values.host }),
    ...(values["api-key"] !== undefined && { apiKeys: values["api-key"] }),
    ...(values.script !== undefined && { script: await loadInterviewScript(values.script) }),
  };
}

function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

/** What the user did wrong gets one line; a fault of ours its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const expected = error instanceof InterviewScriptError || error instanceof RangeError || "code" in error;
  return expected ? error.message : (error.stack ?? error.message);
}
