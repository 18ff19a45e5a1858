import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { repository } from "./fresh-copy.ts";
import { startCommand } from "./running-command.ts";

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Record<string, string>;
}

describe("npm run check:licences", () => {
  const known = { version: "1.0.0", license: "MIT", integrity: "sha512-x" };

  test("finds nothing against what ships", () => {
    const { status, output } = checkLicences(join(repository, "package-lock.json"));
    expect(output).toMatch(/licence check: 1\d\d packages of others ship, 0 faults/);
    expect(status).toBe(0);
  });

  test.each<[what: string, entry: LockEntry, fault: string]>([
    ["a licence that nobody allowed", { ...known, license: "GPL-3.0-only" }, "far has the licence GPL-3.0-only"],
    ["one of several that must all be kept", { ...known, license: "(MIT AND GPL-2.0)" }, "far has the licence"],
    ["another's exception", { ...known, license: "MPL-2.0" }, "far has the licence MPL-2.0"],
    ["no licence", { version: "1.0.0", integrity: "sha512-x" }, "far names no licence"],
    ["no hash", { version: "1.0.0", license: "MIT" }, "far has no hash"],
  ])("finds %s, however far away", (_what, far, fault) => {
    const { status, output } = checkLicences(lockWith({ near: { ...known, dependencies: { far: "1" } }, far }));
    expect(output).toContain(fault);
    expect(status).toBe(1);
  });

  test("lets one choose among licences, and use what it likes to build and to test", () => {
    const builder = { ...known, license: "GPL-3.0-only" };
    const file = lockWith({ near: { ...known, license: "(GPL-2.0 OR MIT)" }, builder });
    expect(checkLicences(file).status).toBe(0);
  });

  function checkLicences(lockFile: string) {
    const script = join(repository, "scripts/check-licences.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, lockFile], { encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  /** A lock file of a proxy that needs `near`, and of a page. */
  function lockWith(others: Record<string, LockEntry>): string {
    const folder = temporaryFolder();
    const page = ["@interview-proxy/client", "@interview-proxy/react", "react", "react-dom"];
    const packages = Object.fromEntries(
      [...page.map((name) => [name, known] as const), ...Object.entries(others)].map(([name, entry]) => [
        `node_modules/${name}`,
        entry,
      ]),
    );
    const lock = { packages: { "fly-interview-hybrid": { dependencies: { near: "1" } }, web: {}, ...packages } };
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    return join(folder, "package-lock.json");
  }
});

describe("npm run audit", () => {
  const advisory = (severity: string): object => ({
    id: 1,
    url: "https://advisories.example/1",
    title: "Reads diaries",
    severity,
    vulnerable_versions: "*",
  });

  test("fails where something that ships is known to be dangerous", async () => {
    const { status, output } = await audit({ libsql: [advisory("critical")], vitest: [advisory("critical")] });
    expect(output).toMatch(/critical: libsql .*Reads diaries https:\/\/advisories.example\/1/);
    expect(output).toMatch(/audit: 1 vulnerable packages ship; [1-9]\d* more are used to build/);
    expect(status).toBe(1);
  });

  test("tells of what is hardly dangerous, or does not ship", async () => {
    const { status, output } = await audit({ libsql: [advisory("low")], vitest: [advisory("critical")] });
    expect(output).toContain("low: libsql");
    expect(status).toBe(0);
  });

  test("says so where nobody can be asked, and fails where it must not be so", async () => {
    const { status, output } = await audit(undefined);
    expect(output).toContain("NOT AUDITED");
    expect(status).toBe(0);
    expect((await audit(undefined, "-- --required")).status).toBe(1);
  });

  /** Runs it with a registry that knows these advisories, or has no place to ask for them. */
  async function audit(advisories: Record<string, object[]> | undefined, options = "") {
    const registry = createServer((request, response) => {
      request.resume().on("end", () => {
        if (request.method === "POST") {
          response.writeHead(advisories === undefined ? 405 : 200, { "content-type": "application/json" });
          response.end(JSON.stringify(advisories ?? {}));
        } else {
          const name = decodeURIComponent((request.url ?? "").slice(1));
          response.end(JSON.stringify({ name, "dist-tags": {}, versions: {} }));
        }
      });
    }).listen(0, "127.0.0.1");
    await once(registry, "listening");
    onTestFinished(() => {
      registry.close();
      registry.closeAllConnections();
    });
    const { port } = registry.address() as AddressInfo;
    const command = startCommand(`npm run audit ${options}`, repository, {
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: temporaryFolder(),
      npm_config_fetch_retries: "0",
    });
    const status = await command.success().then(
      () => 0,
      () => 1,
    );
    return { status, output: command.output() };
  }
});

test("npm run sbom lists what ships, and nothing else", async () => {
  const command = startCommand("npm run --silent sbom", repository);
  await command.success();
  const bill = JSON.parse(command.output()) as {
    bomFormat: string;
    components: { name: string; version: string; purl: string; licenses?: unknown; hashes?: unknown }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  expect(bill.bomFormat).toBe("CycloneDX");
  const names = bill.components.map(({ purl }) => purl.replace(/@[^@]*$/, ""));
  for (const name of ["fastify", "libsql", "jose", "react", "node-datachannel"])
    expect(names).toContain(`pkg:npm/${name}`);
  for (const name of ["vitest", "typescript", "vite", "playwright-core"])
    expect(names).not.toContain(`pkg:npm/${name}`);
  const refs = new Set(bill.dependencies.map(({ ref }) => ref));
  expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
});

describe("the workflow for GitHub", () => {
  const folder = join(repository, ".github/workflows");
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

  test("lets .ci/run decide", () => {
    expect(text).toContain("run: bash .ci/run\n");
  });

  test("names each action by its commit, and may only read unless it says so", () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(3);
    expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "supply-chain-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
