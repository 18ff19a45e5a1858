import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { workspaces } from "../../../scripts/workspaces.js";
import type { DrivenPage } from "../../browsers/driven-page.ts";
import { openPage } from "../../browsers/open-page.ts";
import { PATIENCE } from "../../interview/conversation.ts";
import { startProxy } from "../../interview/running-proxy.ts";
import { repository } from "../fresh-copy.ts";
import { expectFree, startCommand } from "../running-command.ts";

/** What the first example of each package's README does, once it runs in a page. */
const inPage: Record<string, (page: DrivenPage) => Promise<void>> = {
  protocol: (page) => page.waitForText("welcome pong"),

  async client(page) {
    await page.waitForText("connected");
    await hearsTheInterviewer(page);
  },

  async react(page) {
    await page.click("button", "Connect");
    await page.waitFor('[data-state="connected"]');
    await hearsTheInterviewer(page);
  },
};

/** What that of a package for Node prints. */
const inNode: Record<string, string> = { simulator: "429, 0 calls are left" };

/** What the examples need beside our packages, in the versions that are installed here. */
const BESIDES = ["react", "react-dom", "@types/react", "@types/react-dom", "@types/node"];

const VITE = `node ${join(repository, "node_modules/vite/bin/vite.js")}`;
const TSC = `node ${join(repository, "node_modules/typescript/bin/tsc")}`;

test("the first example of each README runs, from the packed packages alone", { timeout: 240_000 }, async () => {
  await expectFree(3001);
  const published = workspaces(repository).filter(({ manifest }) => manifest.private !== true);
  const folders = published.map(({ folder }) => folder.replace("packages/", ""));
  expect(folders.toSorted()).toEqual([...Object.keys(inPage), ...Object.keys(inNode)].toSorted());

  const project = await scratchProject(folders);
  await startCommand(TSC, project).success();
  await startCommand(`${VITE} build`, project).success();
  const served = startCommand(`${VITE} preview`, project, { NO_COLOR: "1" });
  let address: string | undefined;
  await served.until(async () => {
    [address] = /http:\/\/localhost:\d+/.exec(served.output()) ?? [];
    return address !== undefined;
  });

  await startProxy("node simple-server.js", { PORT: "3001" });
  for (const [folder, does] of Object.entries(inPage)) {
    const page = await openPage("Chromium", { microphone: "device" });
    await page.goto(`${address}/${folder}.html`);
    await does(page);
    expect({ folder, errors: page.errors }).toEqual({ folder, errors: [] });
    await page.close();
  }

  for (const [folder, prints] of Object.entries(inNode)) {
    const line = `${VITE} build --ssr src/${folder}.tsx --outDir ${folder} && node ${folder}/${folder}.js`;
    const example = startCommand(line, project);
    await example.success();
    expect(example.output()).toContain(prints);
  }
});

async function hearsTheInterviewer(page: DrivenPage): Promise<void> {
  await vi.waitFor(async () => expect((await page.inboundAudio()).energy).toBeGreaterThan(0), PATIENCE);
}

/** A folder with nothing but the packed packages, what a user installs beside them, and the examples. */
async function scratchProject(folders: readonly string[]): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), "scratch-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  const packages = folders.flatMap((folder) => ["--workspace", `packages/${folder}`]);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", project, ...packages], { cwd: repository });

  const files = {
    "package.json": { private: true, type: "module" },
    "tsconfig.json": {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: "es2023",
        module: "esnext",
        moduleResolution: "bundler",
        lib: ["es2023", "dom", "dom.iterable"],
        types: ["node"],
        jsx: "react-jsx",
      },
      include: ["src"],
    },
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(project, name), JSON.stringify(content));
  const pages = JSON.stringify(Object.keys(inPage).map((folder) => `${folder}.html`));
  const config = `export default { appType: "mpa", build: { rolldownOptions: { input: ${pages} } } };`;
  writeFileSync(join(project, "vite.config.js"), config);
  mkdirSync(join(project, "src"));
  for (const folder of folders) {
    writeFileSync(join(project, "src", `${folder}.tsx`), firstExample(folder));
    const page = `<!doctype html><title>${folder}</title><link rel="icon" href="data:," /><body><script type="module" src="/src/${folder}.tsx"></script></body>`;
    writeFileSync(join(project, `${folder}.html`), page);
  }
  const besides = BESIDES.map((name) => `${name}@${installedVersion(name)}`).join(" ");
  await startCommand(`npm install --prefer-offline --no-audit --no-fund ./*.tgz ${besides}`, project).success();
  return project;
}

function firstExample(folder: string): string {
  const readme = readFileSync(join(repository, "packages", folder, "README.md"), "utf8");
  const [, code] = /^```tsx?\n([\s\S]*?)^```/m.exec(readme) ?? [];
  if (code === undefined) throw new Error(`packages/${folder}/README.md has no example.`);
  return code;
}

function installedVersion(name: string): string {
  const manifest = readFileSync(join(repository, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
