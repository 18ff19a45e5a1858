import {
  type CreatedInvitation,
  createdInvitationSchema,
  type Invitation,
  invitationSchema,
  type SessionDetails,
  sessionDetailsSchema,
} from "@interview-proxy/protocol";
import { type InterviewScript, type Simulator, startSimulator } from "openai-voice-simulator";
import { onTestFinished } from "vitest";
import { SECRETS, startProxy } from "../interview/running-proxy.ts";

const SERVICE_TOKEN = "e2e-service-token-0123456789abcdef01234567";

/** Few words, because they are spoken at the speed of speech. */
const SCRIPT: InterviewScript = {
  turns: [
    { interviewer: "Hello. Who are you?", candidate: "I am Ada." },
    { interviewer: "Thank you. Goodbye.", tools: [{ name: "end_interview" }] },
  ],
};

/** A platform that invites, and the pages that its candidates come to. */
export interface Inviting {
  readonly url: string;
  readonly simulator: Simulator;
  /** A link for somebody. */
  invite(body?: object): Promise<CreatedInvitation & { readonly link: string }>;
  /** An invitation as the platform sees it. */
  invitation(id: string): Promise<Invitation>;
  revoke(id: string): Promise<void>;
  /** The interview of an invitation as the platform sees it. */
  sessionOf(invitationId: string): Promise<SessionDetails>;
  /** Everything that the server has written. */
  output(): string;
}

export async function startInviting(settings: Readonly<Record<string, string>> = {}): Promise<Inviting> {
  const simulator = await startSimulator({ apiKeys: [SECRETS.key], script: SCRIPT });
  onTestFinished(() => simulator.close());
  const { url, command } = await startProxy("exec node dist/main.js", {
    SIMULATION_MODE: "false",
    OPENAI_BASE_URL: simulator.baseUrl,
    PRECHECK_CALL: "true",
    SERVICE_TOKEN,
    ...settings,
  });
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${SERVICE_TOKEN}`, ...(body && { "content-type": "application/json" }) };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}.`);
    return response.status === 204 ? undefined : response.json();
  };
  const invitation = async (id: string) => invitationSchema.parse(await ask("GET", `/api/invitations/${id}`));
  return {
    url,
    simulator,
    async invite(body = {}) {
      const made = createdInvitationSchema.parse(await ask("POST", "/api/invitations", { person: "ada", ...body }));
      return { ...made, link: `${url}/interview?invitation=${made.invitation}` };
    },
    invitation,
    revoke: async (id) => void (await ask("DELETE", `/api/invitations/${id}`)),
    async sessionOf(id) {
      const { sessionId } = await invitation(id);
      return sessionDetailsSchema.parse(await ask("GET", `/api/sessions/${sessionId}`));
    },
    output: () => command.output(),
  };
}
