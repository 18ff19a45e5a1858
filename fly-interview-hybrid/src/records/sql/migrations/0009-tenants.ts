import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { ColumnTypes } from "../column-types.ts";
import { ENSURE_TENANT_ROLE } from "../tenant-role.ts";

/** Tenants, their issuers, the log of administrative acts, and on Postgres the wall between tenants. */
export const tenants = (types: ColumnTypes): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("tenants")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("revision", types.whole, (column) => column.notNull().unique())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("secrets", "text", (column) => column.notNull())
      .addColumn("createdAt", types.whole, (column) => column.notNull())
      .addColumn("updatedAt", types.whole, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("tenantRevision")
      .addColumn("id", types.whole, (column) => column.primaryKey())
      .addColumn("revision", types.whole, (column) => column.notNull())
      .execute();
    await sql`insert into "tenantRevision" ("id", "revision") values (1, 0)`.execute(db);
    await db.schema
      .createTable("tenantIssuers")
      .addColumn("issuer", "text", (column) => column.notNull())
      .addColumn("audience", "text", (column) => column.notNull())
      .addColumn("tenant", "text", (column) => column.notNull().references("tenants.id"))
      .addPrimaryKeyConstraint("tenantIssuer", ["issuer", "audience"])
      .execute();
    await db.schema
      .createTable("auditLog")
      .addColumn("position", types.rowNumber, (column) =>
        types.rowNumber === "integer" ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn("at", types.whole, (column) => column.notNull())
      .addColumn("actor", "text", (column) => column.notNull())
      .addColumn("act", "text", (column) => column.notNull())
      .addColumn("tenant", "text")
      .addColumn("settings", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("actsOfTenant").on("auditLog").columns(["tenant", "position"]).execute();
    const statements = types.database === "postgres" ? [...KEEP_ACTS_POSTGRES, ...WALL] : KEEP_ACTS_SQLITE;
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

const REFUSAL = "The audit log can only be added to.";

const KEEP_ACTS_SQLITE = ["update", "delete"].map(
  (change) =>
    `create trigger "auditLogRefuses_${change}" before ${change} on "auditLog" begin select raise(abort, '${REFUSAL}'); end`,
);

const KEEP_ACTS_POSTGRES = [
  `create function "refuseChangeOfAct"() returns trigger language plpgsql as $$ begin raise exception '${REFUSAL}' using errcode = 'restrict_violation'; end $$`,
  `create trigger "auditLogRefuses" before update or delete or truncate on "auditLog" for each statement execute function "refuseChangeOfAct"()`,
];

const OF_SESSION = ["turns", "marks", "transcriptSeals"];
const TENANT = `current_setting('interview_proxy.tenant', true)`;

/**
 * A role that sees one tenant's rows, which each transaction names, and none while it names none. The owner of the tables,
 * who looks after all tenants' sessions, is not bound by it.
 */
const WALL = [
  ENSURE_TENANT_ROLE,
  `do $$ begin execute format('grant usage on schema %I to interview_proxy_tenant', current_schema()); end $$`,
  `grant select on "sessions", "calls", "callUsage", "turns", "marks", "transcriptSeals" to interview_proxy_tenant`,
  `grant update ("text", "heardText", "salt") on "turns" to interview_proxy_tenant`,
  `grant update ("text") on "marks" to interview_proxy_tenant`,
  ...["sessions", "calls", "callUsage", ...OF_SESSION].map(
    (table) => `alter table "${table}" enable row level security`,
  ),
  ...["sessions", "calls"].map(
    (table) =>
      `create policy "ofTenant" on "${table}" to interview_proxy_tenant using ("tenant" = ${TENANT}) with check ("tenant" = ${TENANT})`,
  ),
  // What these look up is under the policy of the table it is in.
  ...OF_SESSION.map(
    (table) =>
      `create policy "ofTenant" on "${table}" to interview_proxy_tenant using (exists (select from "sessions" where "sessions"."id" = "${table}"."sessionId"))`,
  ),
  `create policy "ofTenant" on "callUsage" to interview_proxy_tenant using (exists (select from "calls" where "calls"."id" = "callUsage"."callId"))`,
];
