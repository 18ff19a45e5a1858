import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { repository } from "./fresh-copy.ts";

const allSecrets = "OPENAI_API_KEY\nJWT_SECRET\n";

interface Cloud {
  readonly signedIn?: boolean;
  readonly appExists?: boolean;
  readonly secrets?: string;
  readonly healthy?: boolean;
}

describe("./deploy.sh", () => {
  test("deploys from the repository's root, and asks the result for its health", () => {
    const { status, calls, output } = deploy({});
    expect(output).toContain("Deployed: https://fly-interview-hybrid.fly.dev");
    expect(calls).toContain(
      "fly deploy . --config fly-interview-hybrid/fly.toml --dockerfile fly-interview-hybrid/Dockerfile --app fly-interview-hybrid --ha=false",
    );
    expect(calls.at(-1)).toMatch(/^curl .*https:\/\/fly-interview-hybrid\.fly\.dev\/healthz$/);
    expect(status).toBe(0);
  });

  test("creates an app that is not there", () => {
    const { calls } = deploy({ appExists: false });
    expect(calls.indexOf("fly apps create fly-interview-hybrid")).toBeGreaterThan(-1);
  });

  test("accepts a key set in place of a token secret", () => {
    expect(deploy({ secrets: "OPENAI_API_KEY\nJWT_JWKS_URL\n" }).status).toBe(0);
  });

  test.each<[missing: string, cloud: Cloud, advice: string]>([
    ["a sign-in", { signedIn: false }, "auth login"],
    ["OPENAI_API_KEY", { secrets: "JWT_SECRET\n" }, "OPENAI_API_KEY=%s"],
    ["JWT_SECRET", { secrets: "OPENAI_API_KEY\n" }, "JWT_SECRET=%s"],
    ["a whole name, not a part of one", { secrets: "OLD_OPENAI_API_KEY\nJWT_SECRET\n" }, "OPENAI_API_KEY=%s"],
  ])("says what to do and deploys nothing without %s", (_missing, cloud, advice) => {
    const { status, calls, output } = deploy(cloud);
    expect(output).toContain(advice);
    expect(calls.filter((call) => call.startsWith("fly deploy"))).toEqual([]);
    expect(status).toBe(1);
  });

  test("says so when flyctl is not installed", () => {
    const { status, output } = runScript(emptyFolder());
    expect(output).toContain("flyctl is not installed");
    expect(status).toBe(1);
  });

  test("fails when the deployed proxy does not answer", () => {
    const { status, output } = deploy({ healthy: false });
    expect(output).toContain("fly logs");
    expect(status).toBe(1);
  });
});

/** Runs the script with a `fly` and a `curl` that write down how they are called and answer as the cloud would. */
function deploy({ signedIn = true, appExists = true, secrets = allSecrets, healthy = true }: Cloud) {
  const folder = emptyFolder();
  const log = join(folder, "calls");
  const record = `#!/bin/sh\necho "$(basename "$0") $*" >>"${log}"\n`;
  const exit = (ok: boolean): string => `exit ${ok ? 0 : 1}`;
  writeProgram(
    join(folder, "fly"),
    `${record}case "$1" in auth) ${exit(signedIn)};; status) ${exit(appExists)};; secrets) printf '${secrets}';; esac\n`,
  );
  writeProgram(join(folder, "curl"), `${record}${exit(healthy)}\n`);
  const result = runScript(folder);
  return { ...result, calls: readFileSync(log, "utf8").trim().split("\n") };
}

function runScript(programs: string) {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", "./deploy.sh"], {
    cwd: join(repository, "fly-interview-hybrid"),
    env: { PATH: `${programs}:/usr/bin:/bin` },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

function writeProgram(file: string, source: string): void {
  writeFileSync(file, source);
  chmodSync(file, 0o755);
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
