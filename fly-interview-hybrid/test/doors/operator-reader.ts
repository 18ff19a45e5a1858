import {
  type OperatorEvent,
  type OperatorEventOf,
  parseOperatorEvent,
  type RunningSession,
} from "@interview-proxy/protocol";
import { onTestFinished } from "vitest";
import { EventBlocks } from "./event-blocks.ts";
import type { ProxyUnderTest } from "./start-proxy.ts";

type Headers = Readonly<Record<string, string>>;

/** A reader of the operators' stream. */
export class OperatorReader {
  readonly status: number;
  /** What came, and was not taken yet. */
  readonly events: OperatorEvent[] = [];
  /** The list as what came has made it. */
  readonly sessions = new Map<string, RunningSession>();
  readonly #leaving: AbortController;
  readonly #blocks: EventBlocks;

  constructor(response: Response, leaving: AbortController, scan: ProxyUnderTest["scan"]) {
    this.status = response.status;
    this.#leaving = leaving;
    this.#blocks = new EventBlocks(response, scan, (block) => this.#take(block));
  }

  /** Fulfilled when the server has ended the stream, or cut it. */
  get closed(): EventBlocks["closed"] {
    return this.#blocks.closed;
  }

  /** The first event of a type that was not taken yet. Fails where the stream closes without it. */
  async next<T extends OperatorEvent["type"]>(type: T): Promise<OperatorEventOf<T>> {
    const found = await this.until(() => {
      const index = this.events.findIndex((event) => event.type === type);
      return index < 0 ? undefined : this.events.splice(index, 1)[0];
    });
    return found as OperatorEventOf<T>;
  }

  /** What `find` finds as soon as it does, looking after each event. Fails where the stream closes before. */
  until<Found>(find: () => Found | undefined): Promise<Found> {
    return this.#blocks.until(find, "that");
  }

  leave(): void {
    this.#leaving.abort();
  }

  #take(block: string): void {
    const [, name, data = ""] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
    if (name === undefined) return;
    const event = parseOperatorEvent(data);
    if (event === undefined || event.type !== name) throw new Error(`This is no event ${name}: ${data}`);
    this.events.push(event);
    if (event.type === "overview") return;
    for (const session of event.type === "sessions" ? event.sessions : event.changed)
      this.sessions.set(session.sessionId, session);
    if (event.type === "changes") for (const id of event.gone) this.sessions.delete(id);
  }
}

/** Opens the stream, signed in by these headers. */
export async function readOperatorStream(
  proxy: Pick<ProxyUnderTest, "url" | "scan">,
  headers: Headers,
): Promise<OperatorReader> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const response = await fetch(`${proxy.url}/api/operators/stream`, { headers, signal: leaving.signal });
  return new OperatorReader(response, leaving, proxy.scan);
}

/** What a request is answered with, as far as a stream that does not end has come to tell how the server stands. */
export async function beginningOf(
  proxy: ProxyUnderTest,
  path: string,
  init: RequestInit,
): ReturnType<ProxyUnderTest["fetch"]> {
  const leaving = new AbortController();
  const response = await fetch(proxy.url + path, { ...init, signal: leaving.signal });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (isStream && /event: overview\n.*\n\n/.test(text)) break;
  }
  leaving.abort();
  proxy.scan.add("an event stream", text);
  return { status: response.status, headers: response.headers, text, json: isStream ? undefined : JSON.parse(text) };
}
