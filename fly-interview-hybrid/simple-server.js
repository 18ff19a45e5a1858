// `node simple-server.js`: the proxy in simulation mode on port 3001, with no build step of the user's own.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

execFileSync(process.execPath, [fileURLToPath(new URL("scripts/build.js", import.meta.url))], { stdio: "inherit" });

// The guide's `.env` names port 8080 for `npm start`; both servers can run side by side because this one ignores it.
const { run } = await import("./dist/run.js");
await run({ simulationOnly: true, defaultPort: 3001, ignoreEnvFilePort: true });
