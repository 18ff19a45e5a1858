import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { repository } from "./fresh-copy.ts";

/** The image that runs before a deployment. */
export const RUNNING_IMAGE = "registry.fly.io/interview-sdp-proxy:deployment-1";

/** What the stand-in for `openssl` makes. */
export const GENERATED = "5e".repeat(32);

/** How Fly.io, this machine and the new version behave. Without a word: all is there, and all goes well. */
export interface Situation {
  /** Programs that are not installed. */
  readonly without?: readonly string[];
  readonly isSignedIn?: boolean;
  readonly isClean?: boolean;
  readonly testsPass?: boolean;
  readonly appExists?: boolean;
  /** Names of the secrets that the app has. */
  readonly secrets?: readonly string[];
  readonly deploys?: boolean;
  readonly becomesReady?: boolean;
  readonly canaryPasses?: boolean;
  /** The version before gets ready again, where it is deployed. */
  readonly oldOneWorks?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: string;
  /** What is typed at a terminal; without it there is none. */
  readonly typed?: string;
}

export interface Deployment {
  readonly status: number | null;
  readonly output: string;
  /** Command lines of the programs that it ran, in their order. */
  readonly calls: readonly string[];
  /** What `fly secrets import` was given. */
  readonly imported: string;
  /** Where a text was seen that nobody may see: command lines of any process, environments of programs, files left behind. */
  readonly leaks: (text: string) => readonly string[];
}

/** What the script and the shell need of the system itself. */
const SYSTEM = ["bash", "sh", "sed", "tr", "cut", "dirname", "basename", "cat", "env", "script"];

/**
 * Runs deploy.sh with programs that write down how they are called, by whom and with what environment, and answer as the
 * situation has it.
 */
export function deploy(situation: Situation): Deployment {
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [programs, seen, home] = ["programs", "seen", "home"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [programs, seen, home]) mkdirSync(path);
  for (const name of SYSTEM) symlinkSync(pathOf(name), join(programs, name));
  symlinkSync(process.execPath, join(programs, "node"));
  for (const [name, body] of Object.entries(standIns(situation, seen))) {
    writeFileSync(join(programs, name), record(seen) + body);
    chmodSync(join(programs, name), 0o755);
  }
  for (const name of situation.without ?? []) rmSync(join(programs, name));

  const line = `./deploy.sh ${situation.options ?? ""}`;
  const [command, args] =
    situation.typed === undefined ? ["sh", ["-c", line]] : ["script", ["-qec", line, "/dev/null"]];
  const { status, stdout, stderr } = spawnSync(join(programs, command), args, {
    cwd: join(repository, "fly-interview-hybrid"),
    env: { PATH: programs, HOME: home, TMPDIR: home, ...situation.env },
    input: situation.typed ?? "",
    encoding: "utf8",
  });
  const read = (name: string): string => (existsSync(join(seen, name)) ? readFileSync(join(seen, name), "utf8") : "");
  return {
    status,
    output: stdout + stderr,
    calls: read("calls").split("\n").filter(Boolean),
    imported: read("imported"),
    leaks: (text) => [
      ...["command-lines", "environments"].filter((name) => read(name).includes(text)),
      ...readdirSync(home).filter((name) => readFileSync(join(home, name), "utf8").includes(text)),
    ],
  };
}

/** Each program first writes down its own call, all command lines of the machine, and its environment. */
function record(seen: string): string {
  return `#!/bin/sh
echo "$(basename "$0") $*" >>"${seen}/calls"
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>"${seen}/command-lines"
env >>"${seen}/environments"
`;
}

function standIns(situation: Situation, seen: string): Record<string, string> {
  const { isSignedIn = true, isClean = true, testsPass = true, appExists = true, secrets = [] } = situation;
  const { deploys = true, becomesReady = true, canaryPasses = true, oldOneWorks = true } = situation;
  const exit = (ok: boolean): string => `exit ${ok ? 0 : 1}`;
  const machines = JSON.stringify([{ id: "1", config: { image: RUNNING_IMAGE } }]);
  const listed = secrets.map((name) => ` ${name}\t│ 0123456789abcdef │ 1h ago `).join("\n");
  return {
    fly: `
case "$1 $2" in
  "auth whoami") ${exit(isSignedIn)};;
  "status --app") ${exit(appExists)};;
  "secrets list") echo "${listed}";;
  "secrets import") cat >>"${seen}/imported";;
  "machine list") echo '${machines}';;
  "deploy .") echo new >"${seen}/version"; ${exit(deploys)};;
  "deploy --image") echo old >"${seen}/version";;
  "ssh console") ${exit(canaryPasses)};;
esac
`,
    curl: `if [ "$(cat "${seen}/version")" = new ]; then ${exit(becomesReady)}; else ${exit(oldOneWorks)}; fi\n`,
    git: isClean ? "" : `echo " M README.md"\n`,
    npm: `[ "$*" != test ] || ${exit(testsPass)}\n`,
    openssl: `echo ${GENERATED}\n`,
  };
}

function pathOf(program: string): string {
  return execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim();
}
