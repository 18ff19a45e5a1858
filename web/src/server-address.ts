const SIMULATION = "simulation";

/** The server of the page: beside the dev server it is the guide's, else the one that served it. */
export function ownServerUrl(): string {
  return import.meta.env.DEV ? "ws://localhost:3001" : location.origin.replace(/^http/, "ws");
}

/** The server to begin with. */
export function initialServerUrl(): string {
  return withSimulation(ownServerUrl(), true);
}

/** True where the address asks for the simulated interviewer. */
export function asksForSimulation(address: string): boolean {
  return split(address).query.get(SIMULATION) === "true";
}

/** The address with or without `?simulation=true`, and otherwise as typed, so that it may be half finished. */
export function withSimulation(address: string, simulation: boolean): string {
  const { base, query } = split(address);
  if (simulation) query.set(SIMULATION, "true");
  else query.delete(SIMULATION);
  return query.size === 0 ? base : `${base}?${query}`;
}

function split(address: string): { base: string; query: URLSearchParams } {
  const [base = "", ...query] = address.split("?");
  return { base, query: new URLSearchParams(query.join("?")) };
}
