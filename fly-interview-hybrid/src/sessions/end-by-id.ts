import type { EndReason } from "@interview-proxy/protocol";
import { ProxyError } from "../errors.ts";
import { endRecord, type EndRecordNeeds } from "./recovery/end-record.ts";
import type { LiveSessions } from "./live-sessions.ts";
import type { Session } from "./session.ts";

export interface EndByIdNeeds extends EndRecordNeeds {
  readonly live: LiveSessions;
  readonly endRunning: (session: Session, reason: EndReason) => Promise<void>;
}

/** Ends a session, whether it runs or waits for its person; one that has ended stays as it is. Throws SESSION_BUSY. */
export async function endById(id: string, reason: EndReason, needs: EndByIdNeeds): Promise<void> {
  const { live, records, endRunning } = needs;
  const record = live.byId(id) === undefined ? await records.findSession(id) : undefined;
  // It may have been started while its record was read.
  const running = live.byId(id);
  if (running !== undefined) return endRunning(running, reason);
  if (record === undefined || record.endedAt !== null) return;
  // It is being taken over, or is about to end.
  if (record.startedAt !== null) throw new ProxyError("SESSION_BUSY");
  await endRecord(record, reason, needs);
}
