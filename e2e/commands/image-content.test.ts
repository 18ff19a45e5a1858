import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { scanForSecrets } from "../../scripts/scan-for-secrets.js";
import { shippedPackages } from "../../scripts/shipped-packages.js";
import { SECRETS } from "../interview/running-proxy.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dockerfile = readFileSync(join(root, "fly-interview-hybrid/Dockerfile"), "utf8");

/** What the last stage takes of the build, and what every stage begins with. */
const built = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+) /gm)].map(([, path = ""]) => path);
const manifests = [...dockerfile.matchAll(/^COPY (.*(?:package\.json|\.npmrc).*) \S+$/gm)].flatMap(([, paths = ""]) =>
  paths.split(" "),
);

test("no key, token, setting, secret of a test or path of a machine is in what goes into the image", () => {
  expect(built).toContain("fly-interview-hybrid/dist");
  expect(manifests).toEqual(expect.arrayContaining([".npmrc", "package-lock.json", "web/package.json"]));
  // Those for other systems are installed neither here nor there.
  const packages = shippedPackages(join(root, "package-lock.json"))
    .filter(({ path, optional }) => !optional || existsSync(join(root, path)))
    .map(({ path }) => path);
  expect(packages.length).toBeGreaterThan(50);
  expect(foundIn([...built, ...manifests, ...packages])).toEqual([]);
});

test("what must not be in there would be found", () => {
  const folder = mkdtempSync(join(tmpdir(), "image-content-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const planted: Record<string, string> = {
    ".env": "PORT=1",
    "dist/tls.pem": "",
    "dist/.git/config": "",
    "a.js": `const key = \`${key}\``,
    "b.js.map": JSON.stringify({ sources: [join(root, "web/src/main.tsx")] }),
    "c.js": SECRETS.key,
    "d.js": `sk-proj-${"aB3_".repeat(10)}`,
    "e.js": `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${"x".repeat(43)}`,
    ".npmrc": `//registry.example/:_authToken=${"x".repeat(8)}`,
    "f.js": `whsec_${"A1b2".repeat(8)}`,
    "g.js": `postgres://ada:${"love1815".repeat(2)}@db.example/interviews`,
  };
  for (const [path, content] of Object.entries(planted)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const found = scanForSecrets(folder, [SECRETS.key]).map((line) => line.split(": ")[0]);
  expect(new Set(found)).toEqual(new Set(Object.keys(planted)));
});

function foundIn(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) =>
    scanForSecrets(join(root, path), Object.values(SECRETS)).map((line) => `${path}/${line}`),
  );
}
