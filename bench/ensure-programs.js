// Runs before the benchmarks: nginx and wrk, which some of them start, are installed where they are missing and that needs no
// password.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { installWithApt } from "../scripts/install-with-apt.js";

const programs = [
  { name: "nginx", debian: "nginx-light", version: "-v" },
  { name: "wrk", debian: "wrk", version: "--version" },
];
const isMissing = ({ name, version }) => spawnSync(name, [version], { stdio: "ignore" }).error !== undefined;

for (const { name, debian } of programs.filter(isMissing)) installWithApt(name, [debian]);
for (const { name, debian } of programs.filter(isMissing)) {
  console.error(`The benchmarks need ${name}: sudo apt-get update && sudo apt-get install --yes ${debian}`);
  process.exitCode = 1;
}
