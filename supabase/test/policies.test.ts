import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { type Asker, openSupabaseDatabase, type SupabaseDatabase } from "./supabase-database.ts";

const TABLES = ["organisations", "members", "interviews", "interview_plans", "results"] as const;

const user = (): Asker & { readonly sub: string } => ({ role: "authenticated", sub: randomUUID() });
const people = {
  recruiterA: user(),
  colleagueA: user(),
  recruiterB: user(),
  candidate: user(),
  other: user(),
  stranger: user(),
};
const service: Asker = { role: "service_role" };
const anonymous: Asker = { role: "anon" };

const [orgA, orgB] = [randomUUID(), randomUUID()];
/** Of A: one that waits and one that was held, by one candidate; of B: one by another candidate. */
const [waiting, held, ofB] = [randomUUID(), randomUUID(), randomUUID()];

let server: PostgresServer;
let database: SupabaseDatabase;
beforeAll(async () => {
  server = await startPostgres();
  database = await openSupabaseDatabase(server);
  const { ask, addUser } = database;
  for (const { sub } of Object.values(people)) await addUser(sub);
  await ask(service, "insert into organisations (id, name) values ($1, 'A'), ($2, 'B')", [orgA, orgB]);
  const members = [
    [orgA, people.recruiterA],
    [orgA, people.colleagueA],
    [orgB, people.recruiterB],
  ] as const;
  for (const [org, { sub }] of members) await ask(service, "insert into members values ($1, $2)", [org, sub]);
  const interviews = [
    [waiting, orgA, people.candidate, null],
    [held, orgA, people.candidate, "ses_held"],
    [ofB, orgB, people.other, "ses_b"],
  ] as const;
  for (const [id, org, { sub }, session] of interviews) {
    await ask(
      service,
      "insert into interviews (id, organisation_id, candidate_id, title, closes_at, session_id) values ($1, $2, $3, 'T', now() + interval '1 day', $4)",
      [id, org, sub, session],
    );
    await ask(service, "insert into interview_plans (interview_id, instructions) values ($1, 'Private.')", [id]);
    if (session !== null)
      await ask(service, "insert into results (interview_id, session_id, turns) values ($1, $2, 3)", [id, session]);
  }
}, 60_000);
afterAll(async () => {
  await database.close();
  await server.stop();
});

const DENIED = /permission denied|row-level security/;

async function countsFor(asker: Asker): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of TABLES) {
    const [row] = await database.ask(asker, `select count(*)::integer as count from ${table}`);
    counts.push(Number(row?.count));
  }
  return counts;
}

async function idsFor(asker: Asker): Promise<readonly string[]> {
  return (await database.ask(asker, "select id from interviews")).map(({ id }) => String(id)).toSorted();
}

describe("what is seen", () => {
  test.each([
    ["a recruiter of A", people.recruiterA, [1, 2, 2, 2, 1]],
    ["their colleague", people.colleagueA, [1, 2, 2, 2, 1]],
    ["a recruiter of B", people.recruiterB, [1, 1, 1, 1, 1]],
    ["a candidate: their interviews, and neither plan nor result", people.candidate, [0, 0, 2, 0, 0]],
    ["another candidate", people.other, [0, 0, 1, 0, 0]],
    ["somebody who has nothing to do with it", people.stranger, [0, 0, 0, 0, 0]],
    ["the service", service, [2, 3, 3, 3, 2]],
  ])("by %s", async (_who, asker, counts) => {
    expect(await countsFor(asker)).toEqual(counts);
  });

  test("is one's own organisation's, and one's own", async () => {
    expect(await idsFor(people.recruiterA)).toEqual([waiting, held].toSorted());
    expect(await idsFor(people.recruiterB)).toEqual([ofB]);
    expect(await idsFor(people.candidate)).toEqual([waiting, held].toSorted());
    expect(await idsFor(people.other)).toEqual([ofB]);
  });

  test.each(TABLES)("by nobody who is not signed in: %s", async (table) => {
    await expect(database.ask(anonymous, `select from ${table}`)).rejects.toThrow(DENIED);
    // A role without a user, as of a token without `sub`.
    expect(await database.ask({ role: "authenticated" }, `select from ${table}`)).toEqual([]);
  });
});

