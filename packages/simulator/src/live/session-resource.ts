import { type ClientEventError, describeIssue } from "../session/client-event-error.ts";
import {
  type LiveSessionConfig,
  SESSION_FIELDS,
  type SessionUpdate,
  sessionUpdateSchema,
} from "./session-config-schema.ts";

/** Stands for the server's own instructions, which are in force where none, or blank ones, were given. */
const DEFAULT_INSTRUCTIONS = "You are a friendly voice assistant. Keep your answers short.";

/** What an update may name. */
const MUTABLE_FIELDS: readonly string[] = ["delegation", "triggers"];

/** A session in force, every default filled in, as `session.started`, `session.updated` and `session.closed` show it. */
export interface LiveSessionResource extends Omit<LiveSessionConfig, "safety_identifier"> {
  readonly id: string;
  /** Unix seconds. */
  readonly expires_at: number;
  readonly status: "active";
  readonly instructions: string;
  readonly delegation: NonNullable<LiveSessionConfig["delegation"]>;
  readonly input: NonNullable<LiveSessionConfig["input"]>;
}

/** The defaults of a session, and over them what its creator asked for. */
export function createResource(
  config: LiveSessionConfig,
  identity: { readonly id: string; readonly expires_at: number },
): LiveSessionResource {
  const { safety_identifier: _kept, ...shown } = config;
  return {
    ...identity,
    status: "active",
    triggers: [],
    store: false,
    ...shown,
    audio: { output: { voice: config.audio?.output?.voice ?? "marin" } },
    input: config.input ?? [],
    instructions: config.instructions?.trim() ? config.instructions : DEFAULT_INSTRUCTIONS,
    delegation: config.delegation ?? { type: "client" },
  };
}

/** Applies an update, or says why not: only settings of the delegation in force, and triggers, may change. */
export function updateResource(
  resource: LiveSessionResource,
  update: unknown,
):
  | { readonly ok: true; readonly value: LiveSessionResource }
  | { readonly ok: false; readonly error: ClientEventError } {
  const fixed = Object.keys(Object(update)).find(
    (key) => SESSION_FIELDS.includes(key) && !MUTABLE_FIELDS.includes(key),
  );
  if (fixed !== undefined) {
    return { ok: false, error: immutable(`session.${fixed}`) };
  }
  const parsed = sessionUpdateSchema.safeParse(update);
  if (!parsed.success) {
    return { ok: false, error: describeIssue(parsed.error, update, "session") };
  }
  const { delegation, triggers = resource.triggers } = parsed.data;
  const merged = mergeDelegation(resource.delegation, delegation);
  return merged === undefined
    ? { ok: false, error: immutable("session.delegation.type") }
    : { ok: true, value: { ...resource, ...(triggers !== undefined && { triggers }), delegation: merged } };
}

type Delegation = LiveSessionResource["delegation"];

/** Settings that are absent stay; `undefined` where the type would change. */
function mergeDelegation(current: Delegation, update: SessionUpdate["delegation"]): Delegation | undefined {
  if (update === undefined) {
    return current;
  }
  if (update === null || update.type === "client") {
    return current.type === "client" ? { ...current, ...update } : undefined;
  }
  if (update.type === "responses" && current.type === "responses") {
    return { ...current, ...update, responses: { ...current.responses, ...update.responses } };
  }
  if (update.type === "decisions" && current.type === "decisions") {
    return { ...current, ...update, decisions: { ...current.decisions, ...update.decisions } };
  }
  return undefined;
}

function immutable(param: string): ClientEventError {
  return {
    code: "immutable_field_update",
    message: `'${param}' cannot be changed once the session has started.`,
    param,
  };
}
