import type { Config } from "../../config/config.ts";
import { pause } from "../../pause.ts";
import type { Session } from "../session.ts";
import { letGo, type LetGoNeeds } from "./let-go.ts";
import type { Roster } from "./roster.ts";
import type { TakeOverNeeds } from "./take-over.ts";

/** How often it is looked what others have taken, in milliseconds: meanwhile two listen to a call. */
const STEP_MS = 100;

/** Sessions are not handed over faster than this, in milliseconds, unless DRAIN_SECONDS are too short for it. */
const APART_MS = 50;

/** A page comes by itself so long after its session should have been taken over, in milliseconds. */
const COME_AFTER_MS = 1000;

/** Beyond DRAIN_SECONDS, for what had to wait for its call or its goodbye, in milliseconds. */
const REST_MS = 4000;

export interface HandOverNeeds extends TakeOverNeeds, LetGoNeeds {
  readonly config: Config;
  readonly roster: Roster;
}

/**
 * Hands every session over to the other machines, little by little, so that their clients do not all come there at once.
 * Fulfilled when none is left, nobody takes them, or it takes too long.
 */
export async function handOver(needs: HandOverNeeds): Promise<void> {
  const { clock, config, live, records, roster, log } = needs;
  const startedAt = clock.now();
  const dueAt = schedule(live.all(), config);
  const endsAt = startedAt + config.DRAIN_SECONDS * 1000 + REST_MS;
  /** To whom each session was offered. */
  const offers = new Map<string, string>();
  for (const [session, ms] of dueAt)
    session.mention({ type: "draining", reconnectAfterMs: Math.round(ms + COME_AFTER_MS) });

  while (live.all().length > 0 && roster.heirs.length > 0 && clock.now() < endsAt) {
    try {
      const elapsed = clock.now() - startedAt;
      await offer(
        live.all().filter((session) => (dueAt.get(session) ?? 0) <= elapsed && isAtRest(session)),
        offers,
        needs,
      );
      const kept = new Set((await records.runningSessions()).map(({ id }) => id));
      for (const session of live.all()) if (offers.has(session.id) && !kept.has(session.id)) letGo(session, needs);
    } catch (error) {
      log.error({ err: error }, "sessions could not be handed over, will try again");
    }
    await pause(clock, STEP_MS);
  }
}

/** When each session is offered, in milliseconds from now. */
function schedule(sessions: readonly Session[], { DRAIN_SECONDS }: Config): ReadonlyMap<Session, number> {
  const apart = Math.min(APART_MS, (DRAIN_SECONDS * 1000) / sessions.length);
  return new Map(sessions.map((session, index) => [session, index * apart]));
}

/** Nothing is under way that another process could not go on with. */
function isAtRest(session: Session): boolean {
  return session.state !== "connecting" && !session.isClosing;
}

/** Offers sessions to the machines in turn, those again whose heir lives no more. */
async function offer(
  sessions: readonly Session[],
  offers: Map<string, string>,
  { records, roster }: HandOverNeeds,
): Promise<void> {
  const heirs = roster.heirs.map(({ id }) => id);
  const open = sessions.filter(({ id }) => !heirs.includes(offers.get(id) ?? ""));
  for (const [index, heir] of heirs.entries()) {
    const share = open.filter((_session, number) => number % heirs.length === index).map(({ id }) => id);
    await records.bequeath(share, heir);
    for (const id of share) offers.set(id, heir);
  }
}
