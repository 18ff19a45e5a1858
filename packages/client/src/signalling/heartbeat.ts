/** How often the server is asked whether it is there, in milliseconds. */
const PING_EVERY_MS = 5_000;

/** How long it may take to answer, in milliseconds. Slower is as good as gone: a new socket costs little. */
const PATIENCE_MS = 3_000;

export interface Heartbeat {
  /** Asks now, because there is a reason to doubt. */
  probe(): void;
  /** Something came from the server. */
  heard(): void;
  stop(): void;
}

interface HeartbeatOptions {
  readonly ping: () => void;
  /** The server has answered. */
  readonly onAlive: () => void;
  /** It has not, in time. */
  readonly onDead: () => void;
}

/** Notices a socket that is dead without saying so, as after a change of networks: TCP alone may take minutes. */
export function keepHeartbeat({ ping, onAlive, onDead }: HeartbeatOptions): Heartbeat {
  let patience: ReturnType<typeof setTimeout> | undefined;
  const probe = () => {
    if (patience !== undefined) return;
    ping();
    patience = setTimeout(onDead, PATIENCE_MS);
  };
  const calm = () => {
    clearTimeout(patience);
    patience = undefined;
  };
  const interval = setInterval(probe, PING_EVERY_MS);
  return {
    probe,
    heard() {
      if (patience === undefined) return;
      calm();
      onAlive();
    },
    stop() {
      clearInterval(interval);
      calm();
    },
  };
}
