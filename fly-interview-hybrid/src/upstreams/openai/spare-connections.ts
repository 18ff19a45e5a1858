import { connect, isIP, type Socket } from "node:net";
import { connect as connectWithTls } from "node:tls";
import type { Clock } from "../../clock.ts";
import type { CallCreation } from "../upstream.ts";

/**
 * One is opened once a create takes longer than this, in milliseconds. Where calls are there sooner, its round trips are short too, and
 * opening it would only keep the call's own answer waiting.
 */
const OPEN_AFTER_MS = 5;

/** Longest that a connection waits for its sideband after its call was made, in milliseconds. */
const KEPT_MS = 5000;

/** So many calls are being made at once where each has one; beyond, a sideband opens its own. */
const MAX_SPARES = 64;

interface Spare {
  readonly socket: Socket;
  readonly cancel: () => void;
}

/**
 * Connections for sidebands, opened while their calls are being made. A sideband can be attached only once the call is there, and is what
 * asks for the interviewer's first words: without one it would take two round trips more, for TCP and for TLS, than the audio line has.
 */
export class SpareConnections {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #isSecure: boolean;
  readonly #clock: Clock;
  readonly #spares = new Set<Spare>();

  /** @param baseUrl - of the API, such as `https://api.openai.com/v1` */
  constructor(baseUrl: string, clock: Clock) {
    const { protocol, hostname, port } = new URL(baseUrl);
    this.#isSecure = protocol === "https:";
    this.#address = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (this.#isSecure ? 443 : 80) };
    this.#clock = clock;
  }

  /** Opens one where this call takes its time, and lets go of it where there will be none. Returns what it was given. */
  openFor<Creation extends Pick<CallCreation, "call">>(creation: Creation): Creation {
    const cancel = this.#clock.after(OPEN_AFTER_MS, () => this.#open(creation.call));
    void creation.call.then(cancel, cancel);
    return creation;
  }

  /** The one that has been there longest; the caller's from then on. */
  take(): Socket | undefined {
    const [spare] = this.#spares;
    if (spare === undefined) return undefined;
    this.#forget(spare);
    return spare.socket;
  }

  /** Lets go of all of them. */
  close(): void {
    for (const { socket } of this.#spares) socket.destroy();
  }

  #open(call: Promise<unknown>): void {
    if (this.#spares.size >= MAX_SPARES) return;
    const { host } = this.#address;
    const socket = this.#isSecure
      ? connectWithTls({ ...this.#address, servername: isIP(host) === 0 ? host : "" })
      : connect(this.#address);
    let cancelTimer = (): void => undefined;
    const spare: Spare = { socket, cancel: () => cancelTimer() };
    this.#spares.add(spare);
    // Whoever takes it hears of its end; before that, nobody misses it.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#forget(spare));
    const letGo = (): void => {
      if (this.#forget(spare)) socket.destroy();
    };
    const keepForNow = (): void => {
      if (this.#spares.has(spare)) cancelTimer = this.#clock.after(KEPT_MS, letGo);
    };
    void call.then(keepForNow, letGo);
  }

  #forget(spare: Spare): boolean {
    spare.cancel();
    return this.#spares.delete(spare);
  }
}
