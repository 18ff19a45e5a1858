import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readConfig, SettingError } from "../../src/config/config.ts";
import { SealedSecrets } from "../../src/tenants/sealed-secrets.ts";

const place = { tenant: "acme", field: "apiKey" };

function sealsWith(...keys: readonly string[]): SealedSecrets {
  return new SealedSecrets(
    readConfig({ SIMULATION_MODE: "true", TENANTS_MASTER_KEY: keys.join(",") }).TENANTS_MASTER_KEY ?? [],
  );
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64")}`;
}

const [first, second] = [newKey("a"), newKey("b")];

test("a secret opens as it was, and looks otherwise each time it is sealed", () => {
  const seals = sealsWith(first);
  const sealed = seals.seal("sk-secret 👋", place);
  expect(sealed).not.toContain("sk-secret");
  expect(seals.seal("sk-secret 👋", place)).not.toBe(sealed);
  expect(seals.open(sealed, place)).toBe("sk-secret 👋");
});

test("it opens neither as another field, nor for another tenant, nor altered", () => {
  const seals = sealsWith(first);
  const sealed = seals.seal("sk-secret", place);
  expect(() => seals.open(sealed, { ...place, field: "sidebandApiKey" })).toThrow(SettingError);
  expect(() => seals.open(sealed, { ...place, tenant: "bolt" })).toThrow(SettingError);
  const [id, nonce, text = ""] = sealed.split(".");
  const altered = [id, nonce, (text.startsWith("A") ? "B" : "A") + text.slice(1)].join(".");
  expect(() => seals.open(altered, place)).toThrow(SettingError);
  expect(() => seals.open([id, nonce, ""].join("."), place)).toThrow(SettingError);
});

test("while the master key changes, the new one seals and both open", () => {
  const sealed = sealsWith(first).seal("sk-secret", place);
  const changing = sealsWith(second, first);
  expect(changing.open(sealed, place)).toBe("sk-secret");
  expect(sealsWith(second).open(changing.seal("sk-secret", place), place)).toBe("sk-secret");
});

test("a key that is missing, unknown or another is told by its setting, and by nothing secret", () => {
  const sealed = sealsWith(first).seal("sk-secret", place);
  expect(() => new SealedSecrets([]).open(sealed, place)).toThrow(/^TENANTS_MASTER_KEY is missing/);
  expect(() => sealsWith(second).open(sealed, place)).toThrow(
    /^TENANTS_MASTER_KEY must contain the key with the id "a"/,
  );
  expect(() => sealsWith(newKey("a")).open(sealed, place)).toThrow(
    /^TENANTS_MASTER_KEY has another key under the id "a"/,
  );
});

test.each(["abc", "a:short", `${first},${first}`, first.replace(":", " ")])("%s is no master key", (value) => {
  const read = (): unknown => readConfig({ SIMULATION_MODE: "true", TENANTS_MASTER_KEY: value }).TENANTS_MASTER_KEY;
  expect(read).toThrow(/^TENANTS_MASTER_KEY must be a name/);
});
