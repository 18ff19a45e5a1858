import * as z from "zod/mini";
import type { Config } from "../../config/config.ts";
import { keyHeaders } from "./key-headers.ts";

/** What is learnt from asking for the list of models. */
export interface ModelsReply {
  readonly status: number;
  /** Their names, where the service lists them as OpenAI does: on Azure, a call names a deployment instead. */
  readonly models: readonly string[] | undefined;
  /** The service's clock, in milliseconds since the epoch. */
  readonly date: number | undefined;
}

const listSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Asks the service of the settings what models it has. The request is free. Rejects where there is no answer. */
export async function askForModels(
  { OPENAI_API_KEY: key = "", OPENAI_BASE_URL: baseUrl, UPSTREAM_AUTH: how }: Config,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<ModelsReply> {
  const response = await fetch(`${baseUrl}/models`, { headers: keyHeaders(key, how), signal });
  const list = listSchema.safeParse(await response.json().catch(() => undefined));
  const date = Date.parse(response.headers.get("date") ?? "");
  return {
    status: response.status,
    models: list.success && how === "bearer" ? list.data.data.map(({ id }) => id) : undefined,
    date: Number.isNaN(date) ? undefined : date,
  };
}