describe("what is changed", () => {
  const insert = (organisation: string, columns = "", values = ""): [string, unknown[]] => [
    `insert into interviews (organisation_id, candidate_id, title, closes_at${columns})
     values ($1, $2, 'New', now() + interval '1 day'${values}) returning id`,
    [organisation, people.candidate.sub],
  ];

  test("a recruiter arranges, plans, changes and withdraws interviews of their own organisation", async () => {
    const { ask } = database;
    const [row] = await ask(people.recruiterA, ...insert(orgA));
    const id = row?.id;
    await ask(people.recruiterA, "insert into interview_plans (interview_id, questions) values ($1, '{Who?}')", [id]);
    await ask(people.colleagueA, "update interview_plans set persona = 'cedar' where interview_id = $1", [id]);
    const renamed = await ask(
      people.colleagueA,
      "update interviews set title = 'Other' where id = $1 returning title",
      [id],
    );
    expect(renamed).toEqual([{ title: "Other" }]);
    expect(await ask(people.recruiterA, "delete from interviews where id = $1 returning id", [id])).toEqual([{ id }]);
  });

  test("nobody arranges interviews elsewhere, or sets what the proxy sets", async () => {
    const { ask } = database;
    for (const asker of [people.recruiterB, people.candidate, people.stranger])
      await expect(ask(asker, ...insert(orgA))).rejects.toThrow(DENIED);
    await expect(ask(anonymous, ...insert(orgA))).rejects.toThrow(DENIED);
    await expect(ask(people.recruiterA, ...insert(orgA, ", session_id", ", 'ses_forged'"))).rejects.toThrow(DENIED);
    const forgeries = [
      "update interviews set session_id = 'ses_forged'",
      `update interviews set organisation_id = '${orgB}'`,
      "insert into organisations (name) values ('Mine')",
      `insert into members values ('${orgB}', '${people.recruiterA.sub}')`,
      "update members set organisation_id = organisation_id",
      "delete from members",
      `insert into results (interview_id, session_id) values ('${waiting}', 'ses_forged')`,
      "update results set turns = 100",
      "delete from results",
      "delete from interview_plans",
      "truncate interviews",
    ];
    for (const forgery of forgeries) await expect(ask(people.recruiterA, forgery)).rejects.toThrow(DENIED);
  });

  test("nobody changes an interview that somebody has come to, or another organisation's", async () => {
    const { ask } = database;
    const attempts = [
      [people.recruiterA, held],
      [people.recruiterA, ofB],
      [people.recruiterB, waiting],
      [people.candidate, waiting],
    ] as const;
    for (const [asker, id] of attempts) {
      expect(await ask(asker, "update interviews set title = 'Mine' where id = $1 returning id", [id])).toEqual([]);
      expect(await ask(asker, "delete from interviews where id = $1 returning id", [id])).toEqual([]);
      const plan = "update interview_plans set instructions = 'Mine' where interview_id = $1 returning interview_id";
      expect(await ask(asker, plan, [id])).toEqual([]);
    }
    await expect(
      ask(people.recruiterB, "insert into interview_plans (interview_id) values ($1)", [waiting]),
    ).rejects.toThrow(DENIED);
  });

  test("a recruiter does not learn of others' interviews by the functions behind the policies", async () => {
    const [own] = await database.ask(people.recruiterA, "select private.is_member_for($1) as is_member", [ofB]);
    expect(own).toEqual({ is_member: false });
    for (const asker of [anonymous, service])
      await expect(database.ask(asker, "select private.is_member($1)", [orgA])).rejects.toThrow(DENIED);
  });
});

test("every table has row level security, so that a new one is not forgotten", async () => {
  const rows = await database.ask(
    service,
    "select relname as name, relrowsecurity as secured from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  const secured = rows.filter((row) => row.secured === true).map(({ name }) => String(name));
  expect(rows).toHaveLength(TABLES.length);
  expect(secured.toSorted()).toEqual([...TABLES].toSorted());
});
