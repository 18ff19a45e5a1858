import type { Socket } from "node:net";
import { type ClientConfig, TypeOverrides, types } from "pg";

/** Longest wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A peer that is gone without a word is noticed some ten seconds after this much silence, in milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/**
 * How every connection is made. The URL says where, as whom, and by its `sslmode` whether over TLS. `socket` makes the
 * connection's socket, so that its owner can bound its silence.
 */
export function connectionTo(url: string, socket: () => Socket): ClientConfig {
  return {
    connectionString: url,
    application_name: "interview-sdp-proxy",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: numbersAsNumbers(),
    stream: socket,
  };
}

/** Postgres sends 64-bit numbers as text, because they may exceed 2^53; ours, milliseconds and counts, do not. */
function numbersAsNumbers(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
}
