import type { HeardEvent } from "../heard.ts";
import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";
import type { WireEvent } from "../wire-event.ts";

const KINDS = { input: "session.input_audio.append", output: "session.output_audio.delta" } as const;

/** Our code looks for the type of a frame here, because parsing all the audio would cost more than the rest of a call. */
const HEAD_BYTES = 64;

export const mirroredAudio: Step = {
  name: "mirror",
  expects: "the sideband mirrors the audio of both sides, in frames that name their type first and are dropped unread",
  async check(trial, notes) {
    need(trial, "greeting");
    for (const [side, type] of Object.entries(KINDS)) {
      const { events } = trial.wire.sideband;
      await untilHeard(trial, events, { what: `audio of the ${side}`, isIt: (event) => event.type === type });
      const frames = events.events.filter(({ value }) => value.type === type);
      const rate = kilobytesPerSecond(frames);
      notes.see(`${side}: ${frames.length} frames, ${rate} KB/s`);
      notes.keep({ [`${side}KilobytesPerSecond`]: rate });
      const saysLate = frames.some(({ value }) => value.typeAt > HEAD_BYTES - type.length);
      if (saysLate) notes.expect(false, "the type comes late");
    }
    const unread = trial.callEvents.events.filter(({ value }) => value.type === "unreadable").length;
    notes.expect(unread === 0, unread === 0 ? "dropped" : `${unread} not understood`);
  },
};

function kilobytesPerSecond(frames: readonly HeardEvent<WireEvent>[]): number {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  const bytes = frames.slice(1).reduce((sum, { value }) => sum + value.bytes, 0);
  return Math.round(bytes / (last.at - first.at));
}
