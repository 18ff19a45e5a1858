// `npm run demo`: builds, starts the proxy in simulation mode with the page, and says where to look.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const proxy = new URL("../fly-interview-hybrid/", import.meta.url);

execFileSync(process.execPath, [fileURLToPath(new URL("scripts/build.js", proxy))], { stdio: "inherit" });

const { run } = await import(new URL("dist/run.js", proxy).href);
const port = await run({ simulationOnly: true, defaultPort: 8080, ignoreEnvFilePort: true });
console.log(`
  The interview is simulated; no key is needed. Open this page and press "Start Connection":

    http://localhost:${port}/simple-webrtc-test

  Ctrl-C ends it.
`);
