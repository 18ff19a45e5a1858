import * as z from "zod/mini";
import { budgetSchema } from "./session-requests.ts";

/** Names a tenant in URLs, logs and tokens. */
export const tenantIdSchema = z.string().check(z.regex(/^(?!-)[a-z0-9-]{1,63}$/));

const word = z.string().check(z.minLength(1), z.maxLength(128), z.regex(/^[^\p{Cc}\p{Cs}]+$/u));
/** Without credentials, query and fragment, so that it can be shown, and paths can be appended. */
const address = z
  .string()
  .check(z.maxLength(2000), z.regex(/^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(\/[\w.~%/-]*)?$/));
/** What goes into a header: visible ASCII. */
const secret = z.string().check(z.regex(/^[\x21-\x7e]{1,1000}$/));
const origin = z
  .string()
  .check(z.maxLength(300), z.regex(/^https?:\/\/([A-Za-z0-9*.-]+|\[[0-9A-Fa-f:]+\])(:(\d{1,5}|\*))?$/));
const count = z.int().check(z.minimum(1), z.maximum(1_000_000));

/** Most entries of any list in a tenant's settings. */
const MAX_ENTRIES = 50;

function listOf<T extends z.core.$ZodType>(entry: T) {
  return z.array(entry).check(z.maxLength(MAX_ENTRIES));
}

/** Where tokens of a tenant come from. `audience`: where set, tokens must be for it; with the issuer, it is this tenant's alone. */
const issuer = { issuer: z.string().check(z.minLength(1), z.maxLength(500)), audience: z.optional(word) };

/** A voice with instructions of its own, which a session names. */
const personaSchema = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  voice: z.optional(word),
  instructions: z.optional(z.string().check(z.minLength(1), z.maxLength(32 * 1024))),
});

const limitsSchema = z.strictObject({
  /** Sessions that may run at once. */
  concurrentSessions: z.optional(count),
  /** The same of one person. */
  sessionsPerPerson: z.optional(count),
  /** Sessions that one person may begin within an hour. */
  sessionsPerPersonAndHour: z.optional(count),
  /** The longest session. */
  secondsPerSession: z.optional(z.int().check(z.minimum(10), z.maximum(86_400))),
  /** Of all calls of a month together; no session begins when it is used up. */
  monthly: z.optional(budgetSchema),
});

/** What is kept of a tenant's settings as it is. */
const openSettings = {
  /** Where the voice service is. Needs an `apiKey` of the tenant's own. */
  baseUrl: z.optional(address),
  upstreamAuth: z.optional(z.enum(["bearer", "api-key"])),
  /** Sent as `OpenAI-Organization` and `OpenAI-Project`. */
  organization: z.optional(secret),
  project: z.optional(secret),
  allowedOrigins: z.optional(listOf(origin)),
  personas: z.optional(listOf(personaSchema)),
  /** Model and voice of an interviewer of no other persona, and what it is told. */
  model: z.optional(word),
  voice: z.optional(word),
  instructions: personaSchema.shape.instructions,
  /** The models and voices that the tenant may use; any without them. */
  models: z.optional(listOf(word)),
  voices: z.optional(listOf(word)),
  limits: z.optional(limitsSchema),
  /** For how long the words of a session are kept after its end. */
  retentionDays: z.optional(z.int().check(z.minimum(1), z.maximum(36_500))),
  /** See DATA_CHANNEL. `revealing`: open, and on Live the page may read the whole session. */
  dataChannel: z.optional(z.enum(["sealed", "open", "revealing"])),
  /** See CLIENT_SESSION. */
  clientSession: z.optional(z.enum(["ignored", "voice", "full"])),
  webhookUrls: z.optional(listOf(address)),
};

/** What is kept sealed, and never told again. */
const secretSettings = {
  apiKey: z.optional(secret),
  /** Opens the sidebands of calls, where that is another key. */
  sidebandApiKey: z.optional(secret),
  webhookSecrets: z.optional(
    z.array(z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/))).check(z.maxLength(2)),
  ),
};

