// Runs before the tests: what must work in every browser is tested in Firefox too.
import process from "node:process";
import { ensureBrowser, findBrowser } from "./ensure-browser.js";

const firefox = {
  name: "Firefox",
  variable: "FIREFOX_PATH",
  usualPaths: [
    "/usr/bin/firefox-esr",
    "/usr/bin/firefox",
    "/snap/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
  ],
  debian: "firefox-esr",
  brew: "firefox",
};

export const findFirefox = () => findBrowser(firefox);

if (process.argv[1] === import.meta.filename) ensureBrowser(firefox);
