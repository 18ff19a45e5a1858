import { setTimeout as pause } from "node:timers/promises";
import type { Platform } from "./platform.ts";

/** Operators look at what runs this often. */
const LOOK_EVERY_MS = 5000;

/** Of the interviews that run, so many are looked into each time. */
const LOOKED_INTO = 3;

/** Lists sessions, reads transcripts and follows an interview, over and over until told to close; returns how often. */
export async function lookOn(platform: Platform, port: number, closing: AbortSignal): Promise<number> {
  let looks = 0;
  for (; !closing.aborted; looks += 1) {
    const { sessions } = await platform.list("?status=running&limit=200");
    const looked = sessions.filter((_, index) => index % Math.ceil(sessions.length / LOOKED_INTO) === 0);
    for (const { sessionId } of looked) {
      await platform.details(sessionId);
      await platform.transcript(sessionId);
    }
    const [followed] = looked;
    const leaving = AbortSignal.any([closing, AbortSignal.timeout(LOOK_EVERY_MS)]);
    if (followed === undefined) await pause(LOOK_EVERY_MS, undefined, { signal: closing }).catch(() => undefined);
    else await platform.follow(followed.sessionId, leaving);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    await metrics?.arrayBuffer();
    // A stream that ends early, with its session, is no reason to look more often.
    if (!leaving.aborted) await pause(LOOK_EVERY_MS, undefined, { signal: closing }).catch(() => undefined);
  }
  return looks;
}
