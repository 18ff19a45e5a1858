import { array, constant, constantFrom, integer, nat, oneof, property, record, assert as tryOut } from "fast-check";
import { describe, expect, test } from "vitest";
import { VOICE_API } from "../doors/voice-api.ts";
import { faultOfEnded, saidUntil } from "../long-runs/ended-calls.ts";
import { longLines } from "./long-lines.ts";
import { recordCall } from "./recorded-call.ts";
import { type Outage, replay } from "./replayed-call.ts";

/** From one outage to the next, in milliseconds: often before anything could lead back over the first. */
const quiet = oneof(nat(500), nat(5000), nat(40_000));
const away = oneof(nat(100), nat(1999), integer({ min: 2000, max: 20_000 }));

/** A clock is set while nobody looks, or is right again in the next process. */
const jumpMs = oneof(constant(0), integer({ min: -300_000, max: 300_000 }));

/** A process that takes over hundreds of calls asks for what was missed in all of them. */
const retrieveMs = oneof(constant(5), nat(3000));

const outages = array(record({ quiet, away, of: constantFrom<Outage["of"]>("sideband", "process"), jumpMs }), {
  minLength: 1,
  maxLength: 5,
}).map((drawn) => {
  let from = 0;
  return drawn.map((outage): Outage => {
    const begun = from + outage.quiet;
    from = begun + outage.away + 1;
    return { from: begun, ms: outage.away, of: outage.of, jumpMs: outage.jumpMs };
  });
});

const missed = (from: number, ms: number, of: Outage["of"] = "sideband"): Outage => ({ from, ms, of });

/** Drawn once, in which a turn stood out of its place or was lost without a gap. */
const found: [Outage[], number, number][] = [
  [[missed(1964, 982), missed(6876, 8893), missed(15_770, 0)], 15_780, 5],
  [[missed(11_816, 14_287), missed(30_340, 750)], 31_290, 5],
  [[missed(401, 10_941), missed(11_412, 15_286), missed(28_270, 14_604), missed(46_610, 0, "process")], 46_611, 1],
  [[missed(25_695, 1193), missed(53_749, 56), missed(53_962, 4892), missed(72_950, 15_720)], 95_690, 1],
];

describe.runIf(VOICE_API === "realtime")("a call in which nobody listens again and again", () => {
  test("has each turn in its place, or says that it is missing, whenever it ends", { timeout: 60_000 }, async () => {
    const call = await recordCall(longLines);
    expect(saidUntil(call, Infinity, Infinity).said.length).toBeGreaterThanOrEqual(2 * longLines.turns.length);
    const over = call.events.findLast(({ type }) => type === "call.interviewer_finished");
    const lengthMs = (over?.at ?? 0) - call.createdAt;
    const ends = integer({ min: 1, max: lengthMs + 20_000 });
    tryOut(
      property(outages, ends, retrieveMs, (drawn, end, answered) => {
        const endedAt = call.createdAt + end;
        const said = saidUntil(call, endedAt, endedAt);
        expect(faultOfEnded([said], replay(call, drawn, end, answered))).toBeUndefined();
      }),
      { numRuns: 1000, seed: 27, examples: found },
    );
  });
});
