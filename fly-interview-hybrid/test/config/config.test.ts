import { describe, expect, test } from "vitest";
import { readConfig, SettingError, voiceModelOf } from "../../src/config/config.ts";
import { settings } from "../../src/config/settings.ts";

const key = { OPENAI_API_KEY: "sk-test" };

describe("readConfig", () => {
  test("takes the defaults of the protocol", () => {
    expect(readConfig(key)).toMatchObject({
      PORT: 8080,
      LOG_LEVEL: "info",
      SIMULATION_MODE: false,
      OPENAI_BASE_URL: "https://api.openai.com/v1",
      VOICE_API: "realtime",
      DATABASE_URL: "file:./data/proxy.db",
      MAX_SESSION_SECONDS: 3600,
      IDLE_SECONDS: 60,
      ALLOWED_ORIGINS: undefined,
    });
  });

  test("the model of the interviewer follows from the API, unless it is set", () => {
    expect(voiceModelOf(readConfig(key))).toBe("gpt-realtime-2.1");
    expect(voiceModelOf(readConfig({ ...key, VOICE_API: "live" }))).toBe("gpt-live-1");
    expect(voiceModelOf(readConfig({ ...key, VOICE_API: "live", VOICE_MODEL: "interviews-eu" }))).toBe("interviews-eu");
  });

  test("permissions of the data channel can be left out only where nothing passes through one", () => {
    const live = { ...key, VOICE_API: "live", LIVE_LEAVES_OUT: "client,store" };
    expect(() => readConfig(live)).toThrow("LIVE_LEAVES_OUT with client needs DATA_CHANNEL=sealed");
    const audioOnly = { ...live, LIVE_NEEDS_DATA_CHANNEL: "false" };
    expect(() => readConfig({ ...audioOnly, DATA_CHANNEL: "open" })).toThrow("LIVE_LEAVES_OUT");
    expect(readConfig(audioOnly).LIVE_LEAVES_OUT).toEqual(["client", "store"]);
    expect(() => readConfig({ ...key, LIVE_LEAVES_OUT: "model" })).toThrow("some of client, safety_identifier, store");
  });

  test("an empty variable counts as unset", () => {
    expect(readConfig({ ...key, PORT: "" }).PORT).toBe(8080);
  });

  test("is frozen", () => {
    expect(Object.isFrozen(readConfig(key))).toBe(true);
  });

  test("reads lists, JSON and URLs", () => {
    const config = readConfig({
      ...key,
      ALLOWED_ORIGINS: " https://a.example , http://localhost:* ",
      ICE_SERVERS: '[{"urls":"stun:stun.example"}]',
      OPENAI_BASE_URL: "http://127.0.0.1:9090/v1/",
    });
    expect(config.ALLOWED_ORIGINS).toEqual(["https://a.example", "http://localhost:*"]);
    expect(config.ICE_SERVERS).toEqual([{ urls: "stun:stun.example" }]);
    expect(config.OPENAI_BASE_URL).toBe("http://127.0.0.1:9090/v1");
  });

  test.each([
    ["PORT", "eighty"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["LOG_LEVEL", "loud"],
    ["SIMULATION_MODE", "yes"],
    ["OPENAI_BASE_URL", "ftp://example"],
    ["OPENAI_BASE_URL", "not a url"],
    ["JWT_SECRET", "short-secret"],
    ["ICE_SERVERS", "{"],
    ["ICE_SERVERS", '{"urls":1}'],
    ["MAX_SESSION_SECONDS", "9"],
    ["ALLOWED_ORIGINS", "https://jobs.example/"],
    ["ALLOWED_ORIGINS", "nowhere"],
    ["ALLOWED_ORIGINS", "https://a.example,,https://b.example"],
    ["TURN_URLS", " , "],
    ["WEBHOOK_URLS", "ftp://platform.example/hooks"],
    ["WEBHOOK_URLS", "https://user:a-secret@platform.example/hooks"],
    ["WEBHOOK_SECRET", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["WEBHOOK_SECRET", "whsec_c2hvcnQ="],
    ["WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*"],
    ["REDIS_URL", "http://cache.example"],
    ["REDIS_URL", "redis://:a secret@"],
  ] as const)("a wrong %s (%s) is refused by its name, without its value", (name, value) => {
    const failure = catchError(() => readConfig({ ...key, [name]: value }));
    expect(failure).toBeInstanceOf(SettingError);
    expect(failure.message).toMatch(new RegExp(`^${name} must be .+\\.$`));
    expect(failure.message).not.toContain(value);
  });

  test("no key is needed in simulation mode alone", () => {
    expect(readConfig({ SIMULATION_MODE: "true" }).OPENAI_API_KEY).toBeUndefined();
    expect(() => readConfig({})).toThrow(/^OPENAI_API_KEY is missing: .*SIMULATION_MODE=true/);
  });

  test("production refuses to start when no token can be valid", () => {
    expect(() => readConfig({ ...key, NODE_ENV: "production" })).toThrow(/^JWT_SECRET or JWT_JWKS_URL is missing/);
    expect(readConfig({ ...key, NODE_ENV: "production", JWT_SECRET: "x".repeat(32) }).NODE_ENV).toBe("production");
  });

  test("TURN servers need their secret", () => {
    expect(() => readConfig({ ...key, TURN_URLS: "turn:turn.example" })).toThrow(/TURN_SECRET/);
  });

  test("webhooks need a secret, and HTTPS unless they may be private", () => {
    const hooks = {
      WEBHOOK_URLS: "https://a.example/x, https://b.example/y",
      WEBHOOK_SECRET: `whsec_${"a".repeat(32)}`,
    };
    expect(readConfig({ ...key, ...hooks }).WEBHOOK_URLS).toEqual(["https://a.example/x", "https://b.example/y"]);
    expect(() => readConfig({ ...key, WEBHOOK_URLS: hooks.WEBHOOK_URLS })).toThrow(/set together/);
    expect(() => readConfig({ ...key, WEBHOOK_SECRET: hooks.WEBHOOK_SECRET })).toThrow(/set together/);
    const plain = { ...key, ...hooks, WEBHOOK_URLS: "http://localhost:1/hooks" };
    expect(() => readConfig(plain)).toThrow(/^WEBHOOK_URLS must be https/);
    expect(readConfig({ ...plain, WEBHOOK_PRIVATE_ADDRESSES: "true" }).WEBHOOK_URLS).toEqual([plain.WEBHOOK_URLS]);
  });

  test("a call is given up before the provider ends it, and not before it has begun", () => {
    const times = { CALL_LIMIT_SECONDS: "600", ROLLOVER_SECONDS: "600" };
    expect(() => readConfig({ ...key, ...times })).toThrow("ROLLOVER_SECONDS must be less than CALL_LIMIT_SECONDS.");
  });

  test("every setting says what it is for", () => {
    for (const setting of Object.values(settings)) expect(setting.description).toMatch(/\.$/);
  });
});

function catchError(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}
