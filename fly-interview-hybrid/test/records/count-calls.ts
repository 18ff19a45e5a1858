import type { CallState, Records } from "../../src/records/records.ts";

/** How many calls of the first sessions are in each state. */
export async function countCalls(records: Records): Promise<Readonly<Record<CallState, number>>> {
  const counts: Record<CallState, number> = { connecting: 0, live: 0, ended: 0, failed: 0, possible_orphan: 0 };
  for (const { id } of await records.listSessions({ tenant: "default", limit: 100 }))
    for (const { state } of await records.callsOf(id)) counts[state] += 1;
  return counts;
}
