import { ERRORS, isErrorCode } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";

describe("the error table", () => {
  test("every close code may be used by an application", () => {
    for (const { close } of Object.values(ERRORS))
      expect(close === 1009 || (close >= 4000 && close <= 4999)).toBe(true);
  });

  test("only bad input (4400) and failed authentication (4401) share a close code", () => {
    const own = Object.values(ERRORS)
      .map(({ close }): number => close)
      .filter((close) => close !== 4400 && close !== 4401);
    expect(new Set(own).size).toBe(own.length);
  });

  test("every message says what happened and what to do", () => {
    for (const { message } of Object.values(ERRORS)) expect(message).toMatch(/^[A-Z].*[.,;].*\.$/);
  });

  test("names of Object.prototype are not codes", () => {
    expect(isErrorCode("RATE_LIMITED")).toBe(true);
    expect(isErrorCode("constructor")).toBe(false);
  });
});
