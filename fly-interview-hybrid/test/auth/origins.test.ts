import { describe, expect, test } from "vitest";
import { createOriginCheck } from "../../src/auth/origins.ts";
import { readConfig } from "../../src/config/config.ts";

const base = { OPENAI_API_KEY: "sk-test", JWT_SECRET: "x".repeat(32) };
const host = "proxy.example:8080";

describe("the origin check", () => {
  test("outside production, pages of localhost may connect on any port", () => {
    const isAllowed = createOriginCheck(readConfig(base));
    expect(isAllowed("http://localhost:5173", host)).toBe(true);
    expect(isAllowed("http://localhost.evil.example:80", host)).toBe(false);
    expect(isAllowed("https://evil.example", host)).toBe(false);
  });

  test("in production no other page may, unless it is named", () => {
    expect(createOriginCheck(readConfig({ ...base, NODE_ENV: "production" }))("http://localhost:5173", host)).toBe(
      false,
    );
  });

  test("the server's own page and clients that are no page may always", () => {
    const isAllowed = createOriginCheck(readConfig({ ...base, NODE_ENV: "production" }));
    expect(isAllowed(`https://${host}`, host)).toBe(true);
    expect(isAllowed(undefined, host)).toBe(true);
    expect(isAllowed("null", host)).toBe(false);
  });

  test("a star is one label or one port, and dots are dots", () => {
    const isAllowed = createOriginCheck(readConfig({ ...base, ALLOWED_ORIGINS: "https://*.app.example,https://a.b" }));
    expect(isAllowed("https://x.app.example", host)).toBe(true);
    expect(isAllowed("https://x.y.app.example", host)).toBe(false);
    expect(isAllowed("https://evil.example/.app.example", host)).toBe(false);
    expect(isAllowed("https://aXb", host)).toBe(false);
  });
});
