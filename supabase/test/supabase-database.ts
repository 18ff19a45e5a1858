import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import type { PostgresServer } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { SUPABASE } from "./deno.ts";

/** Who asks: a role of Supabase, and the user of their token. */
export interface Asker {
  readonly role: "anon" | "authenticated" | "service_role";
  readonly sub?: string;
}

/** A database as a Supabase project has it: its roles, their privileges, `auth`, and the migrations of this repository. */
export interface SupabaseDatabase {
  /** Runs a statement as the REST API does for who asks. */
  readonly ask: (asker: Asker, statement: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** Adds a user who can sign in. */
  readonly addUser: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What a new Supabase project brings, as far as the migrations meet it. `postgres` is whose tables they are; it is no superuser. */
const PROJECT = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'anon') then
      create role postgres nologin noinherit bypassrls;
      create role anon nologin noinherit;
      create role authenticated nologin noinherit;
      create role service_role nologin noinherit bypassrls;
    end if;
  end $$;
  grant all on schema public to postgres;
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
  create schema auth;
  grant usage on schema auth to postgres, anon, authenticated, service_role;
  create table auth.users (id uuid primary key);
  grant references on auth.users to postgres;
  create function auth.uid() returns uuid language sql stable as $$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
  $$;
`;

export async function openSupabaseDatabase(server: PostgresServer): Promise<SupabaseDatabase> {
  const name = await server.createDatabase();
  const client = await server.connect(name);
  await client.query(PROJECT);
  await client.query(`grant create on database ${name} to postgres`);
  await client.query("set role postgres");
  const migrations = join(SUPABASE, "migrations");
  for (const file of readdirSync(migrations).toSorted())
    await client.query(readFileSync(join(migrations, file), "utf8"));
  await client.query("reset role");
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(asker, statement, values = []) {
      const asked = last.then(() => askAs(client, asker, { statement, values }));
      last = asked.catch(() => undefined);
      return asked;
    },
    async addUser(id) {
      await client.query("insert into auth.users (id) values ($1)", [id]);
    },
    close: () => client.end(),
  };
}

async function askAs(
  client: Client,
  { role, sub }: Asker,
  { statement, values }: { readonly statement: string; readonly values: readonly unknown[] },
): Promise<Record<string, unknown>[]> {
  await client.query("begin");
  try {
    await client.query(`set local role ${role}`);
    await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify({ role, sub })]);
    const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
    await client.query("commit");
    return rows;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
