import { existsSync } from "node:fs";
import process from "node:process";
import { installWithApt } from "./install-with-apt.js";

/**
 * The program of a browser on this machine, or undefined. Where the environment variable `variable` is set, it is the only
 * place looked at; else the first of `usualPaths` that is there.
 */
export function findBrowser({ variable, usualPaths }) {
  const named = process.env[variable];
  return (named ? [named] : usualPaths).find((path) => existsSync(path));
}

/** A browser that the tests need and that is missing must be installed or named, never skipped over. */
export function ensureBrowser(browser) {
  const { name, variable, debian, brew } = browser;
  if (findBrowser(browser) !== undefined) return;
  if (process.env[variable]) {
    console.error(`${variable} is set to ${process.env[variable]}, where there is no file.`);
  } else {
    installWithApt(name, [debian]);
  }
  if (findBrowser(browser) !== undefined) return;
  console.error(`The tests need ${name} and found none. Install it in one of these ways, then run the command again:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes ${debian}
  macOS:           brew install --cask ${brew}
  elsewhere:       install ${name} and set ${variable} to the path of its program`);
  process.exitCode = 1;
}
