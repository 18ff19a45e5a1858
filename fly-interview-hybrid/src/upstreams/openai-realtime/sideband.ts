import { createHash } from "node:crypto";
import type { ConversationItem, RealtimeClientEvent } from "openai/resources/realtime/realtime";
import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import type { CallEvent } from "../call-event.ts";
import { EARLIER_QUESTIONS, GO_ON, LISTEN } from "../openai/hand-over-words.ts";
import { type KeyHeader, keyHeaders } from "../openai/key-headers.ts";
import { type OpenedSocket, openSidebandSocket } from "../openai/sideband-socket.ts";
import type { SpareConnections } from "../openai/spare-connections.ts";
import type { AttachResult, SaidBefore, Sideband } from "../upstream.ts";
import { type GuardedSettings, guardedSchema } from "./guarded-settings.ts";
import { OwnMarks } from "./own-marks.ts";
import { MARK_KEY, type Ours, readEvents, RETRIEVE_PREFIX, UPDATE_PREFIX } from "./read-event.ts";
import { toSessionUpdate } from "./session-config.ts";

/** Events without audio are a few KiB. What is larger is dropped unread, unless it may answer a retrieve. */
const MAX_EVENT_BYTES = 1024 * 1024;

/**
 * An item that is retrieved brings its audio with it: a minute is 4 MiB. A larger frame ends the connection, which is
 * attached again.
 */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Holds the type of an event: the service writes type, id and then the rest (recorded). */
const HEAD_BYTES = 256;

export interface SidebandAddress {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly keyHeader: KeyHeader;
  readonly accountHeaders?: Readonly<Record<string, string>> | undefined;
  /** Marks what we say; the key where it is left out. It must not change while a call runs. */
  readonly marksKey?: string | undefined;
  readonly callId: string;
  readonly spares?: SpareConnections | undefined;
}

/** What we have said on a sideband, by which what it says is understood. */
interface Own extends Ours {
  /** Items that were asked for and have not come. */
  readonly awaited: Set<string>;
  planned: GuardedSettings | undefined;
}

/** Opens `wss …/realtime?call_id=`. */
export function openAttachment(
  { baseUrl, apiKey, keyHeader, accountHeaders, callId, spares }: SidebandAddress,
  clock: Clock,
  onMessage: (frame: Buffer) => void,
): Promise<OpenedSocket> {
  const url = new URL(`${baseUrl.replace(/^http/, "ws")}/realtime`);
  url.searchParams.set("call_id", callId);
  const headers = { ...accountHeaders, ...keyHeaders(apiKey, keyHeader) };
  return openSidebandSocket({ url, headers, maxFrameBytes: MAX_FRAME_BYTES, spares, onMessage }, clock);
}

/** Attaches to a call. Nothing arrives on attach; the first sign of life answers what we send. */
export async function attachSideband(
  address: SidebandAddress,
  clock: Clock,
  onEvent: (event: CallEvent) => void,
): Promise<AttachResult> {
  const own: Own = {
    awaited: new Set(),
    planned: undefined,
    marks: new OwnMarks(address.marksKey ?? address.apiKey, address.callId),
  };
  const onMessage = (bytes: Buffer): void => {
    if (bytes.length > MAX_EVENT_BYTES && own.awaited.size === 0) return onEvent(unread(bytes));
    for (const event of readEvents(bytes.toString("utf8"), own)) if (isForUs(event, own)) onEvent(event);
  };
  const opened = await openAttachment(address, clock, onMessage);
  return opened.ok ? { ok: true, sideband: toSideband(opened.socket, own, clock) } : opened;
}

/** A page may ask for items too, and for ones that it has made; what it is answered is not for us. */
function isForUs(event: CallEvent, { awaited }: Own): boolean {
  switch (event.type) {
    case "retrieved":
      return awaited.delete(event.item.id);
    case "not_retrieved":
      return awaited.delete(event.itemId);
    default:
      return true;
  }
}

/** A page could hide a session of its own in a frame that is not read: no plan of ours is so large. */
function unread(frame: Buffer): CallEvent {
  const isSession = frame.toString("latin1", 0, HEAD_BYTES).includes('"session.updated"');
  return isSession
    ? { type: "drifted", digest: createHash("sha256").update(frame).digest("base64url") }
    : { type: "unreadable" };
}

function toSideband(socket: WebSocket, own: Own, clock: Clock): Sideband {
  const send = (event: RealtimeClientEvent): void => socket.send(JSON.stringify(event), () => undefined);
  const respond = (response: { instructions?: string } = {}): void =>
    send({ type: "response.create", response: { ...response, metadata: { [MARK_KEY]: own.marks.next() } } });
  const addItem = (item: ConversationItem): void =>
    send({ type: "conversation.item.create", item: { ...item, id: own.marks.next() } });
  /** A response while another runs is refused; with none running these two change nothing. */
  const cutOff = (): void => {
    send({ type: "response.cancel" });
    send({ type: "output_audio_buffer.clear" });
  };
  return {
    configure(plan) {
      const session = toSessionUpdate(plan);
      own.planned = guardedSchema.parse(session);
      send({ type: "session.update", event_id: UPDATE_PREFIX + own.marks.next(), session });
    },
    greet: () => respond(),
    resume({ said, summary, awaitsAnswer }) {
      if (summary !== undefined) addItem(systemMessage(`${EARLIER_QUESTIONS}\n${summary}`));
      for (const before of said) addItem(toItem(before));
      addItem(systemMessage(awaitsAnswer ? LISTEN : GO_ON));
      if (!awaitsAnswer) respond();
    },
    instruct: (text) => addItem(systemMessage(text)),
    speak(instructions) {
      cutOff();
      respond({ instructions });
    },
    say(text) {
      cutOff();
      // Under no name of ours: it is an utterance of the candidate's, and becomes its turn.
      send({ type: "conversation.item.create", item: userMessage(text) });
      respond();
    },
    answerTool(toolCallId, output, proceed) {
      addItem({ type: "function_call_output", call_id: toolCallId, output });
      if (proceed) respond();
    },
    retrieve(itemId) {
      own.awaited.add(itemId);
      send({ type: "conversation.item.retrieve", event_id: RETRIEVE_PREFIX + itemId, item_id: itemId });
    },
    conclude: () => [],
    closed: new Promise((resolve) => {
      socket.once("close", () => resolve());
    }),
    close: () => void closeSocket(socket, 1000, clock),
  };
}

function systemMessage(text: string): ConversationItem {
  return { type: "message", role: "system", content: [{ type: "input_text", text }] };
}

/** Text alone: the service takes no speech as an assistant's own. */
function toItem({ speaker, text }: SaidBefore): ConversationItem {
  return speaker === "interviewer"
    ? { type: "message", role: "assistant", content: [{ type: "output_text", text }] }
    : userMessage(text);
}

function userMessage(text: string): ConversationItem {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
