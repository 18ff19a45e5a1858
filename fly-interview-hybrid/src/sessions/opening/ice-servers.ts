import { createHmac } from "node:crypto";
import type { IceServer } from "@interview-proxy/protocol";
import type { Config } from "../../config/config.ts";

/**
 * What a browser gets in `iceServers`: the configured servers, and TURN servers with credentials that hold until
 * `expiresAt` (milliseconds since the epoch). Form of the credentials: draft-uberti-behave-turn-rest-00, as coturn reads it.
 */
export function iceServersFor(config: Config, sessionId: string, expiresAt: number): IceServer[] {
  const fixed = config.ICE_SERVERS ?? [];
  if (config.TURN_URLS === undefined || config.TURN_SECRET === undefined) return [...fixed];
  const username = `${Math.ceil(expiresAt / 1000)}:${sessionId}`;
  const credential = createHmac("sha1", config.TURN_SECRET).update(username).digest("base64");
  return [...fixed, { urls: [...config.TURN_URLS], username, credential }];
}

/** Whether browsers get any, which is known before there is a session. */
export function hasIceServers(config: Config): boolean {
  return iceServersFor(config, "", 0).length > 0;
}
