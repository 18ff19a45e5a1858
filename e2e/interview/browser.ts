import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { findChromium } from "../../scripts/ensure-chromium.js";

export const ANSWER_WAV: string = fileURLToPath(new URL("../assets/candidate-answer.wav", import.meta.url));

export interface BrowserOptions {
  /** A WAV file that Chromium's own fake microphone plays over and over; without one the test speaks itself. */
  readonly microphoneFile?: string;
  readonly context?: BrowserContextOptions;
}

/** A page of headless Chromium with a microphone, and everything that reached it. */
export interface Candidate {
  readonly page: Page;
  /** All text the page got: frames of its sockets, bodies of its responses, its console. */
  readonly received: string[];
  /** Speaks the prepared answer into the microphone. */
  speak(): Promise<void>;
  inboundAudio(): Promise<{ readonly packets: number; readonly energy: number }>;
}

/** Opens a browser of its own, which is closed when the test is over. */
export async function openCandidate(options: BrowserOptions = {}): Promise<Candidate> {
  const browser = await launchChromium(options.microphoneFile);
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ permissions: ["microphone"], ...options.context });
  const page = await context.newPage();
  if (options.microphoneFile === undefined) await page.addInitScript({ path: pathOf("fake-microphone.js") });
  await page.addInitScript({ path: pathOf("watched-peers.js") });
  await page.addInitScript({ path: pathOf("watched-status.js") });

  const wav = readFileSync(ANSWER_WAV).toString("base64");
  return {
    page,
    received: recordReceived(page),
    speak: () => page.evaluate(`speak(${JSON.stringify(wav)})`),
    inboundAudio: () => page.evaluate("inboundAudio()"),
  };
}

export function launchChromium(microphoneFile?: string): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("Chromium is missing; `node scripts/ensure-chromium.js` says what to do.");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
      ...(microphoneFile === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphoneFile}`]),
    ],
  });
}

function recordReceived(page: Page): string[] {
  const received: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => received.push(payload.toString()));
    socket.on("framesent", ({ payload }) => received.push(payload.toString()));
  });
  page.on("response", (response) => {
    received.push(JSON.stringify(response.headers()));
    // A response that came while the page was being closed has no body any more.
    response.text().then(
      (text) => received.push(text),
      () => undefined,
    );
  });
  page.on("console", (message) => received.push(message.text()));
  page.on("pageerror", (error) => received.push(`page error: ${error.message}`));
  return received;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
