import type { Clock } from "../../clock.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import type { FrameListener, RawAttachResult } from "../upstream.ts";
import type { OpenedSocket } from "./sideband-socket.ts";

/** A provider that does not read is left when so many bytes wait for it. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** What says that a socket closed without a close frame that has a code (RFC 6455, section 7.1.5). */
const NO_CODE = new Set([1005, 1006]);

/** One try at attaching to a call whose frames are passed on as they are. */
export async function openRawSideband(
  open: (onMessage: (frame: Buffer) => void) => Promise<OpenedSocket>,
  { onFrame, onClose }: FrameListener,
  clock: Clock,
): Promise<RawAttachResult> {
  const opened = await open(onFrame);
  if (!opened.ok) return opened;
  const { socket } = opened;
  socket.once("close", (code) => onClose(NO_CODE.has(code) ? undefined : code));
  return {
    ok: true,
    sideband: {
      send(frame) {
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate();
        socket.send(frame, { binary: false }, () => undefined);
      },
      close: () => void closeSocket(socket, 1000, clock),
    },
  };
}
