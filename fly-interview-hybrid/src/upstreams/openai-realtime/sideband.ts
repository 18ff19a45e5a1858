import type { RealtimeClientEvent, RealtimeServerEvent } from "openai/resources/realtime/realtime";
import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { keepHeartbeat } from "../../sockets/heartbeat.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import type { AttachResult, Sideband, SidebandEvent } from "../upstream.ts";
import { toSessionUpdate } from "./session-config.ts";

/** Events without audio are a few KiB; an item of a long turn may be more. */
const MAX_EVENT_BYTES = 1024 * 1024;

const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEARTBEAT_SECONDS = 20;

export interface SidebandAddress {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly callId: string;
}

/** Names our own update, so that a refusal of it can be told from other errors. */
const UPDATE_ID = "proxy_session_update";

/** Opens `wss …/realtime?call_id=`. Nothing arrives on attach; the first sign of life answers what we send. */
export function attachSideband(
  address: SidebandAddress,
  clock: Clock,
  onEvent: (event: SidebandEvent) => void,
): Promise<AttachResult> {
  const url = new URL(`${address.baseUrl.replace(/^http/, "ws")}/realtime`);
  url.searchParams.set("call_id", address.callId);
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${address.apiKey}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_EVENT_BYTES,
    perMessageDeflate: false,
  });
  socket.on("message", (data) => {
    // The socket delivers one Buffer a message, never fragments.
    const event = readEvent((data as Buffer).toString("utf8"));
    if (event !== undefined) onEvent(event);
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
    socket.on("open", () => resolve({ ok: true, sideband: toSideband(socket, clock) }));
  });
}

function toSideband(socket: WebSocket, clock: Clock): Sideband {
  const send = (event: RealtimeClientEvent): void => socket.send(JSON.stringify(event), () => undefined);
  // Without it a connection that was lost in silence looks alive until the call's deadline.
  const heartbeat = keepHeartbeat(() => [socket], HEARTBEAT_SECONDS, clock);
  heartbeat.watch(socket);
  socket.once("close", () => heartbeat.stop());
  return {
    configure: (plan) => send({ type: "session.update", event_id: UPDATE_ID, session: toSessionUpdate(plan) }),
    greet: () => send({ type: "response.create" }),
    closed: new Promise((resolve) => {
      socket.once("close", () => resolve());
    }),
    close: () => void closeSocket(socket, 1000, clock),
  };
}

/** What is not understood is passed over: the provider adds events without notice. */
function readEvent(text: string): SidebandEvent | undefined {
  const event = parse(text);
  switch (event?.type) {
    case "session.updated":
      return { type: "ready" };
    case "input_audio_buffer.speech_started":
      return { type: "speech", role: "candidate", active: true };
    case "input_audio_buffer.speech_stopped":
      return { type: "speech", role: "candidate", active: false };
    case "output_audio_buffer.started":
      return { type: "speech", role: "interviewer", active: true };
    case "output_audio_buffer.stopped":
    case "output_audio_buffer.cleared":
      return { type: "speech", role: "interviewer", active: false };
    case "error":
      return event.error?.event_id === UPDATE_ID ? { type: "refused", code: safeCode(event.error.code) } : undefined;
    default:
      return undefined;
  }
}

type LooseEvent = Partial<{ error: Partial<{ event_id: unknown; code: unknown }> }> & {
  readonly type?: RealtimeServerEvent["type"];
};

function parse(text: string): LooseEvent | undefined {
  try {
    return JSON.parse(text) as LooseEvent;
  } catch {
    return undefined;
  }
}

/** The documented codes are words of this alphabet; anything else could quote what was sent. */
function safeCode(code: unknown): string {
  return typeof code === "string" && /^[a-z_]{1,64}$/.test(code) ? code : "unknown";
}
