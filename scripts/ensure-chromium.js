// Runs before the tests: they need a Chromium, and a missing browser must be installed or named, never skipped over.
import { existsSync } from "node:fs";
import process from "node:process";
import { installWithApt } from "./install-with-apt.js";

const usualPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const advice = `The tests need Chromium and found none. Install it in one of these ways, then run the command again:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes chromium
  macOS:           brew install --cask chromium
  elsewhere:       install Chromium or Chrome and set CHROMIUM_PATH to the path of its program`;

export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  return (named ? [named] : usualPaths).find((path) => existsSync(path));
}

function ensureChromium() {
  if (findChromium() !== undefined) return;
  if (process.env.CHROMIUM_PATH) {
    console.error(`CHROMIUM_PATH is set to ${process.env.CHROMIUM_PATH}, where there is no file.`);
  } else {
    installWithApt("Chromium", ["chromium"]);
  }
  if (findChromium() !== undefined) return;
  console.error(advice);
  process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) ensureChromium();
