import type { TenantReply } from "@interview-proxy/protocol";
import type { ScopedRecords, TenantScope } from "../records/tenant-scope.ts";
import type { SessionRecord } from "../records/records.ts";

const PAGE = 50;

/** A tenant's settings, and its sessions with all that is kept of each, one JSON object a line. No secret, and no hash of one. */
export async function* exportLines(tenant: TenantReply, records: ScopedRecords): AsyncGenerator<string> {
  const own = records.of(tenant.id);
  yield line({ kind: "tenant", ...tenant });
  let after: SessionRecord | undefined;
  for (;;) {
    const page = await own.listSessions({ limit: PAGE, after });
    for (const session of page) yield line(await describe(session, own));
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

async function describe(session: SessionRecord, own: TenantScope): Promise<object> {
  const { resumeTokenHashes: _hashes, owner: _owner, fence: _fence, ...told } = session;
  const [calls, turns, marks] = await Promise.all([
    own.callsOf(session.id),
    own.turnsOf(session.id),
    own.marksOf(session.id),
  ]);
  const usage = await Promise.all(calls.map(({ id }) => own.usageOfCall(id)));
  const callsWithUsage = calls.map((call, index) => ({ ...call, usage: usage[index] }));
  return { kind: "session", ...told, calls: callsWithUsage, turns, marks };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
