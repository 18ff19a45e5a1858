import { type Dispatcher, Pool } from "undici";
import type { Clock } from "../../clock.ts";
import type { ServerContacts } from "../../ops/upstream-contacts.ts";
import { type KeyHeader, keyHeaders } from "./key-headers.ts";

/** Idle connections that are kept open, so that a call finds one without a TCP and TLS handshake. */
const WARM_CONNECTIONS = 2;

/** How often idle connections are used, so that no middlebox or server closes them for being idle, in milliseconds. */
const WARM_EVERY_MS = 25_000;

export interface ApiOptions {
  /** Such as `https://api.openai.com/v1`, without a final slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly keyHeader: KeyHeader;
  /** Such as those that name an organisation and a project. */
  readonly accountHeaders?: Readonly<Record<string, string>> | undefined;
  readonly connectTimeoutMs: number;
  /** Longest that the answer to a create is read, whether anybody still waits for it or not. */
  readonly createTimeoutMs: number;
  /** Hears whether the server could be reached, and what time it is there. */
  readonly contacts?: ServerContacts;
}

type ApiRequest = Pick<Dispatcher.RequestOptions, "method" | "path" | "body"> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** A short-lived key in place of the project key. */
  readonly secret?: string;
  /** Longest wait for the head of the reply, and then for each part of it. */
  readonly timeoutMs: number;
};

/** The provider's HTTP surface over a pool of kept-alive, pre-warmed connections. */
export interface Api {
  request(request: ApiRequest): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

export function openApi(options: ApiOptions, clock: Clock): Api {
  const base = new URL(options.baseUrl);
  const pool = new Pool(base.origin, {
    connect: { timeout: options.connectTimeoutMs },
    keepAliveTimeout: 2 * WARM_EVERY_MS,
  });
  const prefix = base.pathname === "/" ? "" : base.pathname;

  const { contacts } = options;
  const warm = createWarmer(pool, `${prefix}/models`, { clock, contacts });
  let closing: Promise<void> | undefined;
  return {
    async request({ headers, secret, timeoutMs, ...request }) {
      const response = await pool.request({
        ...request,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        path: prefix + request.path,
        headers: {
          ...options.accountHeaders,
          ...headers,
          ...(secret === undefined ? keyHeaders(options.apiKey, options.keyHeader) : keyHeaders(secret, "bearer")),
        },
      });
      contacts?.note({ isReached: true, date: String(response.headers["date"] ?? "") });
      return response;
    },
    close: () => {
      warm.stop();
      contacts?.forget();
      return (closing ??= pool.destroy());
    },
  };
}

/** Sends requests without a key, whose answer does not matter, over as many connections as are to stay warm. */
function createWarmer(
  pool: Pool,
  path: string,
  { clock, contacts }: { readonly clock: Clock; readonly contacts: ServerContacts | undefined },
): { stop: () => void } {
  let cancel = (): void => undefined;
  const touch = async (): Promise<void> => {
    try {
      const { body, headers } = await pool.request({
        method: "HEAD",
        path,
        headersTimeout: WARM_EVERY_MS,
        bodyTimeout: WARM_EVERY_MS,
      });
      contacts?.note({ isReached: true, date: String(headers["date"] ?? "") });
      await body.dump();
    } catch {
      contacts?.note({ isReached: false });
    }
  };
  const warm = (): void => {
    for (let i = 0; i < WARM_CONNECTIONS; i++) void touch();
    cancel = clock.after(WARM_EVERY_MS, warm);
  };
  warm();
  return { stop: () => cancel() };
}
