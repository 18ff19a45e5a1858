import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";

const guide = "e2e/commands/known-ports/guide.ts";
const contributor = "e2e/commands/known-ports/contributor.ts";
const tenants = "e2e/commands/tenants.test.ts";
const operations = "e2e/commands/known-ports/operations.ts";
const ci = ".ci/run";

/** Each command line in a document, the file that runs it in CI, and how it stands there where it differs. */
const runBy: Record<string, { readonly file: string; readonly as?: string }> = {
  "npm ci && npm run demo": { file: contributor, as: "npm ci --prefer-offline && npm run demo" },
  "npm ci && npm test": { file: ci, as: "npm ci\nnpm run check\nnpm run audit\nnpm test" },
  "npm ci": { file: ci },
  "npm run check": { file: ci },
  "npm test": { file: ci },
  "cd fly-interview-hybrid": { file: guide, as: 'join(root, "fly-interview-hybrid")' },
  "npm install": { file: guide },
  "cp .env.example .env": { file: guide },
  "npm start": { file: guide },
  "npm run dev": { file: guide },
  "npm run dev:sim": { file: guide },
  "node simple-server.js": { file: guide },
  "./deploy.sh": { file: "e2e/commands/deploy.test.ts" },
  "npm run token": { file: contributor },
  "npm run stack -- key-revoked": { file: "e2e/commands/stack.test.ts" },
  "npm run canary": { file: contributor },
  "npm run doctor": { file: operations },
  "npm run backup -- records.backup": { file: operations },
  "npm run restore -- records.backup": { file: operations },
  "DATABASE_URL=file:/tmp/drill.db npm run restore -- records.backup": {
    file: operations,
    as: "npm run restore -- records.backup",
  },
  "curl --fail http://localhost:8080/healthz": { file: operations },
  "curl --fail http://localhost:8080/readyz": { file: operations },
  "curl --silent http://localhost:8080/metrics": { file: operations },
  [`curl --silent --header "Authorization: Bearer $(npm run --silent token)" http://localhost:8080/api/sessions/none`]:
    {
      file: operations,
    },
  "npm run fuzz -- --minutes 1": { file: "e2e/commands/fuzz.test.ts", as: "npm run fuzz -- --minutes" },
  "npm run audit": { file: ci },
  "npm run sbom": { file: "e2e/commands/supply-chain.test.ts", as: "npm run --silent sbom" },
  [`node -p "'key1:' + crypto.randomBytes(32).toString('base64')"`]: { file: tenants },
  [`npm run tenant -- create acme voice=cedar 'limits={"concurrentSessions":20,"monthly":{"seconds":360000}}'`]: {
    file: tenants,
  },
  "npm run tenant -- rotate-key acme < key.txt": { file: tenants },
  [`npm run tenant -- set acme 'issuers=[{"issuer":"https://id.acme.example","jwksUrl":"https://id.acme.example/jwks"}]'`]:
    { file: tenants },
  "npm run tenant -- add-service-token acme": { file: tenants },
  "npm run tenant -- list": { file: tenants },
  "npm run tenant -- show acme": { file: tenants },
  "npm run tenant -- disable acme": { file: tenants },
  "npm run tenant -- enable acme": { file: tenants },
  "npm run tenant -- export acme": { file: tenants },
  "npm run tenant -- audit acme": { file: tenants },
  "npm run tenant -- rotate-master-key": { file: tenants },
  "npm run tenant -- delete acme": { file: tenants },
  "npm run format": { file: contributor },
  "npm run docs": { file: contributor },
  "npm run api": { file: contributor },
  "npx --no-install changeset": { file: contributor, as: "npx --no-install changeset add --empty" },
  "npx --no-install changeset version": { file: contributor },
  "npx --no-install vitest run --project packages packages/protocol": { file: contributor },
};

/** Run line by line, as they stand there. */
const runAsTheyStand: Record<string, string> = { "docs/runbooks.md": "e2e/commands/known-ports/runbooks.ts" };

const documents = ["README.md", "CONTRIBUTING.md", ...markdownIn("docs"), ...markdownIn("docs/adr")].filter(
  (file) => runAsTheyStand[file] === undefined,
);
const documented = new Set(documents.flatMap((file) => [...shellLines(file), ...tableCommands(file)]));

describe("every command of the documents is run in CI", () => {
  test("there are commands", () => {
    expect(documented).toContain("npm start");
  });

  test.each([...documented])("%s", (line) => {
    const run = runBy[line];
    if (run === undefined) throw new Error(`No test is known to run "${line}".`);
    expect(text(run.file)).toContain(run.as ?? line);
  });

  test.each(Object.entries(runAsTheyStand))("%s as it stands", (file, runner) => {
    expect(text(runner)).toContain(`"${file}"`);
  });

  test("and the list names no other", () => {
    expect(Object.keys(runBy).filter((line) => !documented.has(line))).toEqual([]);
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

function shellLines(file: string): string[] {
  const blocks = [...text(file).matchAll(/^```sh\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, block = ""]) => block.split("\n")).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Commands in the first column of a table, as in README.md. */
function tableCommands(file: string): string[] {
  return [...text(file).matchAll(/^\| `((?:npm |npx |node |\.\/)[^`]*)`/gm)].map(([, line = ""]) => line);
}

function text(file: string): string {
  return readFileSync(join(repository, file), "utf8");
}
