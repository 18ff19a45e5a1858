import { isUtf8 } from "node:buffer";
import {
  type ClientMessage,
  type ErrorCode,
  ERRORS,
  MAX_MESSAGE_BYTES,
  parseClientMessage,
  type ServerMessage,
} from "@interview-proxy/protocol";
import type { RawData, WebSocket } from "ws";
import type { Principal } from "../../auth/principal.ts";
import { invalidField, ProxyError, toProxyError } from "../../errors.ts";
import { newRequestId } from "../../ids.ts";
import type { ConnectStage } from "../../ops/connect-stages.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import type { Logger } from "../../ops/log.ts";
import { lostElsewhere, SessionElsewhere } from "../../sessions/elsewhere.ts";
import type { Session } from "../../sessions/session.ts";
import type { ClientSocket, SocketUser } from "../client-socket.ts";
import { reportError } from "../report-error.ts";
import { closeSocket } from "../../sockets/close-sockets.ts";
import { handle } from "./handlers/index.ts";
import type { MessageBudget } from "./message-budgets.ts";
import type { TenantShares } from "./tenant-shares.ts";
import type { DoorNeeds } from "../needs.ts";
import type { OwnerLine } from "../relay/owner-line.ts";

/** A client that keeps sending what cannot be understood is closed after so many. */
const MAX_BAD_MESSAGES = 32;

/** Errors that a well-made client never meets. */
const COUNTED_AS_BAD: ReadonlySet<ErrorCode> = new Set([
  "BAD_JSON",
  "UNKNOWN_MESSAGE",
  "INVALID_MESSAGE",
  "MESSAGE_TOO_LARGE",
  "SDP_INVALID",
  "RATE_LIMITED",
]);

/** A client that does not read is dropped when so many bytes wait for it. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Whose socket it is. */
export interface SocketClient {
  readonly principal: Principal;
  /** True where the client is another machine, in place of the person's browser. */
  readonly isRelayed: boolean;
  /** As it came in; `undefined`: that was not watched. */
  readonly connect: ConnectWatch | undefined;
  /** Of the request by which it came. */
  readonly requestId: string;
  /** What it may send. */
  readonly budget: MessageBudget;
  /** Where it is counted among its tenant's. */
  readonly shares: TenantShares;
}

/** What a client does in order begins here. */
const NOTHING_BEFORE = Promise.resolve();

/**
 * One client's socket, from its welcome to its end. It serves one session at a time; where that runs on another machine,
 * it passes on what is said.
 */
export class Connection implements SocketUser {
  readonly principal: Principal;
  readonly needs: DoorNeeds;
  readonly #socket: WebSocket;
  readonly #isRelayed: boolean;
  readonly #budget: MessageBudget;
  readonly #shares: TenantShares;
  #session: Session | undefined;
  #detach: (() => void) | undefined;
  /** Made for who asks: most sockets wait, and each would keep it. */
  #departure: AbortController | undefined;
  #inOrder = NOTHING_BEFORE;
  #badMessages = 0;
  #connect: ConnectWatch | undefined;
  readonly #requestId: string;
  /** To the machine that serves the client, where that is another. */
  #line: OwnerLine | undefined;

  constructor(socket: ClientSocket, client: SocketClient, needs: DoorNeeds) {
    const { principal, isRelayed, connect, requestId, budget, shares } = client;
    this.principal = principal;
    this.#connect = connect;
    this.#requestId = requestId;
    this.#isRelayed = isRelayed;
    this.needs = needs;
    this.#socket = socket;
    this.#budget = budget;
    this.#shares = shares;
    socket.serve(this);
  }

  leave(): void {
    this.#budget.close();
    this.#shares.giveBack(this.principal.tenant);
    this.#departure?.abort("gone");
    this.#detach?.();
  }

