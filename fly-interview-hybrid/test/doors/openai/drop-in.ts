import OpenAI from "openai";
import { SERVICE, startPlatform } from "../platform.ts";
import { type ProxyTestOptions, type ProxyUnderTest, tokenFor } from "../start-proxy.ts";

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

export interface DropIn {
  readonly proxy: ProxyUnderTest;
  /** Posts to a route below `/v1`. */
  readonly post: (path: string, request?: PostRequest) => Promise<Reply>;
  /** The official client, with nothing changed but address and key. It does not retry. */
  readonly client: (apiKey?: string) => OpenAI;
}

export interface PostRequest {
  readonly bearer?: string;
  readonly type?: string;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A proxy whose calls may have a data channel, and whose platform has a service token. */
export async function startDropIn(options: ProxyTestOptions = {}): Promise<DropIn> {
  const settings = { DATA_CHANNEL: "open", VOICE_API: "realtime", ...options.settings };
  const { proxy } = await startPlatform({ simulator: { media: "none" }, ...options, settings });
  return {
    proxy,
    async post(path, { bearer, type, body, headers, signal } = {}) {
      const authorization = `Bearer ${bearer ?? (await tokenFor("ada"))}`;
      const typed = type === undefined ? {} : { "content-type": type };
      const init = {
        method: "POST",
        headers: { authorization, ...typed, ...headers },
        ...(body && { body }),
        ...(signal && { signal }),
      };
      return proxy.fetch(`/v1${path}`, init);
    },
    client: (apiKey = SERVICE) => new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey, maxRetries: 0 }),
  };
}

/** The id in the `Location` of a new call. */
export function callIdOf({ headers }: Pick<Reply, "headers">): string {
  return headers.get("location")?.split("/").at(-1) ?? "";
}
