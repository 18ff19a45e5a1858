// Runs before the tests, most of which need a Chromium.
import process from "node:process";
import { ensureBrowser, findBrowser } from "./ensure-browser.js";

const chromium = {
  name: "Chromium",
  variable: "CHROMIUM_PATH",
  usualPaths: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  debian: "chromium",
  brew: "chromium",
};

export const findChromium = () => findBrowser(chromium);

if (process.argv[1] === import.meta.filename) ensureBrowser(chromium);
