import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { repository } from "./fresh-copy.ts";

/** A small repository in which every import goes the right way. */
const clean: Record<string, string> = {
  "packages/protocol/src/index.ts": "export const version = 1;",
  "packages/client/src/index.ts": 'export { version } from "../../protocol/src/index.ts";',
  "packages/react/src/Panel.tsx":
    'import { version } from "../../client/src/index.ts";\nexport const p = <b>{version}</b>;',
  "packages/simulator/src/index.ts": "export const simulator = 1;",
  "supabase/functions/start/handler.ts":
    'import { version } from "../../../packages/protocol/src/index.ts";\nexport const h = version;',
  "web/src/main.tsx": 'import { p } from "../../packages/react/src/Panel.tsx";\nexport const m = p;',
  "fly-interview-hybrid/src/doors/http.ts": 'import { open } from "../sessions/open.ts";\nexport const h = open;',
  "fly-interview-hybrid/src/sessions/open.ts": "export const open = 1;",
  "fly-interview-hybrid/src/records/registry.ts": 'export { r } from "./sqlite/records.ts";',
  "fly-interview-hybrid/src/records/sqlite/records.ts": "export const r = 1;",
  "fly-interview-hybrid/src/records/postgres/records.ts": "export const r = 2;",
};

const proxy = "fly-interview-hybrid/src";

describe("the import check", () => {
  test("passes where every import goes the right way, and saw every file", () => {
    const { status, output } = check({});
    expect(output).toContain("11 source files, 0 faults");
    expect(status).toBe(0);
  });

  test.each([
    ["protocol-stands-alone", "packages/protocol/src/a.ts", "../../client/src/index.ts"],
    ["client-knows-only-protocol", "packages/client/src/a.ts", "../../simulator/src/index.ts"],
    ["react-knows-only-client-and-protocol", "packages/react/src/a.tsx", "../../../web/src/main.tsx"],
    ["simulator-stands-alone", "packages/simulator/src/a.ts", "../../protocol/src/index.ts"],
    ["page-has-no-server-code", "web/src/a.tsx", "../../packages/simulator/src/index.ts"],
    ["proxy-knows-only-protocol", `${proxy}/a.ts`, "../../packages/client/src/index.ts"],
    ["supabase-knows-only-protocol", "supabase/functions/a.ts", "../../packages/client/src/index.ts"],
    ["nothing-imports-the-leaves", "packages/client/src/a.ts", "../../../fly-interview-hybrid/src/sessions/open.ts"],
    ["siblings-of-an-adapter", `${proxy}/records/postgres/a.ts`, "../sqlite/records.ts"],
    ["adapters-are-named-once", `${proxy}/sessions/a.ts`, "../records/sqlite/records.ts"],
    ["proxy-sessions", `${proxy}/sessions/a.ts`, "../doors/http.ts"],
    ["proxy-sdp", `${proxy}/sdp/a.ts`, "../records/registry.ts"],
    ["confined-undici", `${proxy}/doors/a.ts`, "undici"],
    ["confined-(fastify|@fastify/[^/]+)", `${proxy}/sessions/a.ts`, "@fastify/cors"],
    ["resolvable", `${proxy}/a.ts`, "./nowhere.ts"],
    ["loads the simulator even where it is not needed", `${proxy}/a.ts`, "openai-voice-simulator"],
  ])("%s: %s may not import %s", (fault, file, target) => {
    const { status, output } = check({ [file]: `import { a } from "${target}";\nexport const b = a;` });
    expect(output).toContain(fault);
    expect(status).toBe(1);
  });

  test("leaves the simulator's types and its lazy loading alone", () => {
    const source =
      'import type { Simulator } from "openai-voice-simulator";\nexport const s = (): Promise<Simulator> => import("openai-voice-simulator");';
    expect(check({ [`${proxy}/a.ts`]: source }).output).not.toContain("loads the simulator");
  });
});

/** Runs the check over the clean repository with some files more. */
function check(more: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "imports-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, source] of Object.entries({ ...clean, ...more })) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const script = join(repository, "scripts/check-imports.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}
