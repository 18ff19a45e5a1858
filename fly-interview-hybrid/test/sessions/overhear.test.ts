import { expect, test } from "vitest";
import { overhear } from "../../src/sessions/recovery/overhear.ts";
import type { CallEvent, Speaker } from "../../src/upstreams/call-event.ts";
import { createFakeClock, settle } from "../fake-clock.ts";
import { createFakeUpstream } from "../fake-upstream.ts";

/** Words on a timeline, of which it is not known whether they begin a turn or go on with one. */
function spoken(id: string, speaker: Speaker, text: string, place: object = {}): CallEvent[] {
  const item = { id, speaker, text: null, spoken: true, status: "in_progress" } as const;
  return [
    { type: "item", item, inferred: true, ...place },
    { type: "delta", itemId: id, speaker, text },
  ];
}

async function takenOver(told: readonly Speaker[], before: readonly CallEvent[], after: readonly CallEvent[]) {
  const upstream = createFakeUpstream();
  const call = { recordId: "call_1", tenant: "default", upstream, upstreamCallId: "live_1", createdAt: 0 };
  const overheard = await overhear(call, createFakeClock());
  if (typeof overheard === "string") throw new Error(overheard);
  const [provider] = upstream.sidebands;
  for (const event of before) provider?.say(event);
  overheard.skipRestOf(new Set(told));
  const events: CallEvent[] = [];
  const attached = await overheard.upstream.attach("live_1", (event) => events.push(event));
  if (!attached.ok) throw new Error(attached.reason);
  attached.sideband.configure({} as never);
  await settle();
  for (const event of after) provider?.say(event);
  return events;
}

const REST = spoken("interviewer_6200", "interviewer", "and why?", { mayBeRest: true });
const ANSWER = spoken("candidate_7000", "candidate", "For fun.", { previousId: "interviewer_6200" });

test("the rest of a turn that another process has told is not told again, now or later; what follows it is", async () => {
  const later: CallEvent[] = [
    { type: "delta", itemId: "interviewer_6200", speaker: "interviewer", text: " Tell." },
    { type: "interviewer_speaking", responseId: "interviewer_6200", state: "finished" },
    { type: "text", itemId: "interviewer_6200", speaker: "interviewer", text: "and why? Tell.", spoken: true },
  ];
  const [item, words] = ANSWER;
  expect(await takenOver(["interviewer"], REST, [...later, ...ANSWER])).toEqual([
    { type: "item", item: item && "item" in item && item.item, inferred: true },
    words,
  ]);
});

test("the rest of a turn that nobody has told is all there is of it", async () => {
  expect(await takenOver(["candidate"], REST, ANSWER)).toEqual([...REST, ...ANSWER]);
});
