import type { EndReason, ErasedPerson } from "@interview-proxy/protocol";
import { type Principal, requireTenantScope } from "../../auth/principal.ts";
import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import { derivedId } from "../../ids.ts";
import type { Logger } from "../../ops/log.ts";
import type { ErasureRecords, PersonKey } from "../../records/erasure.ts";
import type { SessionRecord } from "../../records/records.ts";
import type { Transcripts } from "../../transcripts/transcripts.ts";
import { refusalElsewhere } from "../elsewhere.ts";
import type { Roster } from "../recovery/roster.ts";
import { type ExportedPerson, type ExportNeeds, exportPerson } from "./export-person.ts";

/** What a person's rights take: scope `operate`, for persons of the own tenant. Throws FORBIDDEN where it is missing. */
export interface Persons {
  /**
   * Erases a person's words from all sessions and invitations, whatever machine they are of, and keeps the numbers. Invitations
   * are revoked, and sessions that wait are ended; so are those that run, if `end` says so. Throws SESSION_NOT_ENDED
   * otherwise, SessionElsewhere where one has to be ended by another machine, and SESSION_BUSY where that takes another
   * try. Doing it twice does no harm.
   */
  erase(person: string, principal: Principal, manner: { readonly end: boolean }): Promise<ErasedPerson>;
  /** Everything that is kept about a person. */
  export(person: string, principal: Principal): Promise<ExportedPerson>;
}

export interface PersonsNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: ExportNeeds["records"] & ErasureRecords;
  readonly transcripts: Transcripts;
  readonly roster: Roster;
  readonly endById: (id: string, reason: EndReason) => Promise<void>;
}

/** So many sessions are read, or erased, at once. */
const BATCH = 50;

export function createPersons(needs: PersonsNeeds): Persons {
  const { clock, log, records } = needs;

  const refuseWhileRunning = async (key: PersonKey): Promise<void> => {
    const [running] = await records.of(key.tenant).listSessions({ person: key.person, status: "running", limit: 1 });
    if (running !== undefined) throw new ProxyError("SESSION_NOT_ENDED");
  };

  /** Ends what this machine runs before it asks another one: each try gets further, wherever they run. */
  const endRunning = async (key: PersonKey): Promise<void> => {
    for await (const sessions of unended(key, "running")) {
      const elsewhere = sessions.map((session) => refusalElsewhere(session, needs.roster));
      const own = sessions.filter((_session, index) => elsewhere[index] === undefined);
      await Promise.all(own.map(({ id }) => needs.endById(id, "ended_by_service")));
      const refusal = elsewhere.find((found) => found !== undefined);
      if (refusal !== undefined) throw refusal;
    }
  };

  const endWaiting = async (key: PersonKey): Promise<void> => {
    for await (const sessions of unended(key, "scheduled"))
      await Promise.all(sessions.map(({ id }) => needs.endById(id, "deleted")));
  };

  /** Sessions that have not ended, until there are none. Throws SESSION_BUSY where one comes again. */
  async function* unended(key: PersonKey, status: "running" | "scheduled"): AsyncGenerator<readonly SessionRecord[]> {
    const seen = new Set<string>();
    for (;;) {
      const sessions = await records.of(key.tenant).listSessions({ person: key.person, status, limit: BATCH });
      if (sessions.length === 0) return;
      if (sessions.some(({ id }) => seen.has(id))) throw new ProxyError("SESSION_BUSY");
      for (const { id } of sessions) seen.add(id);
      yield sessions;
    }
  }

  return {
    async erase(person, principal, { end }) {
      requireTenantScope(principal, ["operate"]);
      const key = { tenant: principal.tenant, person };
      if (!end) await refuseWhileRunning(key);
      const at = clock.now();
      // First, so that no session comes to be by one of them.
      const invitations = await records.eraseInvitations(key, at);
      await endWaiting(key);
      // One of them may have been begun meanwhile.
      await (end ? endRunning(key) : refuseWhileRunning(key));
      const erased = { sessions: 0, turns: 0, invitations };
      for (;;) {
        const { sessions, turns } = await records.eraseSessions(key, at, BATCH);
        if (sessions === 0) break;
        erased.sessions += sessions;
        erased.turns += turns;
      }
      log.info({ ...auditOf(key, principal), ...erased }, "words of a person erased");
      return erased;
    },

    async export(person, principal) {
      requireTenantScope(principal, ["operate"]);
      const key = { tenant: principal.tenant, person };
      const exported = await exportPerson(key, needs);
      log.info(auditOf(key, principal), "data of a person exported");
      return exported;
    },
  };
}

/** Who did it to whom. A person is named by a hash: who knows the person finds the line, and the log names nobody. */
function auditOf({ tenant, person }: PersonKey, by: Principal): Readonly<Record<string, string>> {
  return { tenant, by: by.person, person: derivedId("per_", tenant, person) };
}
