import { run } from "./run.ts";

await run({ simulationOnly: process.argv.includes("--simulation") });
