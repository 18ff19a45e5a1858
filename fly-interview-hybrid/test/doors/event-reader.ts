import type { ServerMessage, ServerMessageOf } from "@interview-proxy/protocol";
import { onTestFinished } from "vitest";
import { EventBlocks } from "./event-blocks.ts";
import type { ProxyUnderTest } from "./start-proxy.ts";

/** An event as it came, and the id with which one comes back. */
export interface ReadEvent {
  readonly id: string | undefined;
  readonly message: ServerMessage;
}

/** A reader of one session's server-sent events. */
export class EventReader {
  readonly status: number;
  readonly headers: Headers;
  readonly events: ReadEvent[] = [];
  /** How many comments came. */
  beats = 0;
  readonly #leaving: AbortController;
  readonly #blocks: EventBlocks;

  constructor(response: Response, leaving: AbortController, scan: ProxyUnderTest["scan"]) {
    this.status = response.status;
    this.headers = response.headers;
    this.#leaving = leaving;
    this.#blocks = new EventBlocks(response, scan, (block) => this.#take(block));
  }

  /** Fulfilled when the server has ended the stream, or cut it. */
  get closed(): EventBlocks["closed"] {
    return this.#blocks.closed;
  }

  /** The first event of a type that was not taken yet. Fails where the stream closes without it. */
  async next<T extends ServerMessage["type"]>(
    type: T,
  ): Promise<{ id: string | undefined; message: ServerMessageOf<T> }> {
    const found = await this.#blocks.until(() => {
      const index = this.events.findIndex(({ message }) => message.type === type);
      return index < 0 ? undefined : this.events.splice(index, 1)[0];
    }, type);
    return found as { id: string | undefined; message: ServerMessageOf<T> };
  }

  /** Waits until so many comments have come. */
  async nextBeat(count: number): Promise<void> {
    await this.#blocks.until(() => (this.beats >= count ? true : undefined), "a comment");
  }

  leave(): void {
    this.#leaving.abort();
  }

  #take(block: string): void {
    if (block.startsWith(":")) {
      this.beats += 1;
      return;
    }
    const [, id, data = ""] = /^(?:id: (.+)\n)?data: (.+)$/.exec(block) ?? [];
    this.events.push({ id, message: JSON.parse(data) as ServerMessage });
  }
}

/** Reads the events of a session, from behind the event of an id, with a token or what an operator's page sends. */
export async function readEvents(
  proxy: ProxyUnderTest,
  sessionId: string,
  credential: string | Readonly<Record<string, string>>,
  lastEventId?: string,
): Promise<EventReader> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const signedIn = typeof credential === "string" ? { authorization: `Bearer ${credential}` } : credential;
  const headers = { ...signedIn, ...(lastEventId && { "last-event-id": lastEventId }) };
  const response = await fetch(`${proxy.url}/api/sessions/${sessionId}/events`, { headers, signal: leaving.signal });
  return new EventReader(response, leaving, proxy.scan);
}
