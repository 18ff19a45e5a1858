import { endReasonSchema, turnRoleSchema, turnStatusSchema } from "@interview-proxy/protocol";
import * as z from "zod/mini";

/** Names the form; another form gets another name. */
export const TRANSCRIPT_FORMAT = "interview-transcript/1";

const time = z.nullable(z.string());
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** One turn as it is exported. */
export const documentTurnSchema = z.strictObject({
  n: z.int(),
  id: z.string(),
  call: z.string(),
  role: turnRoleSchema,
  status: turnStatusSchema,
  /** `null`: unknown, or erased where there is a `textHash`. */
  text: z.nullable(z.string()),
  heardText: z.nullable(z.string()),
  heardMs: z.nullable(z.number()),
  startedAt: time,
  endedAt: time,
  inferred: z.boolean(),
  /** The candidate typed it; absent otherwise, so that older transcripts have the form that they had. */
  typed: z.optional(z.literal(true)),
  salt: z.nullable(z.string().check(z.regex(/^[0-9a-f]{32}$/))),
  textHash: z.nullable(hash),
  heardTextHash: z.nullable(hash),
  hash,
});
export type DocumentTurn = z.infer<typeof documentTurnSchema>;

/** A transcript with everything that is needed to check it. Times are ISO 8601, UTC. */
export const transcriptDocumentSchema = z.strictObject({
  format: z.literal(TRANSCRIPT_FORMAT),
  session: z.strictObject({
    id: z.string(),
    persona: z.string(),
    createdAt: z.string(),
    /** `null` while it runs. */
    endedAt: time,
    endReason: z.nullable(endReasonSchema),
  }),
  turns: z.array(documentTurnSchema),
  proof: z.strictObject({
    chain: z.literal("sha256"),
    /** Hash of the session's facts, with which the chain begins. */
    start: hash,
    /** Hash of the last turn; `start` where there is none. */
    head: hash,
    turns: z.int(),
    /** Ed25519, as SPKI in base64url; `null` until the session has ended. */
    publicKey: z.nullable(z.string()),
    signature: z.nullable(z.string()),
  }),
});
export type TranscriptDocument = z.infer<typeof transcriptDocumentSchema>;

/** The bytes of a transcript. There is one form only, so that no byte can change unseen. */
export function serialize(document: TranscriptDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
