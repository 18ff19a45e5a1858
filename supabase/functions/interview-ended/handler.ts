import { type WebhookEvent, webhookEventSchema } from "@interview-proxy/protocol";
import * as z from "zod/mini";
import type { FunctionNeeds } from "../_shared/needs.ts";
import { parseJson, readBody } from "../_shared/read-body.ts";
import { answer, Refusal } from "../_shared/refusal.ts";
import { projectShape, readSettings, words } from "../_shared/settings.ts";
import { checkSignature } from "../_shared/webhook-signature.ts";
import { createResultStore, type ResultStore } from "./store.ts";

/** The proxy's webhooks have less than one KiB. */
const MAX_BODY_BYTES = 64 * 1024;

const settingsSchema = z.object({
  ...projectShape,
  /** That of the proxy's WEBHOOK_SECRET; while it changes both, separated by commas. */
  WEBHOOK_SECRET: words,
});

export interface EndedNeeds extends FunctionNeeds {
  /** The project's REST API without it. */
  readonly store?: ResultStore;
}

/**
 * Keeps what the proxy's webhooks tell of the platform's interviews. Answers 204 for all that is signed, known or not, because
 * an event that is refused comes again for a day. Throws where a setting is missing.
 */
export function createHandler({
  environment,
  fetch,
  now,
  log,
  store,
}: EndedNeeds): (request: Request) => Promise<Response> {
  const settings = readSettings(settingsSchema, environment);
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: apiKey, WEBHOOK_SECRET: secrets } = settings;
  const results = store ?? createResultStore({ fetch, url, apiKey });

  const receive = async (request: Request): Promise<Response> => {
    if (request.method !== "POST") throw new Refusal("NOT_FOUND");
    const rawBody = await readBody(request, MAX_BODY_BYTES);
    await checkSignature(request.headers, rawBody, secrets, now());
    const { data: event } = z.safeParse(webhookEventSchema, parseJson(rawBody));
    if (event !== undefined) await take(event, results);
    return new Response(null, { status: 204 });
  };
  return (request) => answer(() => receive(request), log);
}

/** Each event adds to the result what it tells; the same however often it comes, and whatever came before. */
async function take({ type, timestamp, data }: WebhookEvent, results: ResultStore): Promise<void> {
  const { sessionId } = data;
  switch (type) {
    case "session.started":
      await results.keep(sessionId, { started_at: timestamp });
      return;
    case "session.ended":
      // The proxy waits for a candidate as long as its settings say, and the interview may be open for longer.
      if (data.reason === "not_started") await results.release(sessionId);
      else await results.keep(sessionId, { ended_at: timestamp, end_reason: data.reason });
      return;
    case "transcript.ready":
      await results.keep(sessionId, { turns: data.turns });
      return;
    default:
  }
}
