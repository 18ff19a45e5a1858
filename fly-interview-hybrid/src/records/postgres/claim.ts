import { Socket } from "node:net";
import { Client } from "pg";
import type { Clock } from "../../clock.ts";
import { connectionTo } from "./connection.ts";

/** The database, for as long as one process has it to itself. */
export interface Claim {
  /** Throws while another process may have the database. */
  check(): void;
  /** Lets the next process have it. Doing it twice does no harm. */
  close(): Promise<void>;
}

/** Two numbers that no other program locks in a database of ours. */
const LOCK = [1_768_845_426, 1_935_962_224];
/** How long the process before this one may take to be gone, in milliseconds. */
const LOCK_TIMEOUT_MS = 3_000;
/** Between attempts to have the database again after the connection broke, in milliseconds. */
const RETRY_MS = 1_000;
/** A server that does not even close its connection is not waited for any longer, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000;

/** SQLSTATE of a lock that another process held for all of the time waited for it. */
const LOCK_NOT_AVAILABLE = "55P03";

/** The lock of a machine that lost its power is free after 25 seconds, instead of the system's two hours. */
const SESSION_SETTINGS =
  "select set_config('lock_timeout', $1, false), set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)";

/** Whether a claim failed because another process has the database. */
export function isHeldByAnother(error: unknown): boolean {
  return (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}

/**
 * Claims a database for this process: two of them on one would each end the other's sessions as left over. The claim is
 * a lock that lasts as long as its connection; where that breaks, it is taken again.
 */
export async function claimDatabase(url: string, clock: Clock): Promise<Claim> {
  let holder: Holder | undefined;
  let claiming = Promise.resolve();
  let cancelRetry = (): void => undefined;
  let isClosed = false;

  const claim = async (): Promise<void> => {
    const taken = await takeLock(url);
    holder = taken;
    void taken.ended.then(lose);
  };
  const lose = (): void => {
    holder = undefined;
    if (isClosed) return;
    cancelRetry = clock.after(RETRY_MS, () => {
      claiming = claim().catch(lose);
    });
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    cancelRetry();
    await claiming;
    await holder?.release();
  };

  await claim();
  let closing: Promise<void> | undefined;
  return {
    check() {
      if (holder === undefined) throw new Error("Another process may have the database.");
    },
    close: () => (closing ??= close()),
  };
}

interface Holder {
  /** Settles when the connection is gone, and the lock with it. */
  readonly ended: Promise<void>;
  release(): Promise<void>;
}

async function takeLock(url: string): Promise<Holder> {
  const socket = new Socket();
  const client = new Client(connectionTo(url, () => socket));
  // Whatever goes wrong with a connection also ends it.
  client.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  const release = async (): Promise<void> => {
    socket.setTimeout(CLOSE_TIMEOUT_MS, () => socket.destroy());
    await client.end();
  };
  try {
    await client.connect();
    await client.query(SESSION_SETTINGS, [String(LOCK_TIMEOUT_MS)]);
    await client.query("select pg_advisory_lock($1, $2)", LOCK);
  } catch (error) {
    await release();
    throw error;
  }
  return { ended, release };
}
