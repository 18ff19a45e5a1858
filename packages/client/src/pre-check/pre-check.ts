import { type BrowserEnvironment, browserEnvironment } from "../environment.ts";
import { createStore, type Readable } from "../store.ts";
import { checkCalls } from "./calls.ts";
import { type Check, type CheckId, found, foundProblem, type Outcome, type Report } from "./check.ts";
import type { CheckContext } from "./check-context.ts";
import type { PreCheckOptions } from "./pre-check-options.ts";
import { checkServer, checkWebSocket, clockOutcome } from "./server.ts";
import { checkSound } from "./sound.ts";

export type { Check, CheckCode, CheckFigures, CheckId, CheckStatus } from "./check.ts";
export type { PreCheckOptions } from "./pre-check-options.ts";

/** Tries out, before an interview, all that it needs: the real way, by the server's own doors. */
export interface PreCheck extends Readable<readonly Check[]> {
  /** Does all checks anew, or joins those under way; to be called from a click. Resolves with how they ended; never rejects. */
  run(): Promise<readonly Check[]>;
  /** The person has heard the test sound, or has not. Counts once it was played. */
  confirmSound(isHeard: boolean): void;
  /** Stops, and lets go of everything. May be called again. */
  close(): void;
}

const IDS: readonly CheckId[] = ["browser", "microphone", "playback", "http", "websocket", "clock", "udp", "tcp"];

const WAITING: readonly Check[] = IDS.map((id) => ({ id, status: "waiting", figures: {} }));

/** Makes a check. Nothing is touched before `run()`. */
export function preCheck(options: PreCheckOptions): PreCheck {
  const store = createStore(WAITING);
  const closed = new AbortController();
  const { signal } = closed;
  const context: CheckContext = { options, environment: browserEnvironment(options.environment ?? {}), signal };
  let running: Promise<void> | undefined;

  const reportOf =
    (id: CheckId): Report =>
    (outcome) => {
      if (!signal.aborted)
        store.set(store.getSnapshot().map((check) => (check.id === id ? { ...check, ...outcome } : check)));
    };
  const skip = (...ids: CheckId[]) => ids.forEach((id) => reportOf(id)({ status: "skipped" }));

  /** Whatever goes wrong in a check is its outcome. */
  async function perform(id: CheckId, check: (report: Report) => Promise<Outcome> | Outcome): Promise<boolean> {
    const report = reportOf(id);
    report({ status: "running" });
    try {
      report(await check(report));
    } catch (error) {
      report(foundProblem("failed", error));
    }
    return store.getSnapshot().find((each) => each.id === id)?.status !== "failed";
  }

  async function runAll(): Promise<void> {
    store.set(WAITING);
    const isUsable = await perform("browser", () => browserOutcome(context.environment));
    if (!isUsable) return skip("microphone", "playback", "http", "websocket", "clock", "udp", "tcp");
    await Promise.all([checkSound(context, perform), checkNetwork()]);
  }

  async function checkNetwork(): Promise<void> {
    const server = checkServer(context);
    const webSocket = perform("websocket", async () => checkWebSocket(context, server));
    const isReached = await perform("http", async () => (await server).outcome);
    const { description, clockAheadMs } = await server.catch(() => ({
      description: undefined,
      clockAheadMs: undefined,
    }));
    if (!isReached || description === undefined) skip("clock", "udp", "tcp");
    else {
      await perform("clock", () => clockOutcome(clockAheadMs));
      await checkCalls(context, description, perform);
    }
    await webSocket;
  }

  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    async run() {
      if (!signal.aborted) running ??= runAll().finally(() => (running = undefined));
      await running;
      return store.getSnapshot();
    },
    confirmSound(isHeard) {
      const status = store.getSnapshot().find(({ id }) => id === "playback")?.status;
      if (status === "waiting" || status === "running") return;
      reportOf("playback")(isHeard ? WELL : found("failed", "PLAYBACK_NOT_HEARD"));
    },
    close() {
      closed.abort();
    },
  };
}

const WELL: Outcome = { status: "passed", detail: undefined, message: undefined, nextStep: undefined };

function browserOutcome({ RTCPeerConnection, WebSocket, mediaDevices }: BrowserEnvironment): Outcome {
  const pieces: readonly unknown[] = [RTCPeerConnection, WebSocket];
  if (pieces.includes(undefined)) return found("failed", "BROWSER_UNSUPPORTED");
  // Browsers hide the devices from a page that came without https.
  return mediaDevices() ? { status: "passed" } : found("failed", "PAGE_INSECURE");
}
