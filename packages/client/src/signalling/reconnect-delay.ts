/** Before each attempt in a row, in milliseconds; the last counts for all that follow. */
const DELAYS_MS = [0, 300, 1200, 2700, 4800] as const;
const LAST_DELAY_MS = 7000;

/** The first attempts are for a socket that broke alone; those that follow may be made by everybody at once. */
const ATTEMPTS_WITHOUT_JITTER = 2;

/**
 * How long to wait before an attempt, counted from 0, in milliseconds. From the third on it is half to one and a half of
 * the time above, so that a server that starts again does not meet all its clients in one moment.
 */
export function reconnectDelay(attempt: number, random: () => number): number {
  const delay = DELAYS_MS[attempt] ?? LAST_DELAY_MS;
  return attempt < ATTEMPTS_WITHOUT_JITTER ? delay : delay * (0.5 + random());
}
