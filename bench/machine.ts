import { availableParallelism, loadavg } from "node:os";

/** The machine that figures are of, and what it was busy with. To be asked before anything is started. */
export function describeMachine(): string {
  const [loadBefore = 0] = loadavg();
  const load = Math.round(loadBefore * 10) / 10;
  return `${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}, load ${load} before`;
}

/** Today's date in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
