import { Agent } from "undici";
import type { Clock } from "../clock.ts";
import { checkedLookup, checkHost, PrivateAddressError, type Resolve } from "./checked-lookup.ts";
import { isPublicAddress } from "./public-addresses.ts";

/** Longest wait for a connection, and for a whole attempt, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
export const ATTEMPT_TIMEOUT_MS = 15_000;

/** What a receiver answers does not matter beyond its status; more than this is not read, in bytes. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * What came of an attempt. `refused`: the answer's status is not 2xx; a redirect is none of ours to follow. `timed_out`: no
 * answer came in time. `private_address`: nothing was sent, because of where it would have gone.
 */
export type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "timed_out" | "unreachable" | "private_address" };

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Sender {
  /** Makes one attempt, until `signal` is aborted. Never rejects. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

export interface SenderNeeds {
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** Whether private addresses are endpoints too. */
  readonly allowPrivate: boolean;
}

export function openSender({ clock, resolve, allowPrivate }: SenderNeeds): Sender {
  const isAllowed = allowPrivate ? () => true : isPublicAddress;
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS, lookup: checkedLookup(resolve, isAllowed) } });
  let closing: Promise<void> | undefined;

  const post = async ({ url, headers, body }: Message, signal: AbortSignal): Promise<Outcome> => {
    const { hostname, origin, pathname, search } = new URL(url);
    checkHost(hostname, isAllowed);
    const answer = await agent.request({
      origin,
      path: pathname + search,
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "user-agent": "interview-sdp-proxy" },
      body,
      signal,
      headersTimeout: ATTEMPT_TIMEOUT_MS,
      bodyTimeout: ATTEMPT_TIMEOUT_MS,
    });
    // Read so that the connection can be used again; what becomes of it changes nothing.
    await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
    const { statusCode: status } = answer;
    return status >= 200 && status < 300 ? { kind: "delivered" } : { kind: "refused", status };
  };

  return {
    async send(message, signal) {
      const over = new AbortController();
      const end = (): void => over.abort();
      let isLate = false;
      const cancel = clock.after(ATTEMPT_TIMEOUT_MS, () => {
        isLate = true;
        end();
      });
      // Not with `AbortSignal.any()`, of which this signal, which lives as long as the process, would keep something each time.
      if (signal.aborted) end();
      signal.addEventListener("abort", end);
      try {
        return await post(message, over.signal);
      } catch (error) {
        if (isLate || isTimeout(error)) return { kind: "timed_out" };
        return { kind: isPrivate(error) ? "private_address" : "unreachable" };
      } finally {
        cancel();
        signal.removeEventListener("abort", end);
      }
    },
    close: () => (closing ??= agent.destroy()),
  };
}

function isPrivate(error: unknown): boolean {
  return error instanceof PrivateAddressError || (error instanceof Error && isPrivate(error.cause));
}

/** By the codes of the HTTP client. */
function isTimeout(error: unknown): boolean {
  return /^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$/.test(String((error as { code?: unknown }).code));
}
