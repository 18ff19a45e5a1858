import { createSessionRequestSchema } from "@interview-proxy/protocol";
import * as z from "zod/mini";
import type { BriefRequest } from "../../sessions/opening/brief.ts";
import { checkPersona } from "../../sessions/opening/personas.ts";
import type { Tenant } from "../../tenants/tenant.ts";

const { instructions, language } = createSessionRequestSchema.shape;
const voice = z.optional(z.union([z.string(), z.object({ id: z.string() })]));
const output = z.optional(z.object({ voice }));

/** A `session` of the Realtime API, as far as a caller may be heard; the rest is the server's, and is not looked at. */
export const realtimeSessionSchema = z.object({
  type: z.literal("realtime"),
  instructions,
  audio: z.optional(
    z.object({
      output,
      input: z.optional(z.object({ transcription: z.optional(z.nullable(z.object({ language }))) })),
    }),
  ),
});

/** The same of the Live API, which knows no language of a session. */
export const liveSessionSchema = z.object({
  model: z.string(),
  instructions: z.optional(z.nullable(instructions)),
  audio: z.optional(z.object({ output })),
  safety_identifier: z.optional(z.nullable(z.string())),
});

type ClientSession = z.infer<typeof realtimeSessionSchema> | z.infer<typeof liveSessionSchema>;

/** What a caller has settled of a new interview. */
export interface HeardSession {
  readonly persona: string | undefined;
  readonly brief: BriefRequest;
}

/**
 * What of a caller's `session` counts in a new interview, by the setting CLIENT_SESSION. `isTrusted`: it comes from a backend.
 * Throws INVALID_MESSAGE for a voice that is none.
 */
export function heardOf(session: ClientSession | undefined, isTrusted: boolean, tenant: Tenant): HeardSession {
  const { CLIENT_SESSION: heard } = tenant.config;
  if (session === undefined || heard === "ignored") return { persona: undefined, brief: {} };
  const asked = session.audio?.output?.voice;
  const persona = typeof asked === "object" ? asked.id : asked;
  if (persona !== undefined) checkPersona(persona, "session.audio.output.voice", tenant);
  const own = {
    language: languageOf(session),
    instructions: heard === "full" && isTrusted ? (session.instructions ?? undefined) : undefined,
  };
  return { persona, brief: own };
}

function languageOf(session: ClientSession): string | undefined {
  return "type" in session ? session.audio?.input?.transcription?.language : undefined;
}
