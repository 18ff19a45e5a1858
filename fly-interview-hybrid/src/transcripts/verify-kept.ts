import type { Records, SessionRecord } from "../records/records.ts";
import { serialize } from "./document.ts";
import { drawTranscript } from "./draw.ts";
import { UNSIGNED, verifyTranscript } from "./verify.ts";

/** What is found in all transcripts that are kept. */
export interface KeptTranscripts {
  /** Sessions whose transcript is intact and signed. */
  readonly signed: number;
  /** Sessions whose transcript is intact and not signed yet, because they have not ended or it was never read. */
  readonly unsigned: number;
  readonly turns: number;
  /** Keys with which they are signed. */
  readonly publicKeys: ReadonlySet<string>;
  readonly altered: readonly { readonly session: string; readonly problem: string }[];
}

/** Checks every transcript of these tenants as if it had been exported. */
export async function verifyKept(
  tenants: readonly string[],
  records: Pick<Records, "listSessions" | "turnsOf" | "findSeal">,
): Promise<KeptTranscripts> {
  const found = { signed: 0, unsigned: 0, turns: 0, publicKeys: new Set<string>() };
  const altered: { session: string; problem: string }[] = [];
  for (const tenant of tenants) {
    for await (const session of sessionsOf(tenant, records)) {
      const document = await drawTranscript(session, records);
      const verdict = verifyTranscript(Buffer.from(serialize(document), "utf8"));
      found.turns += document.turns.length;
      if (verdict.ok) {
        found.signed += 1;
        found.publicKeys.add(verdict.publicKey);
      } else if (verdict.problem === UNSIGNED) found.unsigned += 1;
      else altered.push({ session: session.id, problem: verdict.problem });
    }
  }
  return { ...found, altered };
}

/** Sessions that are read at once. */
const PAGE = 100;

async function* sessionsOf(tenant: string, records: Pick<Records, "listSessions">): AsyncGenerator<SessionRecord> {
  let after: SessionRecord | undefined;
  do {
    const page = await records.listSessions({ tenant, after, limit: PAGE });
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
}
