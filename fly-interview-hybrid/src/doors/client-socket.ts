import { type RawData, WebSocket } from "ws";

/** Who is served by a client's socket. */
export interface SocketUser {
  receive(data: RawData, isBinary: boolean): void;
  /** It is gone. */
  leave(): void;
}

/**
 * A client's WebSocket. It may wait for hours, and listeners of its own would be the most of what it keeps: all sockets share
 * theirs, which find here for whom they are.
 */
export class ClientSocket extends WebSocket {
  #user: SocketUser | undefined;

  /** Messages, and the end, go to `user` from now on. */
  serve(user: SocketUser): void {
    this.#user = user;
    this.on("message", passOn);
  }

  get user(): SocketUser | undefined {
    return this.#user;
  }
}

function passOn(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (this instanceof ClientSocket) this.user?.receive(data, isBinary);
}
