import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const PAGE = new URL("../../web/dist/", import.meta.url);

/** Keys, tokens, and what only a server is made of. */
const TELLING = /\bsk-[A-Za-z0-9]{8,}|\beyJ[\w-]{10,}\.|-----BEGIN|process\.env|["']node:|createHmac|CREATE TABLE/;

test("what browsers load has nothing of the server, no sources beside it and nothing that looks like a secret", () => {
  const files = readdirSync(PAGE, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
  expect(files.filter((name) => name.endsWith(".js")).length).toBeGreaterThan(1);
  expect(files.filter((name) => name.endsWith(".map"))).toEqual([]);
  const texts = files.filter((name) => /\.(?:js|css|html|json)$/.test(name));
  const found = texts.flatMap((name) => TELLING.exec(readFileSync(new URL(name, PAGE), "utf8"))?.[0] ?? []);
  expect(found).toEqual([]);
  expect(TELLING.test("const key = 'sk-0123456789abcdef'"), "the pattern finds a key").toBe(true);
});
