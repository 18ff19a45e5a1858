import { createHash } from "node:crypto";
import type { ConversationItem, RealtimeClientEvent } from "openai/resources/realtime/realtime";
import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import { keepHeartbeat } from "../../sockets/heartbeat.ts";
import type { CallEvent } from "../call-event.ts";
import type { AttachResult, SaidBefore, Sideband } from "../upstream.ts";
import { type GuardedSettings, plannedSettings } from "./guarded-settings.ts";
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

const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEARTBEAT_SECONDS = 20;

export interface SidebandAddress {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly callId: string;
}

/** What we have said on a sideband, by which what it says is understood. */
interface Own extends Ours {
  /** Items that were asked for and have not come. */
  readonly awaited: Set<string>;
  planned: GuardedSettings | undefined;
}

/** Opens `wss …/realtime?call_id=`. Nothing arrives on attach; the first sign of life answers what we send. */
export function attachSideband(
  address: SidebandAddress,
  clock: Clock,
  onEvent: (event: CallEvent) => void,
): Promise<AttachResult> {
  const url = new URL(`${address.baseUrl.replace(/^http/, "ws")}/realtime`);
  url.searchParams.set("call_id", address.callId);
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${address.apiKey}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const own: Own = {
    awaited: new Set(),
    planned: undefined,
    marks: new OwnMarks(address.apiKey, address.callId),
  };
  socket.on("message", (data) => {
    // The socket delivers one Buffer a message, never fragments.
    const bytes = data as Buffer;
    if (bytes.length > MAX_EVENT_BYTES && own.awaited.size === 0) return onEvent(unread(bytes));
    for (const event of readEvents(bytes.toString("utf8"), own)) {
      // A page may ask for items too, and for ones that it has made; what it is answered is not for us.
      if (event.type === "retrieved" && !own.awaited.delete(event.item.id)) continue;
      if (event.type === "not_retrieved" && !own.awaited.delete(event.itemId)) continue;
      onEvent(event);
    }
  });

  return new Promise((resolve) => {
    let status: number | undefined;
    socket.on("unexpected-response", (_request, response) => {
      status = response.statusCode;
      response.destroy();
      socket.terminate();
    });
    // `close` always follows an error; without a listener the error would end the process.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve({ ok: false, reason: status === 404 ? "gone" : "unreachable" }));
    socket.on("open", () => resolve({ ok: true, sideband: toSideband(socket, own, clock) }));
  });
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
  // Without it a connection that was lost in silence looks alive until the call's deadline.
  const heartbeat = keepHeartbeat(() => [socket], HEARTBEAT_SECONDS, clock);
  heartbeat.watch(socket);
  socket.once("close", () => heartbeat.stop());
  return {
    configure(plan) {
      own.planned = plannedSettings(plan);
      const event_id = UPDATE_PREFIX + own.marks.next();
      send({ type: "session.update", event_id, session: toSessionUpdate(plan) });
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
      // A response while another runs is refused; with none running these two change nothing.
      send({ type: "response.cancel" });
      send({ type: "output_audio_buffer.clear" });
      respond({ instructions });
    },
    answerTool(toolCallId, output, proceed) {
      addItem({ type: "function_call_output", call_id: toolCallId, output });
      if (proceed) respond();
    },
    retrieve(itemId) {
      own.awaited.add(itemId);
      send({ type: "conversation.item.retrieve", event_id: RETRIEVE_PREFIX + itemId, item_id: itemId });
    },
    closed: new Promise((resolve) => {
      socket.once("close", () => resolve());
    }),
    close: () => void closeSocket(socket, 1000, clock),
  };
}

const EARLIER_QUESTIONS = "This interview was interrupted. Long before what follows you asked:";

const GO_ON =
  "The connection was interrupted here and is back. Go on from exactly this point: do not greet again, do not introduce yourself, and do not ask again what was answered. If your last question was not answered, ask it once more in few words.";

const LISTEN =
  "The candidate has heard your last question and is about to answer it. Go on from there: do not greet again, do not introduce yourself, and do not ask again what was answered.";

function systemMessage(text: string): ConversationItem {
  return { type: "message", role: "system", content: [{ type: "input_text", text }] };
}

/** Text alone: the service takes no speech as an assistant's own. */
function toItem({ speaker, text }: SaidBefore): ConversationItem {
  return speaker === "interviewer"
    ? { type: "message", role: "assistant", content: [{ type: "output_text", text }] }
    : { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
