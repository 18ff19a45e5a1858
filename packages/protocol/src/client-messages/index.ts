import * as z from "zod/mini";
import { disconnectSchema } from "./disconnect.ts";
import { iceCandidateSchema } from "./ice-candidate.ts";
import { initSchema } from "./init.ts";
import { muteSchema } from "./mute.ts";
import { pingSchema } from "./ping.ts";
import { saySchema } from "./say.ts";
import { sdpOfferSchema } from "./sdp-offer.ts";
import { statsSchema } from "./stats.ts";

/** Every message a client may send, by its type. A new one is a file beside this one and a line here. */
export const clientMessageSchemas = {
  ping: pingSchema,
  init: initSchema,
  sdp_offer: sdpOfferSchema,
  ice_candidate: iceCandidateSchema,
  say: saySchema,
  mute: muteSchema,
  stats: statsSchema,
  disconnect: disconnectSchema,
} as const;

/** The `type` of a client message. */
export type ClientMessageType = keyof typeof clientMessageSchemas;

/** The message of one type, as it is after parsing. */
export type ClientMessageOf<T extends ClientMessageType> = z.infer<(typeof clientMessageSchemas)[T]>;

/** Any message a client may send. */
export type ClientMessage = { [T in ClientMessageType]: ClientMessageOf<T> }[ClientMessageType];

/** Outcome of {@link parseClientMessage}; `field` is the path of the field at fault, empty for the whole message. */
export type ClientMessageResult =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly code: "BAD_JSON" | "UNKNOWN_MESSAGE" | "INVALID_MESSAGE"; readonly field: string };

/**
 * Parses the text of one client message, strictly: unknown types and unknown fields fail. Never throws. The value of
 * a field never enters the result of a failure, only its path.
 */
export function parseClientMessage(text: string): ClientMessageResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: "BAD_JSON", field: "" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, code: "INVALID_MESSAGE", field: "" };
  }
  const type = (value as { type?: unknown }).type;
  if (typeof type !== "string") return { ok: false, code: "INVALID_MESSAGE", field: "type" };
  if (!Object.hasOwn(clientMessageSchemas, type)) return { ok: false, code: "UNKNOWN_MESSAGE", field: "type" };

  const result = z.safeParse(clientMessageSchemas[type as ClientMessageType], value);
  if (!result.success) return { ok: false, code: "INVALID_MESSAGE", field: fieldAtFault(result.error.issues) };
  return { ok: true, message: result.data };
}

/** Path of the first field at fault, such as `offer.sdp`; for unknown fields, their parent's path. */
export function fieldAtFault(issues: readonly { readonly path: readonly PropertyKey[] }[]): string {
  return (issues[0]?.path ?? []).map(String).join(".");
}
