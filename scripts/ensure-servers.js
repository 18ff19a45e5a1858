// Runs before the tests: they start a Postgres, a Redis, a Prometheus and an Alertmanager of their own. One that is missing must be installed or named,
// never skipped over.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { installWithApt } from "./install-with-apt.js";

/** Debian keeps the programs of each version of Postgres apart, and puts only some of them on the PATH. */
const debianPostgres = "/usr/lib/postgresql";

const servers = [
  { name: "Postgres", find: findPostgres, debian: "postgresql", brew: "postgresql" },
  { name: "Redis", find: findRedis, debian: "redis-server", brew: "redis" },
  { name: "Prometheus", find: findPrometheus, debian: "prometheus", brew: "prometheus" },
  { name: "Alertmanager", find: findAlertmanager, debian: "prometheus-alertmanager", brew: "alertmanager" },
];

export function findPostgres() {
  const folders = [...onPath(), ...postgresVersions().map((version) => join(debianPostgres, version, "bin"))];
  return folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))));
}

export function findRedis() {
  return findProgram("redis-server");
}

/** `promtool`, which tests rules, is beside it. */
export function findPrometheus() {
  return findProgram("promtool") && findProgram("prometheus");
}

/** Debian has given it a name of its own. `amtool`, which checks its settings, is beside it. */
export function findAlertmanager() {
  return findProgram("amtool") && (findProgram("prometheus-alertmanager") ?? findProgram("alertmanager"));
}

function findProgram(name) {
  return onPath()
    .map((folder) => join(folder, name))
    .find((program) => existsSync(program));
}

function onPath() {
  return (process.env.PATH ?? "").split(delimiter);
}

/** Newest first. */
function postgresVersions() {
  if (!existsSync(debianPostgres)) return [];
  return readdirSync(debianPostgres).toSorted((a, b) => Number(b) - Number(a));
}

function ensureServers() {
  for (const { name, find, debian } of servers) {
    if (find() === undefined) installWithApt(name, [debian]);
  }
  for (const { name, debian, brew } of servers.filter(({ find }) => find() === undefined)) {
    console.error(`The tests start a ${name} of their own and found none. Install it, then run the command again:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --yes ${debian}
  macOS:           brew install ${brew}
  elsewhere:       install ${name} so that its programs are on the PATH`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) ensureServers();
