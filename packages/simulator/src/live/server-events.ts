import type { ServerEvent } from "openai/resources/live/live";

/** The two that reflect audio have no id, and are no part of a session's own talk. */
type ReflectedAudio = "session.input_audio.append" | "session.output_audio.delta";

/** A server event of the Live API. */
export type LiveServerEvent = Exclude<ServerEvent, { type: ReflectedAudio }>;

type WithoutId<Event> = Event extends unknown ? Omit<Event, "event_id"> : never;

/**
 * A server event before it is numbered. Every event is written as a literal into a parameter of this type, where the
 * compiler checks it as `satisfies` would: a missing, unknown or wrong field is an error.
 */
export type LiveServerEventBody = WithoutId<LiveServerEvent>;
