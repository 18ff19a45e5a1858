import type { Kysely } from "kysely";
import { RecordConflict } from "../records.ts";
import type { AuditEntry, TenantDirectory } from "../tenants.ts";
import type { Schema } from "./schema.ts";
import type { SqlBackend } from "./sql-backend.ts";

/** So many sessions are erased in one transaction: it must not hold what others wait for, nor take too long. */
const ERASED_AT_ONCE = 200;

/** The part of the records that is about tenants and those who administer them. */
export function tenantRecords({ database, together, isConstraint }: SqlBackend): TenantDirectory {
  return {
    tenantsSince: (revision) =>
      database.selectFrom("tenants").selectAll().where("revision", ">", revision).orderBy("revision").execute(),
    async saveTenant({ revision: replaced, ...tenant }, issuers, act) {
      try {
        await together(async (transaction) => {
          const revision = await nextRevision(transaction);
          await replaceTenant(transaction, { ...tenant, revision }, replaced);
          await transaction.deleteFrom("tenantIssuers").where("tenant", "=", tenant.id).execute();
          const rows = issuers.map((issuer) => ({ ...issuer, tenant: tenant.id }));
          if (rows.length > 0) await transaction.insertInto("tenantIssuers").values(rows).execute();
          await insertAct(transaction, act);
        });
      } catch (error) {
        throw isConstraint(error) ? new RecordConflict(error) : error;
      }
    },
    async eraseSessionsOf(tenant) {
      const running = await database
        .selectFrom("sessions")
        .select("id")
        .where("tenant", "=", tenant)
        .where("endedAt", "is", null)
        .where("startedAt", "is not", null)
        .limit(1)
        .executeTakeFirst();
      if (running !== undefined) return false;
      // They name sessions, and begin new ones.
      await database.deleteFrom("invitations").where("tenant", "=", tenant).execute();
      while ((await eraseSome(together, tenant)) > 0);
      return true;
    },
    noteAct: (act) => insertAct(database, act),
    async acts({ tenant, before, limit }) {
      let acts = database.selectFrom("auditLog").selectAll().orderBy("position", "desc").limit(limit);
      if (tenant !== undefined) acts = acts.where("tenant", "=", tenant);
      if (before !== undefined) acts = acts.where("position", "<", before);
      const rows = await acts.execute();
      return rows.map(({ settings, ...act }) => ({ ...act, settings: JSON.parse(settings) as readonly string[] }));
    },
  };
}

/** The row is held until the transaction is over, so that revisions can be seen in their order. */
async function nextRevision(transaction: Kysely<Schema>): Promise<number> {
  const row = await transaction
    .updateTable("tenantRevision")
    .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
    .returning("revision")
    .executeTakeFirstOrThrow();
  return row.revision;
}

async function replaceTenant(transaction: Kysely<Schema>, tenant: Schema["tenants"], replaced: number): Promise<void> {
  if (replaced === 0) return void (await transaction.insertInto("tenants").values(tenant).execute());
  const { numUpdatedRows } = await transaction
    .updateTable("tenants")
    .set(tenant)
    .where("id", "=", tenant.id)
    .where("revision", "=", replaced)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new RecordConflict(new Error("The tenant was changed meanwhile."));
}

async function insertAct(database: Kysely<Schema>, { at, actor, act, tenant, settings }: AuditEntry): Promise<void> {
  const row = { at, actor, act, tenant, settings: JSON.stringify(settings) };
  await database.insertInto("auditLog").values(row).execute();
}

/** Erases some of a tenant's sessions; returns how many. */
function eraseSome(together: SqlBackend["together"], tenant: string): Promise<number> {
  return together(async (transaction) => {
    const some = transaction.selectFrom("sessions").select("id").where("tenant", "=", tenant).limit(ERASED_AT_ONCE);
    const ids = (await some.execute()).map(({ id }) => id);
    if (ids.length === 0) return 0;
    const calls = transaction.selectFrom("calls").select("id").where("sessionId", "in", ids);
    for (const table of ["callItems", "callUsage"] as const)
      await transaction.deleteFrom(table).where("callId", "in", calls).execute();
    for (const table of ["webhookDeliveries", "marks", "turns", "transcriptSeals", "calls"] as const)
      await transaction.deleteFrom(table).where("sessionId", "in", ids).execute();
    await transaction.deleteFrom("sessions").where("id", "in", ids).execute();
    return ids.length;
  });
}
