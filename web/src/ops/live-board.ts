import type { Readable } from "@interview-proxy/client";
import { parseOperatorEvent } from "@interview-proxy/protocol";
import { type Board, EMPTY_BOARD, type Line, withEvent } from "./board.ts";

/** The server tells of itself every 5 s. Silent for so long, in ms, the line is taken for dead, though nobody has closed it. */
const SILENCE_MS = 20_000;

/** Between tries to come back where the browser makes none itself, in ms: from the first to the longest. */
const BACKOFF_MS = { first: 1000, longest: 15_000 };

export interface LiveBoardNeeds {
  readonly openStream: (address: string) => EventSource;
  /** Rejects where the server does not know the operator, or does not answer. */
  readonly checkSignIn: () => Promise<void>;
}

/** Follows the server's stream of what runs, and comes back to it. One change of its snapshot for each event. */
export class LiveBoard implements Readable<Board> {
  readonly #needs: LiveBoardNeeds;
  readonly #listeners = new Set<() => void>();
  #board = EMPTY_BOARD;
  #stream: EventSource | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #return: ReturnType<typeof setTimeout> | undefined;
  #backoffMs = BACKOFF_MS.first;

  constructor(needs: LiveBoardNeeds) {
    this.#needs = needs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Board => this.#board;

  /** Begins to follow; again after `close()`. */
  open(): void {
    this.close();
    const stream = this.#needs.openStream("/api/operators/stream");
    this.#stream = stream;
    for (const name of ["sessions", "changes", "overview"])
      stream.addEventListener(name, ({ data }: MessageEvent<string>) => this.#hear(data));
    stream.addEventListener("error", () => {
      this.#setLine("lost");
      // A browser comes back by itself to a stream that broke, but not to one that was refused.
      if (stream.readyState === EventSource.CLOSED) void this.#comeBack();
    });
    this.#listenFor(SILENCE_MS);
  }

  /** Stops. What is known stays. */
  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
    clearTimeout(this.#silence);
    clearTimeout(this.#return);
  }

  #hear(data: string): void {
    this.#backoffMs = BACKOFF_MS.first;
    this.#listenFor(SILENCE_MS);
    const event = parseOperatorEvent(data);
    if (event !== undefined) this.#set(withEvent(this.#board, event, Date.now()));
  }

  #listenFor(ms: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#setLine("lost");
      this.open();
    }, ms);
  }

  async #comeBack(): Promise<void> {
    clearTimeout(this.#silence);
    const stream = this.#stream;
    // Whoever is not signed in any more is told so by this, and closes the board.
    await this.#needs.checkSignIn().catch(() => undefined);
    if (this.#stream !== stream || stream === undefined) return;
    this.#return = setTimeout(() => this.open(), this.#backoffMs);
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_MS.longest);
  }

  #setLine(line: Line): void {
    if (this.#board.line !== line) this.#set({ ...this.#board, line });
  }

  #set(board: Board): void {
    this.#board = board;
    for (const listener of this.#listeners) listener();
  }
}
