// @vitest-environment happy-dom
import type { InterviewState } from "@interview-proxy/client";
import { type WebRTCManagerHandle, SimpleWebRTCManager, WebRTCManager } from "@interview-proxy/react";
import { createRef } from "react";
import { expect, test, vi } from "vitest";
import { FakeBrowser } from "../../client/test/fakes/fake-browser.ts";
import { FakeStorage } from "../../client/test/fakes/fake-storage.ts";
import { fakeSound } from "./fake-sound.ts";
import { button, mount, press, settled, textOf } from "./mount.tsx";

const SERVER = "ws://interview.test?simulation=true";

test("before the start there is no more than a line, over which the ref starts; it tells the state and stops", async () => {
  fakeSound();
  const browser = new FakeBrowser();
  const ref = createRef<WebRTCManagerHandle>();
  const onStateChange = vi.fn<(state: InterviewState) => void>();
  await mount(<WebRTCManager ref={ref} url={SERVER} environment={browser.environment} onStateChange={onStateChange} />);
  expect(ref.current?.getState()).toBe("idle");
  expect(browser.peers).toHaveLength(0);
  (await browser.nthSocket(1)).open();
  expect(browser.socket.sent).toEqual([]);

  await answered(browser, 1, () => ref.current?.start());
  expect(ref.current?.getState()).toBe("connected");
  expect(browser.sockets).toHaveLength(1);
  const stopped = ref.current?.stop();
  await settled(async () => browser.socket.serverCloses(1000));
  await settled(async () => stopped);
  expect(ref.current?.getState()).toBe("disconnected");
  expect(onStateChange.mock.calls.map(([state]) => state)).toEqual([
    "requesting_microphone",
    "signalling",
    "connecting",
    "connected",
    "disconnecting",
    "disconnected",
  ]);
});

test("reconnect() ends the interview there is and begins another one", async () => {
  fakeSound();
  const browser = new FakeBrowser();
  const ref = createRef<WebRTCManagerHandle>();
  await mount(<WebRTCManager ref={ref} url={SERVER} environment={browser.environment} />);
  await answered(browser, 1, () => ref.current?.start());
  const first = browser.socket;
  await answered(browser, 2, () => {
    const again = ref.current?.reconnect();
    first.serverCloses(1000);
    return again;
  });
  expect(first.sentTypes.at(-1)).toBe("disconnect");
  expect(browser.sockets).toHaveLength(2);
  expect(ref.current?.getState()).toBe("connected");
});

test("autoStart continues an interview that the tab has kept, and does not end it by beginning another", async () => {
  fakeSound();
  const browser = new FakeBrowser();
  browser.sessionStorage = new FakeStorage();
  const { show, container } = await mount(<WebRTCManager url={SERVER} environment={browser.environment} autoStart />);
  await answered(browser, 1);
  await settled(async () => void browser.page.dispatchEvent(new Event("pagehide")));

  // The page is loaded again: the same tab, another document.
  const again = new FakeBrowser();
  again.sessionStorage = browser.sessionStorage;
  await show(<WebRTCManager key="again" url={SERVER} environment={again.environment} autoStart />);
  const socket = await again.nthSocket(1);
  await settled(async () => {
    socket.open();
    await socket.sentType("init");
  });
  expect(socket.sent.find(({ type }) => type === "init")).toMatchObject({ resumeToken: "resume-me" });
  expect(textOf(container)).not.toContain("Start a new one");
});

test("the simple panel connects by its button", async () => {
  fakeSound();
  const browser = new FakeBrowser();
  const { container } = await mount(<SimpleWebRTCManager url={SERVER} environment={browser.environment} />);
  await answered(browser, 1, () => button(container, "Connect").click());
  expect(container.querySelector("[data-state]")?.getAttribute("data-state")).toBe("connected");
  expect(textOf(container.querySelector('[role="status"]'))).toBe("Connected. The interviewer can hear you.");
});

test("a line that was opened ahead goes with the component", async () => {
  const browser = new FakeBrowser();
  const { unmount } = await mount(<SimpleWebRTCManager url={SERVER} environment={browser.environment} />);
  const socket = await browser.nthSocket(1);
  socket.open();
  await unmount();
  expect(socket.closeCode).toBe(1000);
  expect(socket.sent).toEqual([]);
});

test("nobody is told of a line that could not be opened ahead, and the interview begins as without", async () => {
  fakeSound();
  const browser = new FakeBrowser();
  const { container } = await mount(<SimpleWebRTCManager url={SERVER} environment={browser.environment} />);
  const before = textOf(container);
  const socket = await browser.nthSocket(1);
  await settled(() => socket.serverCloses(1006));
  expect(textOf(container)).toBe(before);
  await settled(async () => {
    button(container, "Connect").click();
    (await browser.nthSocket(2)).open();
    await browser.socket.sentType("init");
  });
});

test("no line is opened ahead where that may redeem an invitation", async () => {
  const browser = new FakeBrowser();
  const token = vi.fn<() => Promise<string>>(() => new Promise(() => {}));
  await mount(<WebRTCManager url={SERVER} environment={browser.environment} token={token} />);
  expect([browser.sockets.length, token.mock.calls.length]).toEqual([0, 0]);
});

test("where devices are checked first, the line is opened after the check", async () => {
  const browser = new FakeBrowser();
  const { container } = await mount(<WebRTCManager url={SERVER} environment={browser.environment} preCheck />);
  expect(browser.sockets).toHaveLength(0);
  browser.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
  await press(button(container, "Check my device"));
  // The check has a socket of its own.
  await settled(async () => (await browser.nthSocket(1)).serverCloses(1006));
  await settled(() => browser.nthSocket(2));
  expect(textOf(container)).toContain("Check again");
  const line = browser.socket;
  await settled(async () => {
    line.open();
    button(container, "Start the interview").click();
    await line.sentType("init");
  });
  expect(browser.sockets).toHaveLength(2);
});

/** Begins the n-th call of the browser, and lets the server answer until the line carries sound. */
async function answered(browser: FakeBrowser, n: number, begin?: () => unknown): Promise<void> {
  await settled(async () => {
    const begun = begin?.();
    await browser.nthPeer(n);
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await begun;
  });
}
