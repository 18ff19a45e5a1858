/** The names under which calls are kept in the records: of the service and of the simulator, by the API. */
export const UPSTREAM_NAMES = {
  realtime: { real: "openai-realtime", simulated: "simulator" },
  live: { real: "openai-live", simulated: "simulator-live" },
} as const;

/** All of them. */
export const EVERY_UPSTREAM: readonly string[] = Object.values(UPSTREAM_NAMES).flatMap(Object.values<string>);
