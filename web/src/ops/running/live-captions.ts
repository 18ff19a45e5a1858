import type { Readable } from "@interview-proxy/client";
import { type Caption, withDelta, withHoles, withTurn } from "@interview-proxy/client/captions";
import { type EndReason, parseServerMessage, type ServerMessage, type TurnRole } from "@interview-proxy/protocol";

/** What is said in a session, as it is said. */
export interface Said {
  readonly captions: readonly Caption[];
  readonly speaking: ReadonlySet<TurnRole>;
  /** It is over. */
  readonly endReason?: EndReason;
  /** The line to the server broke; the browser tries to come back. */
  readonly isLost: boolean;
  /** There is no way to follow it, for now. */
  readonly isRefused: boolean;
}

const NOTHING_SAID: Said = { captions: [], speaking: new Set(), isLost: false, isRefused: false };

/** Takes an event of the session. */
function withMessage(said: Said, message: ServerMessage): Said {
  switch (message.type) {
    case "transcript_delta":
      return { ...said, captions: withDelta(said.captions, message) };
    case "turn":
      return { ...said, captions: withTurn(said.captions, message) };
    case "speaking": {
      const others = [...said.speaking].filter((role) => role !== message.role);
      return { ...said, speaking: new Set(message.active ? [...others, message.role] : others) };
    }
    case "ended":
      return { ...said, speaking: new Set(), endReason: message.reason };
    default:
      return said;
  }
}

/** Follows what is said in one session, as long as somebody looks at it. */
export function followCaptions(
  sessionId: string,
  openStream: (address: string) => EventSource = (address) => new EventSource(address),
): Readable<Said> {
  let said = NOTHING_SAID;
  const listeners = new Set<() => void>();
  const set = (next: Said): void => {
    said = next;
    for (const listener of listeners) listener();
  };
  const open = (): EventSource => {
    const stream = openStream(`/api/sessions/${encodeURIComponent(sessionId)}/events`);
    stream.addEventListener("open", () => set({ ...said, isLost: false, isRefused: false }));
    stream.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const message = parseServerMessage(data);
      if (message === undefined) return;
      set(withMessage(said, message));
      // Where it ended elsewhere, the browser would come back without end.
      if (message.type === "ended") stream.close();
    });
    stream.addEventListener("error", () => {
      if (said.endReason !== undefined) return;
      const isRefused = stream.readyState === EventSource.CLOSED;
      set({ ...said, captions: withHoles(said.captions), isLost: !isRefused, isRefused });
    });
    return stream;
  };
  let stream: EventSource | undefined;
  return {
    subscribe(listener) {
      listeners.add(listener);
      stream ??= open();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stream?.close();
        stream = undefined;
      };
    },
    getSnapshot: () => said,
  };
}
