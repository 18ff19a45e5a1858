import { boundedWait } from "./bounded-wait.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError, serverError } from "./errors.ts";
import { parseServerUrl } from "./server-url.ts";
import { errorIn } from "./signalling/session-request.ts";
import { resolveToken } from "./signalling/token.ts";

/** How long the server may take to say something. */
export const PATIENCE_MS = 8_000;

interface PostContext {
  readonly options: {
    readonly url: string;
    readonly token?: string | (() => Promise<string>) | undefined;
    /** In place of a token. */
    readonly invitation?: string | undefined;
  };
  readonly environment: Pick<BrowserEnvironment, "fetch">;
  readonly signal: AbortSignal;
}

/** The reply's body. Rejects with the server's error, `BAD_SERVER_REPLY`, or `SERVER_UNREACHABLE`. */
export async function postToServer(
  { options, environment, signal }: PostContext,
  door: "preCheck" | "testCall" | "redemption",
  body: object,
): Promise<unknown> {
  const { invitation } = options;
  const token = invitation === undefined ? await resolveToken(options.token) : undefined;
  const init = {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ ...body, invitation }),
    signal,
  };
  const posted = environment.fetch(parseServerUrl(options.url)[door], init).catch((cause: unknown) => {
    throw clientError("SERVER_UNREACHABLE", { cause });
  });
  const response = await boundedWait(posted, {
    signal,
    limit: { ms: PATIENCE_MS, error: () => clientError("SERVER_TIMEOUT") },
  });
  const reply: unknown = await response.json().catch(() => undefined);
  if (response.ok) return reply;
  const error = errorIn(reply);
  throw error ? serverError(error) : clientError("BAD_SERVER_REPLY");
}
