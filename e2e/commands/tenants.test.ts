import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repository } from "./fresh-copy.ts";
import { startCommand } from "./running-command.ts";

const MAKE_KEY = `node -p "'key1:' + crypto.randomBytes(32).toString('base64')"`;

/** The commands of docs/tenants.md in their order, and something that each of them prints. */
const COMMANDS: readonly (readonly [string, string])[] = [
  [
    `npm run tenant -- create acme voice=cedar 'limits={"concurrentSessions":20,"monthly":{"seconds":360000}}'`,
    `"seconds": 360000`,
  ],
  ["npm run tenant -- rotate-key acme < key.txt", `"apiKey"`],
  [
    `npm run tenant -- set acme 'issuers=[{"issuer":"https://id.acme.example","jwksUrl":"https://id.acme.example/jwks"}]'`,
    `"jwksUrl"`,
  ],
  ["npm run tenant -- add-service-token acme", `"token": "stk_`],
  ["npm run tenant -- list", `"id": "acme"`],
  ["npm run tenant -- show acme", `"concurrentSessions": 20`],
  ["npm run tenant -- enable acme", `"status": "active"`],
  ["npm run tenant -- export acme", `{"kind":"tenant","id":"acme"`],
  ["npm run tenant -- audit acme", `"act": "rotate-key"`],
  ["npm run tenant -- rotate-master-key", "1 tenants"],
  ["npm run tenant -- disable acme", `"status": "disabled"`],
  ["npm run tenant -- delete acme", ""],
];

test("the commands of docs/tenants.md work one after the other", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenants-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const making = startCommand(MAKE_KEY, repository);
  await making.success();
  const [key = ""] = /^key1:\S+$/m.exec(making.output()) ?? [];
  const settings = {
    SIMULATION_MODE: "true",
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    TENANTS_MASTER_KEY: key,
  };
  const keyFile = join(folder, "key.txt");
  writeFileSync(keyFile, "sk-proj-of-acme\n");
  for (const [line, printed] of COMMANDS) {
    const command = startCommand(line.replace("key.txt", keyFile), repository, settings);
    await command.success();
    expect(command.output()).toContain(printed);
  }
});
