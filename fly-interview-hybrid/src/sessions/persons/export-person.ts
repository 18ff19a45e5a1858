import {
  type ExportedInvitation,
  type ExportedSession,
  PERSON_EXPORT_FORMAT,
  type PersonExport,
} from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { PersonKey } from "../../records/erasure.ts";
import type { InvitationRecord, InvitationRecords } from "../../records/invitations.ts";
import type { SessionRecord } from "../../records/records.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { SessionBrief } from "../../records/session-brief.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";
import { reach } from "../elsewhere.ts";
import { toInvitation } from "../invitations/invitation-view.ts";
import { describeSession } from "../platform/session-view.ts";
import type { Roster } from "../recovery/roster.ts";

/** What is exported, read as it is consumed: a person may have said more than memory should hold. */
export interface ExportedPerson extends Omit<PersonExport, "sessions" | "invitations"> {
  readonly sessions: AsyncIterable<ExportedSession>;
  readonly invitations: AsyncIterable<ExportedInvitation>;
}

export interface ExportNeeds {
  readonly clock: Clock;
  readonly records: ScopedRecords & Pick<InvitationRecords, "listInvitations">;
  readonly transcripts: Transcripts;
  readonly roster: Roster;
}

/** Entries of a list that are read at once. */
const PAGE = 50;

/** Everything that is kept about a person. Rejects where the records are away at its beginning. */
export async function exportPerson(key: PersonKey, needs: ExportNeeds): Promise<ExportedPerson> {
  const { clock, records } = needs;
  const { tenant, person } = key;
  const own = records.of(tenant);
  const sessions = await readAhead(pagesOf((after) => own.listSessions({ person, after, limit: PAGE })));
  const invitations = pagesOf((after) => records.listInvitations({ ...key, after, limit: PAGE }));
  return {
    format: PERSON_EXPORT_FORMAT,
    person,
    exportedAt: toIsoTime(clock.now()),
    sessions: mapEach(sessions, (record) => exportSession(record, needs)),
    invitations: mapEach(invitations, async (record) => exportInvitation(record, clock.now())),
  };
}

async function exportSession(record: SessionRecord, needs: ExportNeeds): Promise<ExportedSession> {
  const { records, transcripts, roster } = needs;
  // Where whoever ran it may have turns of it to write still, it is not for this machine to sign.
  const isOthers = record.endedAt !== null && reach(record, roster) !== undefined;
  const transcript = isOthers ? transcripts.asItStands(record) : transcripts.document(record);
  const details = await describeSession(record, records.of(record.tenant));
  return { ...details, name: record.name, ...askedIn(record.brief), transcript: await transcript };
}

function exportInvitation(record: InvitationRecord, now: number): ExportedInvitation {
  return { ...toInvitation(record, now), ...askedIn(record.brief) };
}

function askedIn({ instructions, questions }: SessionBrief): Pick<ExportedSession, "instructions" | "questions"> {
  return { instructions: instructions ?? null, questions: questions === undefined ? null : [...questions] };
}

/** All entries of a list, newest first. */
async function* pagesOf<Entry extends { readonly id: string; readonly createdAt: number }>(
  read: (after: { readonly id: string; readonly createdAt: number } | undefined) => Promise<readonly Entry[]>,
): AsyncGenerator<Entry> {
  let last: Entry | undefined;
  do {
    const page = await read(last);
    yield* page;
    last = page.length < PAGE ? undefined : page.at(-1);
  } while (last !== undefined);
}

/** The same, of which the first entry has been read: what fails at once rejects here. */
async function readAhead<Entry>(entries: AsyncGenerator<Entry>): Promise<AsyncGenerator<Entry>> {
  const first = await entries.next();
  return (async function* (): AsyncGenerator<Entry> {
    if (first.done !== true) yield first.value;
    yield* entries;
  })();
}

async function* mapEach<Entry, Result>(
  entries: AsyncIterable<Entry>,
  map: (entry: Entry) => Promise<Result>,
): AsyncGenerator<Result> {
  for await (const entry of entries) yield await map(entry);
}
