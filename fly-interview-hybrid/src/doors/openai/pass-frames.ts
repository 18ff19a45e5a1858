import { ERRORS } from "@interview-proxy/protocol";
import type { WebSocket } from "ws";
import { toProxyError } from "../../errors.ts";
import type { Logger } from "../../ops/log.ts";
import type { OpenSideband } from "../../sessions/calls/calls-by-id.ts";
import { reportError } from "../report-error.ts";
import { toOpenAiError, type UnknownCall } from "./error-envelope.ts";

/** A client that does not read is dropped when so many bytes wait for it: an item that is retrieved brings its audio with it. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** The provider's connection was lost, or closed without saying why (RFC 6455, section 7.4.1). */
const LOST = 1011;

export interface PassingNeeds {
  readonly requestId: string;
  readonly unknownCall: UnknownCall;
  readonly log: Logger;
}

/** Passes frames on between a client and a sideband, as they are, until one of the two is gone. Never rejects. */
export async function passFrames(socket: WebSocket, open: OpenSideband, needs: PassingNeeds): Promise<void> {
  // What the client says meanwhile stays in its connection.
  socket.pause();
  try {
    const sideband = await open({
      onFrame(frame) {
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate();
        socket.send(frame, { binary: false }, () => undefined);
      },
      onClose: (code) => socket.close(code ?? LOST),
    });
    socket.once("close", () => sideband.close());
    // The socket delivers one Buffer a message, never fragments.
    socket.on("message", (data) => sideband.send(data as Buffer));
    if (socket.readyState !== socket.OPEN) sideband.close();
  } catch (thrown) {
    const error = toProxyError(thrown);
    reportError(needs.log, error, needs.requestId);
    const said = { type: "error", event_id: needs.requestId, error: toOpenAiError(error, needs.unknownCall) };
    socket.send(JSON.stringify(said), () => undefined);
    socket.close(ERRORS[error.code].close);
  }
  socket.resume();
}
