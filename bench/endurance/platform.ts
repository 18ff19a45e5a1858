import { setTimeout as pause } from "node:timers/promises";
import type { SessionDetails, SessionList, SessionTicket } from "@interview-proxy/protocol";

/** The platform is known by it; the proxies of endurance runs know it as SERVICE_TOKEN. */
export const SERVICE_TOKEN = "endurance-service-token-0123456789abcdef";

const LOOK_EVERY_MS = 1000;

/** An interview that has not ended so long after it should have will never end. */
const PATIENCE_MS = 600_000;

/** The platform's backend, which tries again what fails: its proxy may be down for a moment. */
export class Platform {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Creates a session for a person; returns the ticket. */
  async invite(person: string): Promise<string> {
    const { ticket } = await this.#read<SessionTicket>("POST", "", { person });
    return ticket;
  }

  async end(sessionId: string): Promise<void> {
    await this.#tell("POST", `/${sessionId}/end`, {});
  }

  async delete(sessionId: string): Promise<void> {
    await this.#tell("DELETE", `/${sessionId}`);
  }

  list(query = ""): Promise<SessionList> {
    return this.#read<SessionList>("GET", query);
  }

  async listAll(): Promise<SessionList["sessions"]> {
    const all: SessionList["sessions"] = [];
    let cursor = "";
    do {
      const page = await this.list(`?limit=200${cursor}`);
      all.push(...page.sessions);
      cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== "");
    return all;
  }

  details(sessionId: string): Promise<SessionDetails> {
    return this.#read<SessionDetails>("GET", `/${sessionId}`);
  }

  /** As it is served, byte by byte. */
  async transcript(sessionId: string): Promise<Buffer> {
    return this.#readBytes("GET", `/${sessionId}/transcript`);
  }

  /** Reads the stream of a session's events until the signal is aborted; returns how many bytes came. */
  async follow(sessionId: string, signal: AbortSignal): Promise<number> {
    let bytes = 0;
    try {
      const { body } = await this.#ask("GET", `/${sessionId}/events`, undefined, signal);
      for await (const chunk of body ?? []) bytes += (chunk as Uint8Array).length;
    } catch {
      // It was aborted, or the server went away.
    }
    return bytes;
  }

  /** Waits until a session has ended; ends it when the signal is aborted. Throws where it does not end. */
  async untilEnded(sessionId: string, closing: AbortSignal): Promise<void> {
    const givenUpAt = performance.now() + PATIENCE_MS;
    while ((await this.details(sessionId)).status !== "ended") {
      if (closing.aborted) await this.delete(sessionId);
      if (performance.now() > givenUpAt) throw new Error(`The session ${sessionId} does not end.`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async #tell(method: string, path: string, body?: object): Promise<void> {
    // Whoever comes too late finds it ended, which is what was wanted.
    await (await this.#ask(method, path, body)).arrayBuffer();
  }

  async #read<T>(method: string, path: string, body?: object): Promise<T> {
    return JSON.parse((await this.#readBytes(method, path, body)).toString("utf8")) as T;
  }

  async #readBytes(method: string, path: string, body?: object): Promise<Buffer> {
    for (;;) {
      const response = await this.#ask(method, path, body);
      if (response.ok) return Buffer.from(await response.arrayBuffer());
      const text = await response.text();
      if (response.status < 500) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  /** Resolves with an answer, whatever it is. */
  async #ask(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    const address = `http://127.0.0.1:${this.#port}/api/sessions${path}`;
    // A connection for each, so that the proxy has none left when all is over.
    const headers = { authorization: `Bearer ${SERVICE_TOKEN}`, connection: "close" };
    const init = {
      method,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    const givenUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await fetch(address, init);
      } catch (error) {
        if (signal?.aborted === true || performance.now() > givenUpAt) throw error;
        await pause(LOOK_EVERY_MS);
      }
    }
  }
}
