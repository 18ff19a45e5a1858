import * as z from "zod/mini";
import { invitationSchema } from "./invitations.ts";
import { sessionDetailsSchema } from "./session-replies.ts";
import { personSchema } from "./session-requests.ts";

/** The part of a path below `/api/persons` that names somebody, as `person` of a session does. */
export const personParamsSchema = z.strictObject({ sub: personSchema });

/** Query of `DELETE /api/persons/{sub}`. `end=true`: interviews of the person that run are ended first. */
export const erasePersonQuerySchema = z.strictObject({ end: z.optional(z.enum(["true", "false"])) });

/** Reply of `DELETE /api/persons/{sub}`: what had words until now, and has none any more. */
export const erasedPersonSchema = z.object({
  sessions: z.number(),
  /** Turns of those sessions. */
  turns: z.number(),
  invitations: z.number(),
});
export type ErasedPerson = z.infer<typeof erasedPersonSchema>;

/** Names the form; another form gets another name. */
export const PERSON_EXPORT_FORMAT = "interview-person/1";

/** What was settled in words about an interview of a person; `null` where nothing was, or where it is erased. */
const askedSchema = z.object({
  instructions: z.nullable(z.string()),
  questions: z.nullable(z.array(z.string())),
});

/** A session as it is exported. */
export const exportedSessionSchema = z.extend(sessionDetailsSchema, {
  /** The name that a client chose for it. */
  name: z.nullable(z.string()),
  ...askedSchema.shape,
  /** As `GET /api/sessions/{id}/transcript` has it, with its proof. */
  transcript: z.looseObject({ format: z.string() }),
});
export type ExportedSession = z.infer<typeof exportedSessionSchema>;

/** An invitation as it is exported. */
export const exportedInvitationSchema = z.extend(invitationSchema, askedSchema.shape);
export type ExportedInvitation = z.infer<typeof exportedInvitationSchema>;

/** Reply of `GET /api/persons/{sub}/export`: everything that is kept about a person, newest first. */
export const personExportSchema = z.object({
  format: z.literal(PERSON_EXPORT_FORMAT),
  person: z.string(),
  exportedAt: z.string(),
  sessions: z.array(exportedSessionSchema),
  invitations: z.array(exportedInvitationSchema),
});
export type PersonExport = z.infer<typeof personExportSchema>;
