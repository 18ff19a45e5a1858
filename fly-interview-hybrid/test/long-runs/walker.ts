import type { Clock } from "../../src/clock.ts";
import { pause } from "../../src/pause.ts";
import type { SocketClient } from "../doors/socket-client.ts";
import { type ProxyUnderTest, tokenFor } from "../doors/start-proxy.ts";
import { audioOffer } from "../sample-sdp.ts";
import type { Step, Walk } from "./random-walks.ts";

interface Ticket {
  readonly sessionId: string;
  readonly resumeToken: string;
}

/** One person with a browser, who does the steps of a walk, whatever comes of them. */
export class Walker {
  readonly #person: string;
  readonly #clock: Clock;
  readonly #proxy: () => ProxyUnderTest;
  readonly #requests: Promise<void>[] = [];
  #client: SocketClient | undefined;
  #ticket: Ticket | undefined;

  /** `proxy`: the one that runs at the moment. */
  constructor(person: string, clock: Clock, proxy: () => ProxyUnderTest) {
    this.#person = person;
    this.#clock = clock;
    this.#proxy = proxy;
  }

  /** Fulfilled when the walk is over, and every request of it answered or given up. */
  async walk({ startsAfterMs, steps }: Walk): Promise<void> {
    await pause(this.#clock, startsAfterMs);
    for (const step of steps) {
      await this.#do(step);
      if (step.act !== "exchange_and_leave") await pause(this.#clock, step.ms);
    }
    await Promise.all(this.#requests);
  }

  async #do({ act, ms }: Step): Promise<void> {
    switch (act) {
      case "open":
        return void (await this.#connect());
      case "offer":
        return (this.#client ?? (await this.#connect())).send({ type: "sdp_offer", offer: audioOffer });
      case "exchange":
        return this.#exchange();
      case "exchange_and_leave":
        return this.#exchangeAndLeave(ms);
      case "come_back":
        return this.#comeBack();
      case "ping":
        return this.#client?.send({ type: "ping" });
      case "babble":
        return this.#client?.sendRaw("{");
      case "freeze":
        // Reads nothing any more, and so answers no heartbeat.
        return this.#client?.socket.pause();
      case "close":
        return this.#client?.socket.close(1000);
      case "vanish":
        return this.#client?.socket.terminate();
      case "disconnect":
        return this.#client?.send({ type: "disconnect" });
      case "delete":
        return this.#delete();
    }
  }

  async #connect(): Promise<SocketClient> {
    this.#client = await this.#proxy().connectAs(this.#person);
    this.#client.send({ type: "init" });
    return this.#client;
  }

  #comeBack(): void {
    const ticket = this.#lastTicket();
    if (ticket === undefined) return;
    this.#client = this.#proxy().connect("/", ["bearer", ticket.resumeToken]);
    this.#client.send({ type: "init", resumeToken: ticket.resumeToken, lastSeq: 0 });
  }

  async #exchange(signal?: AbortSignal): Promise<void> {
    const headers = { authorization: `Bearer ${await tokenFor(this.#person)}`, "content-type": "application/json" };
    const body = JSON.stringify({ sdpOffer: audioOffer });
    const init = { method: "POST", headers, body, ...(signal === undefined ? {} : { signal }) };
    this.#requests.push(this.#ask("/api/sdp-exchange", init));
  }

  async #exchangeAndLeave(afterMs: number): Promise<void> {
    const departure = new AbortController();
    await this.#exchange(departure.signal);
    await pause(this.#clock, afterMs);
    departure.abort();
  }

  #delete(): void {
    const ticket = this.#lastTicket();
    if (ticket === undefined) return;
    const headers = { authorization: `Bearer ${ticket.resumeToken}` };
    this.#requests.push(this.#ask(`/api/sessions/${ticket.sessionId}`, { method: "DELETE", headers }));
  }

  async #ask(path: string, init: RequestInit): Promise<void> {
    try {
      const { status, json } = await this.#proxy().fetch(path, init);
      if (status === 200) this.#ticket = json as Ticket;
    } catch {
      // The client has left, or there is no proxy at the moment.
    }
  }

  /** What the person has of the last session that it knows of. */
  #lastTicket(): Ticket | undefined {
    const initialized = this.#client?.messages.findLast((message) => message.type === "initialized");
    return initialized ?? this.#ticket;
  }
}
