import * as z from "zod/mini";
import type { Setting } from "./setting-kinds.ts";
import { settings } from "./settings.ts";

type Settings = typeof settings;
type SettingName = keyof Settings;
type Read<S> = S extends Setting<infer T> ? (S extends { readonly default: string } ? T : T | undefined) : never;

/** All settings as typed values, under the names of their environment variables. Frozen. */
export type Config = { readonly [N in SettingName]: Read<Settings[N]> };

/** The environment as text, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting is missing or wrong. The message names the variable and what it should be, never its value. */
export class SettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Reads and checks every setting. An empty variable counts as unset. Throws {@link SettingError}. */
export function readConfig(environment: Environment): Config {
  const entries = Object.entries(settings).map(([name, setting]) => [
    name,
    readSetting(name, setting, environment[name]),
  ]);
  const config = Object.freeze(Object.fromEntries(entries)) as Config;
  checkTogether(config);
  return config;
}

function readSetting(name: string, setting: Setting<unknown>, given: string | undefined): unknown {
  const value = given === undefined || given === "" ? setting.default : given;
  if (value === undefined) return undefined;
  const result = z.safeParse(setting.schema, value);
  if (!result.success) throw new SettingError(`${name} must be ${setting.expects}.`);
  return result.data;
}

function checkTogether(config: Config): void {
  if (!config.SIMULATION_MODE && config.OPENAI_API_KEY === undefined) {
    throw new SettingError(
      "OPENAI_API_KEY is missing: set it to a project key, or set SIMULATION_MODE=true to run without one.",
    );
  }
  if (config.NODE_ENV === "production" && !hasTokenIssuer(config)) {
    throw new SettingError(
      "JWT_SECRET or JWT_JWKS_URL is missing: in production one of them must say whose tokens are valid.",
    );
  }
  if (config.CLIENT_ADDRESS_HEADER !== undefined && config.TRUST_PROXY === 0) {
    throw new SettingError(
      "CLIENT_ADDRESS_HEADER needs TRUST_PROXY: without a proxy in front, clients would write it.",
    );
  }
  if ((config.TURN_URLS === undefined) !== (config.TURN_SECRET === undefined)) {
    throw new SettingError("TURN_URLS and TURN_SECRET must be set together.");
  }
  if ((config.WEBHOOK_URLS === undefined) !== (config.WEBHOOK_SECRET === undefined)) {
    throw new SettingError("WEBHOOK_URLS and WEBHOOK_SECRET must be set together.");
  }
  const isPlain = config.WEBHOOK_URLS?.some((url) => url.startsWith("http:")) === true;
  if (isPlain && !config.WEBHOOK_PRIVATE_ADDRESSES) {
    throw new SettingError("WEBHOOK_URLS must be https:// URLs, unless WEBHOOK_PRIVATE_ADDRESSES is true.");
  }
  if (config.ROLLOVER_SECONDS >= (config.CALL_LIMIT_SECONDS ?? Infinity)) {
    throw new SettingError("ROLLOVER_SECONDS must be less than CALL_LIMIT_SECONDS.");
  }
  if (config.VOICE_API === "live" && config.LIVE_LEAVES_OUT?.includes("client") === true) {
    if (config.DATA_CHANNEL !== "sealed" || config.LIVE_NEEDS_DATA_CHANNEL) {
      throw new SettingError(
        "LIVE_LEAVES_OUT with client needs DATA_CHANNEL=sealed and LIVE_NEEDS_DATA_CHANNEL=false: otherwise a page could do whatever the server can.",
      );
    }
  }
}

const VOICE_MODELS = { realtime: "gpt-realtime-2.1", live: "gpt-live-1" } as const;

/** The model of the interviewer. */
export function voiceModelOf({ VOICE_MODEL, VOICE_API }: Pick<Config, "VOICE_MODEL" | "VOICE_API">): string {
  return VOICE_MODEL ?? VOICE_MODELS[VOICE_API];
}

/** True where pages are told to bring a data channel. */
export function needsDataChannel(config: Pick<Config, "VOICE_API" | "LIVE_NEEDS_DATA_CHANNEL">): boolean {
  return config.VOICE_API === "live" && config.LIVE_NEEDS_DATA_CHANNEL;
}

/** True where some token can be valid. */
export function hasTokenIssuer(config: Config): boolean {
  return config.JWT_SECRET !== undefined || config.JWT_JWKS_URL !== undefined;
}

/** True where the simulator must run in this process. */
export function needsSimulator(config: Config): boolean {
  return config.SIMULATION_MODE || config.ALLOW_SIMULATION;
}
