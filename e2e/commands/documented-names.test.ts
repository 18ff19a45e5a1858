import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";

const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...markdownIn("docs"), ...markdownIn("docs/adr")];

describe("what the documents name is there", () => {
  test.each(documents)("every link of %s leads somewhere", (file) => {
    const targets = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(join(repository, dirname(file), target)))).toEqual([]);
  });

  test("every setting of .env.example is in the reference", () => {
    const settings = [...text("docs/settings.md").matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    const examples = [...text("fly-interview-hybrid/.env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(examples).toContain("SIMULATION_MODE");
    expect(examples.filter((name) => !settings.includes(name))).toEqual([]);
  });

  test("every script that CONTRIBUTING.md names is in the root's package.json", () => {
    const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };
    const named = [...text("CONTRIBUTING.md").matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
    expect(named).toContain("check");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

function text(file: string): string {
  return readFileSync(join(repository, file), "utf8");
}
