/** Carries the pass of a request that another machine has passed on. */
export const RELAY_HEADER = "x-interview-relay";

/** Longest wait for a connection to another machine of the same network, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 1500;
