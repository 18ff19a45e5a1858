import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deploy, GENERATED, RUNNING_IMAGE, type Situation } from "./fly-stand-in.ts";
import { repository } from "./fresh-copy.ts";

const KEY = "sk-proj-key-of-this-test";
const FIRST = { env: { OPENAI_API_KEY: KEY, ALLOWED_ORIGINS: "https://jobs.example" }, appExists: false } as const;
const ALL = ["OPENAI_API_KEY", "JWT_SECRET", "SERVICE_TOKEN", "ALLOWED_ORIGINS"];
/** A deployment of an app that has all it needs. */
const NEXT = { secrets: ALL } as const;

const DEPLOY =
  "fly deploy . --config fly-interview-hybrid/fly.toml --dockerfile fly-interview-hybrid/Dockerfile --app interview-sdp-proxy --ha=false";
const ROLL_BACK = `fly deploy --image ${RUNNING_IMAGE} --config fly-interview-hybrid/fly.toml --app interview-sdp-proxy --ha=false`;
const CANARY = "node /app/fly-interview-hybrid/dist/canary.js";
/** What changes something, costs something or takes long. */
const STEPS = /^(npm|curl|fly (apps|secrets import|deploy|ssh))/;

describe("./deploy.sh", () => {
  test("with the key and the origins alone it makes the app, its secrets and a deployment, and makes a call with it", () => {
    const { status, calls, output, imported } = deploy(FIRST);
    expect(calls.filter((call) => STEPS.test(call))).toEqual([
      "npm ci",
      "npm run check",
      "npm test",
      "fly apps create interview-sdp-proxy",
      "fly secrets import --stage --app interview-sdp-proxy",
      DEPLOY,
      expect.stringMatching(/^curl .*https:\/\/interview-sdp-proxy\.fly\.dev\/readyz$/),
      expect.stringContaining(CANARY),
    ]);
    expect(imported.trim().split("\n")).toEqual([
      `OPENAI_API_KEY=${KEY}`,
      `JWT_SECRET=${GENERATED}`,
      `SERVICE_TOKEN=${GENERATED}`,
      "ALLOWED_ORIGINS=https://jobs.example",
    ]);
    expect(output).toContain("Deployed: https://interview-sdp-proxy.fly.dev");
    expect(status).toBe(0);
  });

  test("nobody sees a secret: in no output, command line, environment or file", () => {
    const { output, leaks } = deploy(FIRST);
    expect(output).toContain("Secrets to set: OPENAI_API_KEY JWT_SECRET SERVICE_TOKEN ALLOWED_ORIGINS");
    for (const secret of [KEY, GENERATED]) {
      expect(output).not.toContain(secret);
      expect(leaks(secret)).toEqual([]);
    }
  });

  test("asks for the origins at a terminal", () => {
    const { output, imported, status } = deploy({
      ...FIRST,
      env: { OPENAI_API_KEY: KEY },
      typed: "https://jobs.example,https://other.example\n",
    });
    expect(output).toContain("Origins of the pages that may connect");
    expect(imported).toContain("\nALLOWED_ORIGINS=https://jobs.example,https://other.example\n");
    expect(status).toBe(0);
  });

  test("no origin is the app's own, so that it does not ask again", () => {
    const { imported } = deploy({ ...FIRST, env: { OPENAI_API_KEY: KEY }, typed: "\n" });
    expect(imported).toContain("\nALLOWED_ORIGINS=https://interview-sdp-proxy.fly.dev\n");
  });

  test("a second time it makes no app and no secret anew", () => {
    const { calls, imported, status } = deploy(NEXT);
    expect(calls.filter((call) => /apps create|secrets import/.test(call))).toEqual([]);
    expect(imported).toBe("");
    expect(status).toBe(0);
  });

  test("a key in the environment replaces the one that is there", () => {
    expect(deploy({ ...NEXT, env: { OPENAI_API_KEY: KEY } }).imported).toBe(`OPENAI_API_KEY=${KEY}\n`);
  });

  test("a key set stands for a token secret", () => {
    const { imported } = deploy({ ...FIRST, env: { ...FIRST.env, JWT_JWKS_URL: "https://id.example/jwks" } });
    expect(imported).toContain("JWT_JWKS_URL=https://id.example/jwks\n");
    expect(imported).not.toContain("JWT_SECRET");
  });

  test("another app by FLY_APP", () => {
    const { calls } = deploy({ ...NEXT, env: { FLY_APP: "interviews-of-acme" } });
    expect(calls).toContain(DEPLOY.replace("interview-sdp-proxy --ha", "interviews-of-acme --ha"));
  });

  test("a tested commit needs no tests, and a call that costs nothing no canary", () => {
    const { calls } = deploy({ ...NEXT, options: "--skip-tests --skip-canary" });
    expect(calls.filter((call) => /^npm|canary/.test(call))).toEqual([]);
  });

  test.each<[missing: string, situation: Situation, advice: string]>([
    ["flyctl", { without: ["fly"] }, "flyctl is not installed"],
    ["git", { without: ["git"] }, "git is not installed"],
    ["npm", { without: ["npm"] }, "npm is not installed"],
    ["openssl", { without: ["openssl"] }, "openssl is not installed"],
    ["curl", { without: ["curl"] }, "curl is not installed"],
    ["a sign-in", { isSignedIn: false }, "auth login"],
    ["a clean tree", { isClean: false }, "not committed"],
    ["the key", { secrets: ALL.slice(1) }, "read -rs OPENAI_API_KEY"],
    ["the whole name of the key, not a part", { secrets: ["OLD_OPENAI_API_KEY", ...ALL.slice(1)] }, "read -rs OPENAI"],
    ["origins", { secrets: ALL.slice(0, 3) }, "ALLOWED_ORIGINS is not set"],
    ["tests that pass", { testsPass: false }, "The tests fail"],
    ["a key that can be told to Fly.io", { env: { OPENAI_API_KEY: 'sk-"quoted"' } }, "OPENAI_API_KEY must contain no"],
    ["an option that there is", { options: "--fast" }, "--dry-run"],
  ])("says what to do and changes nothing without %s", (_missing, situation, advice) => {
    const { status, calls, output } = deploy({ ...NEXT, ...situation });
    expect(output).toContain(advice);
    expect(calls.filter((call) => STEPS.test(call) && !call.startsWith("npm"))).toEqual([]);
    expect(status).toBe(1);
  });

  test.each<[what: string, situation: Situation, words: string]>([
    ["cannot be deployed", { deploys: false }, "The deployment failed."],
    ["does not get ready", { becomesReady: false }, "does not get ready"],
    ["makes no call", { canaryPasses: false }, "A call with the new version went wrong."],
  ])("goes back to the version before when the new one %s", (_what, situation, words) => {
    const { status, calls, output } = deploy({ ...NEXT, ...situation });
    expect(output).toContain(words);
    expect(output).toContain("The version before it runs again");
    expect(calls.slice(calls.indexOf(ROLL_BACK)).map((call) => call.split(" ")[0])).toEqual(["fly", "curl"]);
    expect(status).toBe(1);
  });

  test("says so when there is no version before", () => {
    const { status, calls, output } = deploy({ ...FIRST, becomesReady: false });
    expect(output).toContain("There is no version before it");
    expect(calls).not.toContain(ROLL_BACK);
    expect(status).toBe(1);
  });

  test("says so when going back fails too", () => {
    const { status, output } = deploy({ ...NEXT, becomesReady: false, oldOneWorks: false });
    expect(output).toContain("Going back failed too");
    expect(status).toBe(1);
  });

  describe("--dry-run", () => {
    test("prints each step, and takes none", () => {
      const { status, calls, output, leaks } = deploy({ ...FIRST, options: "--dry-run" });
      const printed = output.split("\n").filter((line) => line.startsWith("Would run: "));
      const taken = deploy(FIRST).calls.filter((call) => STEPS.test(call));
      expect(printed.map((line) => line.slice("Would run: ".length).replace(/^\S+\//, ""))).toEqual(taken);
      expect(calls.filter((call) => STEPS.test(call))).toEqual([]);
      expect(output + leaks(KEY).join()).not.toContain(KEY);
      expect(status).toBe(0);
    });

    test("prints all that is missing, and the steps", () => {
      const { status, output } = deploy({ without: ["fly"], isClean: false, options: "--dry-run" });
      for (const words of ["flyctl is not", "not committed", "read -rs OPENAI_API_KEY", "ALLOWED_ORIGINS is not set"])
        expect(output).toContain(words);
      expect(output).toContain("Would run: fly deploy .");
      expect(status).toBe(1);
    });
  });
});

describe("what is deployed", () => {
  const text = (file: string): string => readFileSync(join(repository, file), "utf8");
  const setting = (name: string): string | undefined =>
    new RegExp(`^${name} = "?(.*?)"?$`, "m").exec(text("fly-interview-hybrid/fly.toml"))?.[1];

  test("the platform waits for longer than the process takes to stop", () => {
    const graceMs = /GRACE_MS = ([\d_]+)/.exec(text("fly-interview-hybrid/src/run.ts"))?.[1]?.replace("_", "");
    expect(Number(graceMs)).toBeGreaterThan(0);
    expect(Number.parseInt(setting("kill_timeout") ?? "", 10) * 1000).toBeGreaterThan(Number(graceMs));
  });

  test("no machine is stopped while calls run, and nothing is served in clear", () => {
    expect(setting("auto_stop_machines")).toBe("off");
    expect(setting("force_https")).toBe("true");
  });

  test("the image is made from the manifest of every workspace", () => {
    const dockerfile = text("fly-interview-hybrid/Dockerfile");
    const lock = JSON.parse(text("package-lock.json")) as { packages: Record<string, unknown> };
    const workspaces = Object.keys(lock.packages).filter((path) => path !== "" && !path.includes("node_modules"));
    expect(workspaces).toContain("packages/protocol");
    for (const folder of workspaces) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
  });
});
