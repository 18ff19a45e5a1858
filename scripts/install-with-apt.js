import { spawnSync } from "node:child_process";
import process from "node:process";

/** Installs Debian packages where that needs no password; anywhere else it does nothing. `what` is missing. */
export function installWithApt(what, packages) {
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!runs([...prefix, "apt-get", "--version"], "ignore")) return;
  console.log(`${what} is missing; installing it with apt-get …`);
  runs([...prefix, "apt-get", "update"], "inherit");
  // Another installation may be at work, on a server that keeps itself up to date for one.
  const options = ["--yes", "--no-install-recommends", "--option=DPkg::Lock::Timeout=120"];
  runs([...prefix, "apt-get", "install", ...options, ...packages], "inherit");
}

function runs([command, ...args], stdio) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio, env }).status === 0;
}
