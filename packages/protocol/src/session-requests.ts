import * as z from "zod/mini";
import { initSchema } from "./client-messages/init.ts";
import { MAX_PERSON_CHARACTERS } from "./limits.ts";
import { endReasonSchema } from "./server-messages.ts";
import { cursorSchema, pageLimitSchema } from "./paging.ts";

/** Longest guidance, in characters. */
const MAX_GUIDANCE_CHARACTERS = 4000;

/** Who holds the interview, as `sub` of a token names them. Neither control characters nor halves of a character. */
export const personSchema = z
  .string()
  .check(z.minLength(1), z.maxLength(MAX_PERSON_CHARACTERS), z.regex(/^[^\p{Cc}\p{Cs}]+$/u));

const metadataSchema = z.record(
  z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/)),
  z.string().check(z.maxLength(500)),
);

/** The most pairs that metadata may have. */
const MAX_PAIRS = 50;

function isMetadata(pairs: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(pairs).length <= MAX_PAIRS && z.safeParse(metadataSchema, pairs).success;
}

const atLeastOne = z.int().check(z.positive());

/** What calls may use up. */
export const budgetSchema = z.strictObject({
  tokens: z.optional(atLeastOne),
  /** Of all calls together. */
  seconds: z.optional(atLeastOne),
  /** In the currency of the server's price table. */
  money: z.optional(z.number().check(z.positive())),
});

/** Body of `POST /api/sessions`: an interview that is to be held. The settings of the server are the upper limits. */
export const createSessionRequestSchema = z.strictObject({
  person: personSchema,
  /** A persona's name or a bare voice name such as `alloy`. */
  persona: initSchema.shape.aiPersona,
  /** What the interviewer is told, in place of the server's own instructions. */
  instructions: z.optional(z.string().check(z.minLength(1), z.maxLength(32 * 1024))),
  /** Asked in this order. */
  questions: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(2000))).check(z.maxLength(100))),
  /** Language tag of BCP 47, such as `de-AT`. */
  language: z.optional(z.string().check(z.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}$/))),
  maxDurationSeconds: z.optional(z.int().check(z.minimum(10), z.maximum(86_400))),
  /** Seconds before the end at which candidate and interviewer are told. */
  warnAtSeconds: z.optional(z.array(z.int().check(z.minimum(1), z.maximum(86_400))).check(z.maxLength(10))),
  budget: z.optional(budgetSchema),
  /** The platform's own notes on it, handed back with it. A fault in it is not told by its name, which is input. */
  metadata: z.optional(z.pipe(z.record(z.string(), z.unknown()).check(z.refine(isMetadata)), metadataSchema)),
});
export type CreateSessionRequest = z.infer<typeof createSessionRequestSchema>;

/** Whether a session waits for its person, runs, or is over. */
export const sessionStatusSchema = z.enum(["scheduled", "running", "ended"]);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

const instantSchema = z.iso.datetime({ offset: true });

/** Query of `GET /api/sessions`. `cursor`: `nextCursor` of the page before. */
export const listSessionsQuerySchema = z.strictObject({
  person: z.optional(personSchema),
  persona: initSchema.shape.aiPersona,
  status: z.optional(sessionStatusSchema),
  /** Only those that have ended for it. */
  endReason: z.optional(endReasonSchema),
  /** Created then or later, and before. */
  from: z.optional(instantSchema),
  to: z.optional(instantSchema),
  cursor: z.optional(cursorSchema),
  /** 1 to 200; 50 without it. */
  limit: z.optional(pageLimitSchema),
});

/** Body of `POST /api/sessions/{id}/guidance`: a word to the interviewer that the candidate does not hear. */
export const guidanceRequestSchema = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(MAX_GUIDANCE_CHARACTERS)),
});

/** Body of `POST /api/sessions/{id}/end`, which may be missing. `goodbye`: the interviewer may say so before the end. */
export const endSessionRequestSchema = z.optional(z.strictObject({ goodbye: z.optional(z.boolean()) }));
