import { readResumeToken } from "../../auth/credentials.ts";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import type { Arrival } from "../arrival.ts";
import { sessionIdOfToken } from "../../ids.ts";
import type { Sessions } from "../../sessions/sessions.ts";

/** With these a request comes that was replayed before, or could not be: it is passed on as anywhere else. */
const REPLAYED = ["fly-replay-src", "fly-replay-failed"];

/** Name of a machine in its app's private network, the machine's id first (fly.io/docs/networking/private-networking). */
const MACHINE_ADDRESS = /^http:\/\/([0-9a-f]+)\.vm\.[a-z0-9-]+\.internal(:\d+)?$/;

/**
 * Has Fly's proxy bring what lasts, which is sockets and event streams, to the machine that runs the session, so that no
 * other machine stands between for as long as it lasts. It goes by the session that the request names, before anybody's
 * sign-in is looked at: the other machine does that, and a ticket serves once.
 */
export async function replayElsewhere(
  request: Arrival & { readonly params?: unknown },
  reply: { header(name: string, value: string): unknown },
  { config, sessions }: { readonly config: Config; readonly sessions: Sessions },
): Promise<void> {
  if (!config.FLY_REPLAY || REPLAYED.some((name) => name in request.headers)) return;
  const id = sessionNamedBy(request);
  const address = id === undefined ? undefined : await sessions.addressOf(id);
  const machine = MACHINE_ADDRESS.exec(address ?? "")?.[1];
  if (machine === undefined) return;
  void reply.header("fly-replay", `instance=${machine};timeout=2s;fallback=force_self`);
  // For whoever is not behind Fly's proxy.
  throw new ProxyError("SESSION_BUSY");
}

function sessionNamedBy(request: Arrival & { readonly params?: unknown }): string | undefined {
  const { id } = (request.params ?? {}) as Readonly<Record<string, string | undefined>>;
  return id ?? sessionIdOfToken(readResumeToken(request) ?? "");
}
