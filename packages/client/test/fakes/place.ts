import { type Check, type CheckId, type PreCheckOptions, preCheck } from "@interview-proxy/client/pre-check";
import { vi } from "vitest";
import { FakeBrowser } from "./fake-browser.ts";
import type { FakePeerConnection } from "./fake-peer-connection.ts";

/** The server's clock, and this computer's unless a test says otherwise. */
export const NOW = Date.UTC(2030, 0, 1);

export const TCP_RELAY = { urls: "turn:relay.test?transport=tcp", username: "u", credential: "c" };
export const UDP_RELAY = { urls: "turn:relay.test", username: "u", credential: "c" };

export const ANSWER = [
  "v=0",
  "a=candidate:1 1 udp 2130706431 203.0.113.1 3478 typ host",
  "a=candidate:2 1 tcp 1671430143 203.0.113.1 443 typ host tcptype passive",
  "",
].join("\r\n");

/** A place from which somebody checks: everything works, unless a test says otherwise. */
export class Place {
  readonly browser = new FakeBrowser();
  description: object = { time: NOW, testCall: "simulator", iceServers: [], dataChannel: "none" };
  /** What calls get through by; `none`: nothing. */
  ways: readonly ("udp" | "tcp")[] = ["udp", "tcp"];
  isLoud = true;
  isSocketAnswered = true;
  refusal: { readonly door: string; readonly code: string } | undefined;
  readonly posted: { url: string; body: object; authorization: string | undefined }[] = [];
  readonly history: string[] = [];

  constructor() {
    this.browser.fetch = (url, init) => this.#reply(url, init);
  }

  check(options: Partial<PreCheckOptions> = {}) {
    const url = "wss://interview.test?simulation=true";
    const check = preCheck({ url, environment: this.browser.environment, ...options });
    const last = new Map<string, string>();
    check.subscribe(() => {
      for (const { id, status } of check.getSnapshot()) {
        if (last.get(id) !== status && status !== "waiting") this.history.push(`${id} ${status}`);
        last.set(id, status);
      }
    });
    return check;
  }

  /** Runs all checks to their end, which takes no time. */
  async run(options: Partial<PreCheckOptions> = {}) {
    const check = this.check(options);
    const results = await this.through(check.run());
    check.close();
    return new Map<CheckId, Check>(results.map((result) => [result.id, result]));
  }

  async through<T>(work: Promise<T>): Promise<T> {
    const progress = { isDone: false };
    const done = work.finally(() => (progress.isDone = true));
    for (let step = 0; step < 500 && !progress.isDone; step += 1) {
      this.#play();
      await vi.advanceTimersByTimeAsync(100);
    }
    return done;
  }

  /** What happens by itself in a real place. */
  #play(): void {
    for (const context of this.browser.audioContexts) context.sample = this.isLoud ? 0.5 : 0;
    for (const socket of this.browser.sockets) {
      socket.open();
      if (this.isSocketAnswered) socket.receive({ type: "welcome", protocol: 1, simulation: true });
    }
    for (const peer of this.browser.peers) this.#connect(peer);
  }

  #connect(peer: FakePeerConnection): void {
    const { iceTransportPolicy } = peer.configuration;
    if (peer.connectionState !== "new" || peer.local === undefined) return;
    const mayUseUdp = iceTransportPolicy !== "relay" && peer.remote?.sdp?.includes(" udp ") === true;
    const way = this.ways.find((each) => each === "tcp" || mayUseUdp);
    if (peer.remote === undefined || way === undefined) return;
    peer.stats = new Map<string, unknown>([
      [
        "p",
        {
          id: "p",
          type: "candidate-pair",
          nominated: true,
          state: "succeeded",
          currentRoundTripTime: 0.03,
          localCandidateId: "l",
        },
      ],
      ["l", { id: "l", type: "local-candidate", protocol: way }],
    ]);
    peer.becomes("connected");
  }

  #reply(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const { authorization } = init.headers as { authorization?: string };
    this.posted.push({ url, body: JSON.parse(init.body as string) as object, authorization });
    this.browser.time += 40;
    if (this.refusal?.door === pathname) {
      const error = {
        code: this.refusal.code,
        message: "What happened. What to do.",
        retryable: false,
        requestId: "r",
      };
      return Promise.resolve(Response.json({ error }, { status: 400 }));
    }
    return Promise.resolve(
      Response.json(pathname.endsWith("/call") ? { sdpAnswer: ANSWER, seconds: 20 } : this.description),
    );
  }
}

/** What was found by each, or else its status. */
export function statuses(results: ReadonlyMap<CheckId, Check>): Record<string, string> {
  return Object.fromEntries([...results].map(([id, { status, detail }]) => [id, detail ?? status]));
}
