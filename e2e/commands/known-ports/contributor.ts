import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { freshCopy } from "../fresh-copy.ts";
import { expectFree, startCommand } from "../running-command.ts";
import { answers, pasteSnippet } from "../served.ts";

const page = "http://localhost:8080/simple-webrtc-test";

test("the commands at the root work on a fresh clone", { timeout: 240_000 }, async () => {
  const root = freshCopy();
  await expectFree(8080);

  const demo = startCommand("npm ci --prefer-offline && npm run demo", root);
  await demo.until(async () => demo.output().includes(page) && (await answers(page)));
  expect(await pasteSnippet("ws://localhost:8080?simulation=true")).toEqual(["welcome", "pong"]);

  const second = startCommand("npm run demo", root);
  await expect(second.success()).rejects.toThrow("8080 is in use");
  await demo.interrupt();
  await expectFree(8080);

  const token = startCommand("npm run token", root, { JWT_SECRET: "a secret for trying, of 32 characters" });
  await token.success();
  expect(token.output()).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m);

  const canary = startCommand("npm run canary", root, { SIMULATION_MODE: "true" });
  await canary.success();
  expect(canary.output()).toContain("The contract holds in all");

  await startCommand("npx --no-install vitest run --project packages packages/protocol", root).success();
  await startCommand("npm run format", root).success();
  await startCommand("npm run docs", root).success();
  await startCommand("npm run api", root).success();

  // Changesets asks git when each note was added.
  commitAll(root);
  await startCommand("npx --no-install changeset add --empty", root).success();
  const release = startCommand("npx --no-install changeset version", root);
  await release.success();
  expect(changedFiles(root)).toContain("packages/protocol/CHANGELOG.md");
});

function commitAll(root: string): void {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"];
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: root });
  execFileSync("git", ["add", "--all"], { cwd: root });
  execFileSync("git", [...author, "commit", "--quiet", "--message=All"], { cwd: root });
}

function changedFiles(root: string): string[] {
  const status = execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], {
    cwd: root,
    encoding: "utf8",
  });
  return status.split("\n").map((line) => line.slice(3));
}