/** An issuer as it is set: with the secret of its HS256 tokens, or the address of its key set. */
const issuerSettingSchema = z.strictObject({
  ...issuer,
  secret: z.optional(z.string().check(z.minLength(32), z.maxLength(1000))),
  jwksUrl: z.optional(address),
});

/** A tenant's settings. What is left out is as the server's own settings have it. */
const settings = { ...openSettings, ...secretSettings, issuers: z.optional(listOf(issuerSettingSchema)) };

/** Body of `POST /api/tenants`. */
export const createTenantRequestSchema = z.strictObject({ id: tenantIdSchema, ...settings });
export type CreateTenantRequest = z.infer<typeof createTenantRequestSchema>;

type Nullable<Shape extends Record<string, z.core.$ZodType>> = {
  [Name in keyof Shape]: z.ZodMiniOptional<z.ZodMiniNullable<Shape[Name]>>;
};

function nullable<Shape extends Record<string, z.core.$ZodType>>(shape: Shape): Nullable<Shape> {
  const entries = Object.entries(shape).map(([name, schema]) => [name, z.optional(z.nullable(schema))]);
  return Object.fromEntries(entries) as Nullable<Shape>;
}

/** Body of `PATCH /api/tenants/{id}`: each setting as a whole; `null`: as the server's own settings have it. An issuer that is named without a secret keeps the one it has. */
export const changeTenantRequestSchema = z.strictObject(nullable(settings));
export type ChangeTenantRequest = z.infer<typeof changeTenantRequestSchema>;

/** Body of `POST /api/tenants/{id}/key`: another key for the voice service. */
export const rotateKeyRequestSchema = z.strictObject({ apiKey: secret, sidebandApiKey: secretSettings.sidebandApiKey });
export type RotateKeyRequest = z.infer<typeof rotateKeyRequestSchema>;

/** Settings as they can be read: without secrets. */
export const tenantSettingsSchema = z.object({
  ...openSettings,
  issuers: z.optional(z.array(z.object({ ...issuer, jwksUrl: z.optional(z.string()) }))),
});
export type TenantSettings = z.infer<typeof tenantSettingsSchema>;

/** A tenant, as it is told. */
export const tenantSchema = z.object({
  id: z.string(),
  /** `disabled`: nobody gets in, and nothing runs. */
  status: z.enum(["active", "disabled"]),
  createdAt: z.string(),
  updatedAt: z.string(),
  settings: tenantSettingsSchema,
  /** The names of what is kept sealed. */
  secrets: z.array(z.string()),
  /** Its service tokens, by their ids. */
  serviceTokens: z.array(z.object({ id: z.string(), createdAt: z.string() })),
});
export type TenantReply = z.infer<typeof tenantSchema>;

/** Reply of `GET /api/tenants`, by their ids. */
export const tenantListSchema = z.object({ tenants: z.array(tenantSchema) });
export type TenantList = z.infer<typeof tenantListSchema>;

/** Reply of `POST /api/tenants/{id}/service-tokens`. The token is told this once, and kept as a hash. */
export const serviceTokenSchema = z.object({ id: z.string(), token: z.string() });
export type ServiceTokenReply = z.infer<typeof serviceTokenSchema>;

/** Query of `GET /api/audit`. `cursor`: `nextCursor` of the page before. */
export const auditQuerySchema = z.strictObject({
  tenant: z.optional(tenantIdSchema),
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}$/))),
  /** 1 to 200; 50 without it. */
  limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/))),
});

/** One administrative act: who did what, to which tenant, when. `settings`: the names of those that were changed. */
export const auditEntrySchema = z.object({
  at: z.string(),
  actor: z.string(),
  act: z.string(),
  tenant: z.nullable(z.string()),
  settings: z.array(z.string()),
});
export type AuditEntryReply = z.infer<typeof auditEntrySchema>;

/** Reply of `GET /api/audit`, newest first. */
export const auditListSchema = z.object({ entries: z.array(auditEntrySchema), nextCursor: z.nullable(z.string()) });
export type AuditList = z.infer<typeof auditListSchema>;
