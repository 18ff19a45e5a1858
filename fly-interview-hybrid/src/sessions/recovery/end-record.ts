import type { EndReason } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../ops/log.ts";
import type { Records, SessionRecord } from "../../records/records.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";

export interface EndRecordNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
  readonly transcripts: Transcripts;
}

/** Ends a session that runs in no process: its record, and its transcript. */
export async function endRecord(
  { id }: Pick<SessionRecord, "id">,
  reason: EndReason,
  needs: EndRecordNeeds,
): Promise<void> {
  await needs.records.updateSession(id, { endReason: reason, endedAt: needs.clock.now() });
  await needs.transcripts.seal(id);
  // What is left over is a fault somewhere; that nobody came is none.
  needs.log[reason === "shutdown" ? "warn" : "info"]({ session: id, reason }, "session ended that ran nowhere");
}
