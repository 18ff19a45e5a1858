import { fieldAtFault, type CreateSessionRequest, type SessionTicket } from "@interview-proxy/protocol";
import * as z from "zod/mini";
import type { FunctionNeeds } from "../_shared/needs.ts";
import { parseJson, readBody } from "../_shared/read-body.ts";
import { answer, Refusal } from "../_shared/refusal.ts";
import { httpUrl, projectShape, readSettings, words } from "../_shared/settings.ts";
import { createReadUser, type User } from "../_shared/user.ts";
import { createProxy, type Proxy } from "./proxy.ts";
import { createInterviewStore, type Interview, type InterviewStore, type Plan } from "./store.ts";

const MAX_BODY_BYTES = 4096;

/** How long a browser may remember what it was told of this address, in seconds. */
const PREFLIGHT_SECONDS = "600";

const settingsSchema = z.object({
  ...projectShape,
  SUPABASE_ANON_KEY: z.string().check(z.minLength(1)),
  /** The proxy, as this function reaches it. */
  PROXY_URL: httpUrl,
  /** Its SERVICE_TOKEN. */
  PROXY_SERVICE_TOKEN: z.string().check(z.minLength(32)),
  /** Origins of the platform's pages. */
  ALLOWED_ORIGINS: words,
  JWT_SECRET: z.optional(z.string().check(z.minLength(32))),
});

const requestSchema = z.strictObject({ interviewId: z.uuid() });

export interface StartNeeds extends FunctionNeeds {
  /** The project's REST API without it. */
  readonly store?: InterviewStore;
}

/**
 * Lets a candidate into an interview: answers `POST` of `{ interviewId }` by the candidate with 201 and a ticket for the
 * proxy, and with the errors of the protocol. Throws where a setting is missing.
 */
export function createHandler({
  environment,
  fetch,
  now,
  log,
  store,
}: StartNeeds): (request: Request) => Promise<Response> {
  const settings = readSettings(settingsSchema, environment);
  const { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey, SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey } = settings;
  const readUser = createReadUser({ fetch, now, url, jwtSecret: settings.JWT_SECRET });
  const interviews = store ?? createInterviewStore({ fetch, url, anonKey, serviceRoleKey });
  const proxy = createProxy({ fetch, url: settings.PROXY_URL, serviceToken: settings.PROXY_SERVICE_TOKEN });

  const start = async (request: Request, origin: string | null): Promise<Response> => {
    if (origin !== null && !settings.ALLOWED_ORIGINS.includes(origin)) throw new Refusal("ORIGIN_NOT_ALLOWED");
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    if (request.method !== "POST") throw new Refusal("NOT_FOUND");
    const user = await readUser(request);
    const { interviewId } = await readRequest(request);
    const interview = await findDue(interviewId, user, { interviews, now });
    return Response.json(await letIn(interview, { interviews, proxy }), { status: 201 });
  };

  return async (request) => {
    const origin = request.headers.get("origin");
    const response = await answer(() => start(request, origin), log);
    response.headers.set("vary", "origin");
    response.headers.set("cache-control", "no-store");
    if (origin === null || !settings.ALLOWED_ORIGINS.includes(origin)) return response;
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-allow-methods", "POST");
    response.headers.set("access-control-allow-headers", "authorization, apikey, content-type, x-client-info");
    response.headers.set("access-control-max-age", PREFLIGHT_SECONDS);
    return response;
  };
}

async function readRequest(request: Request): Promise<z.infer<typeof requestSchema>> {
  const result = z.safeParse(requestSchema, parseJson(await readBody(request, MAX_BODY_BYTES)));
  if (result.success) return result.data;
  const field = fieldAtFault(result.error.issues);
  throw new Refusal("INVALID_MESSAGE", field === "" ? {} : { field });
}

/** The candidate's own interview, in its time. One that the user may not see is not told apart from one that is not there. */
async function findDue(
  id: string,
  user: User,
  { interviews, now }: { readonly interviews: InterviewStore; readonly now: () => number },
): Promise<Interview> {
  const interview = await interviews.findInterview(id, user);
  // Who arranges interviews sees them too, and is not who holds them.
  if (interview === undefined || interview.candidateId !== user.id) throw new Refusal("SESSION_FORBIDDEN");
  if (now() < interview.opensAt) throw new Refusal("NOT_DUE");
  // Whoever came in time may come back: the proxy knows how long.
  if (now() >= interview.closesAt && interview.sessionId === null) throw new Refusal("SESSION_ENDED");
  return interview;
}

/** A ticket for the interview's one session, which is made at the first time. */
async function letIn(
  interview: Interview,
  { interviews, proxy }: { readonly interviews: InterviewStore; readonly proxy: Proxy },
): Promise<SessionTicket> {
  if (interview.sessionId !== null) return proxy.ticketFor(interview.sessionId);
  const plan = await interviews.findPlan(interview.id);
  const ticket = await proxy.createSession(toSessionRequest(interview, plan));
  if (await interviews.noteSession(interview.id, ticket.sessionId)) return ticket;
  // The candidate came twice at once, and the other one was first.
  await proxy.endSession(ticket.sessionId);
  throw new Refusal("SESSION_BUSY");
}

function toSessionRequest(
  { id, organisationId, candidateId }: Interview,
  plan: Plan | undefined,
): CreateSessionRequest {
  const { instructions, questions = [], persona, language, max_duration_seconds: seconds } = plan ?? {};
  return {
    person: candidateId,
    metadata: { interview: id, organisation: organisationId },
    ...(typeof instructions === "string" ? { instructions } : {}),
    ...(questions.length > 0 ? { questions: [...questions] } : {}),
    ...(typeof persona === "string" ? { persona } : {}),
    ...(typeof language === "string" ? { language } : {}),
    ...(typeof seconds === "number" ? { maxDurationSeconds: seconds } : {}),
  };
}
