import type { InterviewCall } from "@interview-proxy/client";
import { expect, vi } from "vitest";
import { type FakeBrowser, INITIALIZED } from "./fake-browser.ts";
import type { FakeSocket } from "./fake-socket.ts";

/** The client's first socket after the loss of the one before; the client makes it at once. */
export function reopenedAtOnce(browser: FakeBrowser): FakeSocket {
  const before = browser.sockets.length;
  vi.advanceTimersByTime(1);
  expect(browser.sockets).toHaveLength(before + 1);
  return browser.socket;
}

export function comesBack(socket: FakeSocket, change: object = {}): void {
  socket.open();
  socket.receive({ type: "welcome", protocol: 1, simulation: true });
  socket.receive({ ...INITIALIZED, resumed: true, ...change });
}

export function failure(code: string, retryable: boolean, facts: object = {}): object {
  return { type: "error", code, message: "What happened. What to do.", retryable, requestId: "req-1", ...facts };
}

export function turn(n: number, seq = n): object {
  const times = { startedAt: null, endedAt: null };
  return { type: "turn", seq, id: `t${n}`, n, role: "candidate", text: `Turn ${n}.`, status: "complete", ...times };
}

export function captionsOf(client: InterviewCall): string[] {
  return client.getSnapshot().captions.map(({ text }) => text);
}
