import * as z from "zod/mini";
import { turnRoleSchema, turnStatusSchema } from "./turns.ts";

const sdpAnswer = z.object({ type: z.literal("answer"), sdp: z.string() });

/**
 * What a session is doing. `connecting`: a call is being made; `live`: it is up; `interrupted`: its call is gone, and the
 * session waits for another; `ended`: over, for good.
 */
export const sessionStateSchema = z.enum(["open", "connecting", "live", "interrupted", "ended"]);
export type SessionState = z.infer<typeof sessionStateSchema>;

/** Why the page is asked for another call. `call_lost`: there is none any more; `call_limit`: it is about to reach the provider's limit. */
export const reofferReasonSchema = z.enum(["call_lost", "call_limit"]);
export type ReofferReason = z.infer<typeof reofferReasonSchema>;

/**
 * Why a session ended. `completed`: the interviewer said so; `deleted`, `ended_by_service`: somebody asked for it;
 * `policy_violation`: the page tried to change the interviewer; `not_started`: nobody came in time.
 */
export const endReasonSchema = z.enum([
  "completed",
  "client_disconnected",
  "client_gone",
  "deleted",
  "ended_by_service",
  "time_limit",
  "budget_exceeded",
  "policy_violation",
  "not_started",
  "upstream_ended",
  "sideband_lost",
  "shutdown",
]);
export type EndReason = z.infer<typeof endReasonSchema>;

/** Whether the browser's offer may, must or need not carry a data channel. Where it is `none`, nothing passes through one. */
export const dataChannelSchema = z.enum(["none", "required", "optional"]);

/** Whether `initialized` will name ICE servers. They are told with the session where credentials for it go with them. */
const foretoldIceServersSchema = z.enum(["none", "with_session"]);

/** An entry of `RTCConfiguration.iceServers`. */
export const iceServerSchema = z.object({
  urls: z.union([z.string(), z.array(z.string())]),
  username: z.optional(z.string()),
  credential: z.optional(z.string()),
});
export type IceServer = z.infer<typeof iceServerSchema>;

/** The body of every error: in the `error` message, and under `error` in HTTP replies. */
export const errorBodySchema = z.object({
  /** A code of the table; a string here, so that a page can read the error of a newer server. */
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  /** Names the request in the server's log. */
  requestId: z.string(),
  /** SDP_INVALID: the rule that failed. */
  rule: z.optional(z.string()),
  /** SDP_INVALID: the line at fault, counted from 1. */
  line: z.optional(z.number()),
  /** INVALID_MESSAGE: path of the field at fault. */
  field: z.optional(z.string()),
  /** RATE_LIMITED, SESSION_BUSY and the like: milliseconds after which a new try can succeed. */
  retryAfterMs: z.optional(z.number()),
  /** SESSION_ENDED: why, for who comes back with the session's resume token. */
  reason: z.optional(endReasonSchema),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** Every message the server may send. Objects are loose: a page ignores fields that are newer than itself. */
export const serverMessageSchema = z.discriminatedUnion("type", [
  /**
   * `iceServers` and `dataChannel` tell what `initialized` will say, so that an offer may go right behind `init`. Older servers
   * do not.
   */
  z.object({
    type: z.literal("welcome"),
    protocol: z.number(),
    simulation: z.boolean(),
    iceServers: z.optional(foretoldIceServersSchema),
    dataChannel: z.optional(dataChannelSchema),
  }),
  /** `time`: the server's clock, milliseconds since the epoch. */
  z.object({ type: z.literal("pong"), time: z.number() }),
  z.object({
    type: z.literal("initialized"),
    sessionId: z.string(),
    resumeToken: z.string(),
    aiPersona: z.string(),
    resumed: z.boolean(),
    /** The highest `seq` sent so far. */
    seq: z.number(),
    /** When the session ends at the latest; ISO 8601, UTC. */
    deadline: z.string(),
    /** The same as a time from now, for pages whose clock is wrong. */
    remainingSeconds: z.number(),
    iceServers: z.array(iceServerSchema),
    dataChannel: dataChannelSchema,
    limits: z.object({ maxSessionSeconds: z.number(), maxMessageBytes: z.number(), maxSdpBytes: z.number() }),
  }),
  z.object({ type: z.literal("sdp_answer"), sessionId: z.string(), answer: sdpAnswer, callId: z.string() }),
  z.object({ type: z.literal("disconnected"), sessionId: z.nullable(z.string()), reason: endReasonSchema }),
  z.object({ type: z.literal("state"), seq: z.number(), state: sessionStateSchema }),
  /** A few more words of a turn that is not final. Not repeated after a reconnect: the turn itself is. */
  z.object({ type: z.literal("transcript_delta"), turnId: z.string(), role: turnRoleSchema, text: z.string() }),
  /** A turn is final, and kept. */
  z.object({
    type: z.literal("turn"),
    seq: z.number(),
    id: z.string(),
    /** Its number in the session, from 1, without gaps. */
    n: z.number(),
    role: turnRoleSchema,
    /** What was said, or generated where `interrupted`; `null`: unknown. */
    text: z.nullable(z.string()),
    /** ISO 8601, UTC; `null`: unknown. */
    startedAt: z.nullable(z.string()),
    endedAt: z.nullable(z.string()),
    status: turnStatusSchema,
    /** `interrupted`: milliseconds of speech that were heard; absent where unknown. */
    heardMs: z.optional(z.number()),
    /** True where its place, or its beginning and end, were not told by the voice service and follow from what stands around it. */
    inferred: z.optional(z.boolean()),
    /** True where the candidate typed it. */
    typed: z.optional(z.boolean()),
  }),
  /**
   * A further call of the session goes on from what was said before; `partial`: some of that could not be handed to the
   * interviewer, because it was missed or is too long.
   */
  z.object({ type: z.literal("resumed"), seq: z.number(), context: z.enum(["whole", "partial"]) }),
  z.object({ type: z.literal("speaking"), role: turnRoleSchema, active: z.boolean() }),
  /** The candidate has muted the microphone, or speaks again. Said again after a reconnect while it is muted. */
  z.object({ type: z.literal("muted"), muted: z.boolean() }),
  /** The session's time is running out. Not repeated after a reconnect, whose `initialized` says the same. */
  z.object({ type: z.literal("time_remaining"), seconds: z.number() }),
  /**
   * The session's clock stands since its call was lost, or runs again: when it ends at the latest, had it gone on now.
   * Said again after a reconnect while it stands.
   */
  z.object({
    type: z.literal("clock"),
    running: z.boolean(),
    /** ISO 8601, UTC. */
    deadline: z.string(),
    remainingSeconds: z.number(),
  }),
  /**
   * The page is to make a new offer now, and to go on with its present call, if it has one, until the new one is up; what
   * was said is kept. Said again after a reconnect while it holds.
   */
  z.object({ type: z.literal("reoffer"), reason: reofferReasonSchema }),
  /** The server is about to stop: the page is to make another connection after this time, and keeps its call. */
  z.object({ type: z.literal("draining"), reconnectAfterMs: z.number() }),
  z.object({ type: z.literal("ended"), seq: z.number(), reason: endReasonSchema }),
  z.extend(errorBodySchema, { type: z.literal("error") }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** The server message of one type. */
export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/**
 * Parses the text of one server message. `undefined` for anything unknown: a page stays usable when the server is newer
 * than itself. Never throws.
 */
export function parseServerMessage(text: string): ServerMessage | undefined {
  try {
    const result = z.safeParse(serverMessageSchema, JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
