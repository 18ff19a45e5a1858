import * as z from "zod/mini";
import { Refusal } from "./refusal.ts";

/** Longest wait for the project's REST API, in milliseconds. */
const TIMEOUT_MS = 10_000;

export interface TablesNeeds {
  readonly fetch: typeof fetch;
  /** Of the project, such as `https://abc.supabase.co`. */
  readonly url: string;
  /** Of the project: its public key, or its secret one where `token` is that. */
  readonly apiKey: string;
  /** Whose rows are seen: a user's own token, or the service role's. */
  readonly token: string;
}

export interface TableRequest<Row> {
  readonly method: "GET" | "POST" | "PATCH";
  readonly table: string;
  /** As PostgREST reads it. */
  readonly query: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly prefer?: string;
  readonly row: z.ZodMiniType<Row>;
}

/** Asks the project's REST API for rows of a table. Throws RECORDS_UNAVAILABLE where it does not give any answer of use. */
export async function askTable<Row>(
  { fetch, url, apiKey, token }: TablesNeeds,
  { method, table, query, body, prefer, row }: TableRequest<Row>,
): Promise<readonly Row[]> {
  const address = `${url}/rest/v1/${table}?${new URLSearchParams(query)}`;
  const headers = new Headers({ apikey: apiKey, authorization: `Bearer ${token}`, "content-type": "application/json" });
  if (prefer !== undefined) headers.set("prefer", prefer);
  try {
    const response = await fetch(address, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    return text === "" ? [] : z.parse(z.array(row), JSON.parse(text));
  } catch (cause) {
    throw new Refusal("RECORDS_UNAVAILABLE", { cause });
  }
}
