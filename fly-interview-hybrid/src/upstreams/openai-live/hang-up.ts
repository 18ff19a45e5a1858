import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { pause } from "../../pause.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import type { Api } from "../openai/api.ts";
import { hangUpAt } from "../openai/hang-up.ts";
import type { OpenedSocket } from "../openai/sideband-socket.ts";
import { type CallEnd, UpstreamError } from "../upstream.ts";
import { mirroredAudio } from "./audio-frames.ts";
import { type LiveEvent, readEvent } from "./read-event.ts";
import { openAttachment, type SidebandAddress } from "./sideband.ts";

/** The service finishes what it is doing first. OpenAI's own samples wait for so long, in milliseconds. */
const CLOSED_WITHIN_MS = 15_000;

/** The line goes down with the sideband, right after that. */
const DOWN_WITHIN_MS = 1000;

/** A call that was just made may not be known everywhere yet: who ended it then would have it run on unowned. */
const KNOWN_WITHIN_MS = 1000;

/**
 * Ends a call over a sideband of its own, so that nothing need be known of the call but its id. Where that is not to be had,
 * `POST …/hangup` is tried, which is documented for telephone calls alone: that it knows no such call proves nothing. One try,
 * given up when `signal` is aborted.
 */
export async function hangUp(
  api: Api,
  address: SidebandAddress,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<CallEnd> {
  const { callId } = address;
  let hear = (_event: LiveEvent): void => undefined;
  const attach = (): Promise<OpenedSocket> =>
    openAttachment(address, clock, (frame) => {
      const event = mirroredAudio(frame) === undefined ? readEvent(frame.toString("utf8")) : undefined;
      if (event !== undefined) hear(event);
    });
  let opened = await attach();
  if (!opened.ok && opened.reason === "gone") {
    await pause(clock, KNOWN_WITHIN_MS, signal);
    opened = await attach();
  }
  if (!opened.ok && opened.reason === "gone") return { wasKnown: false };
  if (opened.ok) {
    const listen = (listener: (event: LiveEvent) => void): void => void (hear = listener);
    const end = await closeCall(opened.socket, listen, { clock, signal });
    void closeSocket(opened.socket, 1000, clock);
    if (end !== undefined) return end;
  }
  const outcome = await hangUpAt(api, `/live/sessions/${encodeURIComponent(callId)}`, callId);
  if (outcome === "unknown") throw new UpstreamError("UPSTREAM_UNAVAILABLE", { callId });
  return {};
}

/** Asks for the end of a call, and waits until its line is down. `undefined` where the service does not say that it is closed. */
function closeCall(
  socket: WebSocket,
  listen: (listener: (event: LiveEvent) => void) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<CallEnd | undefined> {
  return new Promise((resolve) => {
    let end: CallEnd | undefined;
    const finish = (): void => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve(end);
    };
    let cancel = clock.after(CLOSED_WITHIN_MS, finish);
    signal.addEventListener("abort", finish);
    socket.once("close", finish);
    listen((event) => {
      if (event.type !== "closed") return;
      end = event.seconds === undefined ? {} : { seconds: event.seconds };
      cancel();
      cancel = clock.after(DOWN_WITHIN_MS, finish);
    });
    socket.send(JSON.stringify({ type: "session.close" }), () => undefined);
  });
}
