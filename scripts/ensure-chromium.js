// Runs before the tests: they need a Chromium, and a missing browser must be installed or named, never skipped over.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

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
    installWithApt();
  }
  if (findChromium() !== undefined) return;
  console.error(advice);
  process.exitCode = 1;
}

/** Installs Chromium where that needs no password; anywhere else it does nothing. */
function installWithApt() {
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!runs([...prefix, "apt-get", "--version"], "ignore")) return;
  console.log("Chromium is missing; installing it with apt-get …");
  runs([...prefix, "apt-get", "update"], "inherit");
  runs([...prefix, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"], "inherit");
}

function runs([command, ...args], stdio) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio, env }).status === 0;
}

if (process.argv[1] === import.meta.filename) ensureChromium();
