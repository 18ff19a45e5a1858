import { type SessionTicket, sessionTicketSchema } from "@interview-proxy/protocol";
import { type InterviewScript, type Simulator, startSimulator } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import { SocketClient } from "../../fly-interview-hybrid/test/doors/socket-client.ts";
import { audioOffer } from "../../fly-interview-hybrid/test/sample-sdp.ts";
import { hs256 } from "../interview/hs256.ts";
import { SECRETS, startProxy } from "../interview/running-proxy.ts";

const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef01234567";
const JWT_SECRET = "e2e-secret-of-the-issuer-0123456789abcdef";

/** The candidate cuts in on the second question. They go on for longer than it takes to look on, also on a slow machine. */
const SCRIPT: InterviewScript = {
  turns: [
    { interviewer: "Good morning. What did you build last?", candidate: "A loom that is told its pattern by cards." },
    {
      interviewer: "And when a card tears while nobody looks, what does the weaver do then?",
      interruptsAfterMs: 1200,
      candidate: "Cards do not tear.",
    },
    { interviewer: "Tell me how you tried them out.", candidate: "By weaving a thousand yards of ribbon with each." },
    { interviewer: "And what came of that, in the end?", candidate: "A ribbon for everybody I know." },
    ...Array.from({ length: 100 }, () => ({ interviewer: "And what came then?", candidate: "I wove another one." })),
  ],
};

/** Interviews under way, and tokens for those who look after them. */
export interface StaffedInterviews {
  readonly url: string;
  readonly simulator: Simulator;
  /** Begins the interview of a person, who needs no browser: the simulator knows what is said. */
  readonly begin: (person: string) => Promise<SessionTicket>;
  /** A token for a person of this scope. */
  readonly tokenFor: (sub: string, scope: "observe" | "operate") => string;
  /** Everything that the server has written. */
  readonly output: () => string;
}

export async function startStaffedInterviews(): Promise<StaffedInterviews> {
  const simulator = await startSimulator({ apiKeys: [SECRETS.key], script: SCRIPT, media: "none" });
  onTestFinished(() => simulator.close());
  const { url, command } = await startProxy("exec node dist/main.js", {
    SIMULATION_MODE: "false",
    OPENAI_BASE_URL: simulator.baseUrl,
    SERVICE_TOKEN,
    JWT_SECRET,
  });
  return {
    url,
    simulator,
    async begin(person) {
      const headers = { authorization: `Bearer ${SERVICE_TOKEN}`, "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify({ person }) };
      const created = sessionTicketSchema.parse(await (await fetch(`${url}/api/sessions`, init)).json());
      const socket = new SocketClient(`${created.url}?token=${created.ticket}`, () => undefined);
      onTestFinished(() => socket.close());
      socket.send({ type: "init" });
      await socket.next("initialized");
      socket.send({ type: "sdp_offer", offer: audioOffer });
      await socket.next("transcript_delta");
      socket.send({ type: "stats", quality: "good", rttMs: 42 });
      return created;
    },
    tokenFor: (sub, scope) => hs256({ sub, scope, exp: Math.floor(Date.now() / 1000) + 600 }, JWT_SECRET),
    output: () => command.output(),
  };
}
