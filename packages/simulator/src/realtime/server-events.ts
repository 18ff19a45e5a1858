import type {
  ConversationItem,
  ConversationItemAdded,
  ConversationItemDone,
  RealtimeConversationItemUserMessage,
  RealtimeErrorEvent,
  RealtimeResponse,
  RealtimeResponseUsage,
  RealtimeServerEvent,
  ResponseCreatedEvent,
  ResponseDoneEvent,
  SessionCreatedEvent,
  SessionUpdatedEvent,
} from "openai/resources/realtime/realtime";
import type { EffectiveSession } from "./session-config.ts";

/**
 * The speech of a candidate. Recorded: its transcript is `null` until it is known, which OpenAI's own types leave out.
 */
export interface SpokenUserItem extends Omit<RealtimeConversationItemUserMessage, "content" | "id"> {
  readonly id: string;
  readonly content: readonly [{ readonly type: "input_audio"; readonly transcript: string | null }];
}

/** An item as it travels. */
export type WireItem = ConversationItem | SpokenUserItem;

/** A response as it travels. Recorded: `status_details` and `usage` are `null` while there is nothing to say. */
export interface WireResponse extends Omit<RealtimeResponse, "status_details" | "usage"> {
  readonly status_details: NonNullable<RealtimeResponse["status_details"]> | null;
  readonly usage: RealtimeResponseUsage | null;
}

/** Events whose recorded form says more than the types of the `openai` package. */
type Recorded =
  | (Omit<ConversationItemAdded, "item"> & { item: WireItem })
  | (Omit<ConversationItemDone, "item"> & { item: WireItem })
  | (Omit<RealtimeServerEvent.ConversationItemRetrieved, "item"> & { item: WireItem })
  | (Omit<ResponseCreatedEvent, "response"> & { response: WireResponse })
  | (Omit<ResponseDoneEvent, "response"> & { response: WireResponse })
  | (Omit<SessionCreatedEvent, "session"> & { session: EffectiveSession })
  | (Omit<SessionUpdatedEvent, "session"> & { session: EffectiveSession })
  | (Omit<RealtimeErrorEvent, "error"> & {
      error: { type: string; code: string; message: string; param: string | null; event_id: string | null };
    });

/** A telephone's event, the only one without an id, never occurs on WebRTC. */
type Telephone = "input_audio_buffer.dtmf_event_received";

type Typed = Exclude<RealtimeServerEvent, { type: Recorded["type"] | Telephone }> | Recorded;

/** A server event. Every delta carries `obfuscation`, random padding that OpenAI's types leave out. */
export type ServerEvent = Typed & { readonly obfuscation?: string };

type WithoutId<Event> = Event extends unknown ? Omit<Event, "event_id"> : never;

/**
 * A server event before it is numbered. Every event is written as a literal into a parameter of this type, where the
 * compiler checks it as `satisfies` would: a missing, unknown or wrong field is an error.
 */
export type ServerEventBody = WithoutId<ServerEvent>;
