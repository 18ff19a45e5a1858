import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const PAGE = new URL("../../web/dist/", import.meta.url);
const SETTINGS = new URL("../../docs/settings.md", import.meta.url);

/** Any source may have a constant of such a name. */
const HARMLESS = new Set(["PORT", "HOST", "VOICE", "PRICES", "NODE_ENV"]);

test("what browsers load names no setting of the server, has no sources beside it and nothing that looks like a secret", () => {
  const files = readdirSync(PAGE, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
  expect(files.filter((name) => name.endsWith(".js")).length).toBeGreaterThan(1);
  expect(files.filter((name) => name.endsWith(".map"))).toEqual([]);
  const settings = [...readFileSync(SETTINGS, "utf8").matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = ""]) => name);
  expect(settings).toContain("OPENAI_API_KEY");
  const secrets = new RegExp(`\\b(?:${settings.filter((name) => !HARMLESS.has(name)).join("|")})\\b`);
  for (const file of files.filter((name) => /\.(?:js|css|html|json)$/.test(name))) {
    const text = readFileSync(new URL(file, PAGE), "utf8");
    expect([file, secrets.exec(text)?.[0]]).toEqual([file, undefined]);
    const telling = /\bsk-[A-Za-z0-9]{8,}|\beyJ[\w-]{10,}\.|-----BEGIN|process\.env/.exec(text)?.[0];
    expect([file, telling]).toEqual([file, undefined]);
  }
});
