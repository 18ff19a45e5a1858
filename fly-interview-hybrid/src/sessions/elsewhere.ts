import { ProxyError } from "../errors.ts";
import type { SessionRecord } from "../records/records.ts";
import type { Roster } from "./recovery/roster.ts";

/** By then a session whose machine is lost, or that has just changed hands, may be found; in milliseconds. */
const FOUND_AFTER_MS = 500;

/**
 * A dead machine is found out, and its sessions are taken over, in two to three seconds. Pages that ask more often, in
 * milliseconds, keep the others from doing so: what such answers cost delays it by half a second with 200 pages (measured).
 */
const ASK_AGAIN_AFTER_MS = 1500;

const COME_AGAIN = { facts: { retryAfterMs: FOUND_AFTER_MS } };

/** What a client is told whose session was on another machine that cannot be reached any more. */
export function lostElsewhere(cause?: unknown): ProxyError {
  return new ProxyError("SESSION_BUSY", { ...COME_AGAIN, cause });
}

/**
 * The session runs on another machine, and who asks has the right to what was asked for. A door passes the request on;
 * whoever cannot is told SESSION_BUSY.
 */
export class SessionElsewhere extends ProxyError {
  /** Base URL of that machine. */
  readonly address: string;

  constructor(address: string) {
    super("SESSION_BUSY", COME_AGAIN);
    this.address = address;
  }
}

type Ownership = Pick<SessionRecord, "owner" | "startedAt" | "endedAt">;

/**
 * What to throw where a session runs, but not here: {@link SessionElsewhere}, or SESSION_BUSY while no machine runs it that
 * can be reached. `undefined` where it is this machine's, waits for its person, or has ended.
 */
export function refusalElsewhere(session: Ownership, roster: Roster): ProxyError | undefined {
  if (session.startedAt === null || session.endedAt !== null || roster.isSelf(session.owner)) return undefined;
  return reach(session, roster) ?? new ProxyError("SESSION_BUSY", { facts: { retryAfterMs: ASK_AGAIN_AFTER_MS } });
}

/** What to throw where the last owner of a session is another machine that can be reached, whether it has ended or not. */
export function reach({ owner }: Pick<Ownership, "owner">, roster: Roster): SessionElsewhere | undefined {
  const address = owner === null ? undefined : roster.addressOf(owner);
  return address === undefined ? undefined : new SessionElsewhere(address);
}
