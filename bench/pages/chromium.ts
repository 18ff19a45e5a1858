import { type Browser, chromium } from "playwright-core";

/** Where Chromium is. */
export function chromiumPath(): string {
  return process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
}

/** Starts Chromium with a microphone that plays a file, and asks nobody for it. */
export function launchChromium(microphone: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${microphone}`,
      "--autoplay-policy=no-user-gesture-required",
      ...args,
    ],
  });
}
