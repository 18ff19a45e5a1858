import { WebSocket } from "ws";
import { CONNECT_TIMEOUT_MS, RELAY_HEADER } from "./relay-header.ts";

/** Who listens to what another machine says to a client. */
export interface LineListener {
  readonly onMessage: (text: string) => void;
  /** `code`: as the other machine has closed; `undefined`: it is gone. */
  readonly onClose: (code: number | undefined) => void;
}

/** A line whose other machine does not read is given up when so many bytes wait for it; no message is longer either. */
const MAX_BYTES = 1024 * 1024;

/** What says that a socket closed without a close frame that has a code (RFC 6455, section 7.1.5). */
const NO_CODE = new Set([1005, 1006]);

/** A socket to the machine that runs a session, over which a client of this machine talks with it. */
export class OwnerLine {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket, { onMessage, onClose }: LineListener) {
    this.#socket = socket;
    socket.on("message", (data) => onMessage((data as Buffer).toString("utf8")));
    socket.once("close", (code) => onClose(NO_CODE.has(code) ? undefined : code));
  }

  /** Opens a line to the machine at a base URL. Aborting `signal` cuts it, then or later. Rejects where it cannot be had. */
  static async open(address: string, pass: string, listener: LineListener, signal: AbortSignal): Promise<OwnerLine> {
    const socket = new WebSocket(`${address.replace(/^http/, "ws")}/ws`, {
      headers: { [RELAY_HEADER]: pass },
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_BYTES,
      perMessageDeflate: false,
    });
    let isOpen = false;
    const line = new OwnerLine(socket, {
      onMessage: listener.onMessage,
      onClose: (code) => void (isOpen && listener.onClose(code)),
    });
    const cut = (): void => socket.terminate();
    signal.addEventListener("abort", cut, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", cut));
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.on("error", reject);
      socket.once("close", () => reject(new Error("The line was closed before it was open.")));
      if (signal.aborted) cut();
    });
    isOpen = true;
    return line;
  }

  send(text: string): void {
    if (this.#socket.bufferedAmount > MAX_BYTES) return this.#socket.terminate();
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}