  /** The session that this socket serves, or served last: it may have ended. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Aborted when the socket is gone. */
  get departure(): AbortSignal {
    this.#departure ??= new AbortController();
    if (this.#socket.readyState === this.#socket.CLOSED) this.#departure.abort("gone");
    return this.#departure.signal;
  }

  /** Serves a session from now on: the client hears what happens to it. */
  serve(session: Session): void {
    this.release();
    this.#session = session;
    if (!this.#isOpen) return;
    this.#detach = session.attach({
      onEvent: (event) => this.send(event),
      onDisplaced: (code) => {
        this.#session = undefined;
        turnAway(this.#socket, new ProxyError(code), this.needs.log);
      },
    });
  }

  /** Serves no session any more. */
  release(): void {
    this.#detach?.();
    this.#detach = undefined;
    this.#session = undefined;
  }

  send(message: ServerMessage): void {
    this.#sendText(JSON.stringify(message));
  }

  /** Runs a part of the connect that goes on, or begins one. Failure ends it; `work` ends it by itself when the client has its answer. */
  async duringConnect<Result>(step: ConnectStage, work: (connect: ConnectWatch) => Promise<Result>): Promise<Result> {
    const current = this.#connect?.mayEnter(step) === true ? this.#connect : undefined;
    const connect = current ?? this.needs.watchConnect({ step, requestId: this.#requestId });
    this.#connect = connect;
    current?.enter(step);
    try {
      const result = await work(connect);
      connect.enter("client");
      return result;
    } catch (error) {
      this.forgetConnect(connect);
      // The machine that the client is passed on to watches by itself.
      if (!(error instanceof SessionElsewhere) || this.#isRelayed) connect.fail(toProxyError(error).code);
      throw error;
    }
  }

  /** No offer follows from what the client has done so far, or none that belongs to it. */
  forgetConnect(connect: ConnectWatch): void {
    if (this.#connect === connect) this.#connect = undefined;
  }

  /** Runs work whose failure the client is told. */
  attempt(work: () => Promise<void>): Promise<void> {
    return work().catch((error: unknown) => this.#refuse(toProxyError(error)));
  }

  /**
   * Runs the work of a message after all earlier such work of this client, so that `init` is done before the offer behind
   * it. What is another machine's work is passed on to it.
   */
  enqueue(message: ClientMessage, work: () => Promise<void>): void {
    const doOrPassOn = async (): Promise<void> => {
      if (this.#line !== undefined) return this.#line.send(JSON.stringify(message));
      try {
        await work();
      } catch (error) {
        if (!(error instanceof SessionElsewhere) || this.#isRelayed) throw error;
        this.release();
        this.#line = await this.#openLine(error.address);
        this.#line.send(JSON.stringify(message));
      }
    };
    // Whoever closes the socket right behind its `disconnect` means it still; anything else would be for nobody.
    const isWanted = (): boolean => this.#isOpen || message.type === "disconnect";
    this.#inOrder = this.#inOrder.then(() => (isWanted() ? this.attempt(doOrPassOn) : undefined));
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  #openLine(address: string): Promise<OwnerLine> {
    const { principal, departure } = this;
    const listener = {
      onMessage: (text: string): void => this.#sendText(text),
      onClose: (code: number | undefined): void => {
        if (code !== undefined) return this.close(code);
        // Where that machine is dead, another takes over, and the client finds it when it comes again.
        turnAway(this.#socket, lostElsewhere(), this.needs.log);
      },
    };
    return this.needs.relay.connect(address, { principal }, listener, departure);
  }

  #sendText(text: string): void {
    sendText(this.#socket, text);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  receive(data: RawData, isBinary: boolean): void {
    // What still arrives after our own close is nothing that anybody would hear the answer to.
    if (!this.#isOpen) return;
    const retryAfterMs = this.#budget.take();
    if (retryAfterMs > 0) return this.#refuse(new ProxyError("RATE_LIMITED", { facts: { retryAfterMs } }));
    // The socket delivers one Buffer a message, never fragments.
    const bytes = data as Buffer;
    if (bytes.length > MAX_MESSAGE_BYTES) return this.#refuse(new ProxyError("MESSAGE_TOO_LARGE"));
    if (isBinary || !isUtf8(bytes)) return this.#refuse(new ProxyError("BAD_JSON"));
    const parsed = parseClientMessage(bytes.toString("utf8"));
    if (parsed.ok) return handle(parsed.message, this);
    this.#refuse(parsed.code === "INVALID_MESSAGE" ? invalidField(parsed.field) : new ProxyError(parsed.code));
  }

  #refuse(error: ProxyError): void {
    sendError(this.#socket, error, this.needs.log);
    if (!COUNTED_AS_BAD.has(error.code)) return;
    // Whoever floods may not heed a close, and go on.
    if (++this.#badMessages >= MAX_BAD_MESSAGES)
      void closeSocket(this.#socket, ERRORS.INVALID_MESSAGE.close, this.needs.clock);
  }
}

/** Sends an error and closes the socket with the table's code. For clients that do not get in. */
export function turnAway(socket: WebSocket, error: ProxyError, log: Logger): void {
  sendError(socket, error, log);
  socket.close(ERRORS[error.code].close);
}

function sendError(socket: WebSocket, error: ProxyError, log: Logger): void {
  const requestId = newRequestId();
  reportError(log, error, requestId);
  sendText(socket, JSON.stringify({ type: "error", ...error.toBody(requestId) }));
}

/** Errors count too: who asks for what is refused, and never reads the refusal, has the server keep it. */
function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
  else socket.send(text);
}
