import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";
import type { WireEvent } from "../wire-event.ts";

export const greeting: Step = {
  name: "greeting",
  expects: "an instruction is acknowledged, and the interviewer speaks: words with their times, in whole milliseconds",
  async check(trial, notes) {
    const sideband = need(trial, "sideband");
    need(trial, "connection");
    const { callEvents, wire } = trial;
    const askedAt = performance.now();
    sideband.greet();
    trial.made.greeting = true;

    const taken = await untilHeard(trial, wire.sideband.events, {
      what: "session.instructions.appended",
      isIt: ({ type }) => type === "session.instructions.appended",
    });
    notes.see(`acknowledged after ${Math.round(taken.at - askedAt)} ms`);
    const words = await untilHeard(trial, callEvents, {
      what: "words of the transcript",
      isIt: (event) => event.type === "delta" && event.speaker === "interviewer",
    });
    notes.see(`first words after ${Math.round(words.at - askedAt)} ms`);
    const deltas = wire.sideband.events.events.map(({ value }) => value).filter(isTranscript);
    const areWhole = deltas.every(hasWholeTimes);
    notes.expect(areWhole, areWhole ? "whole milliseconds" : "no whole milliseconds");
  },
};

function isTranscript({ type }: WireEvent): boolean {
  return type === "session.output_transcript.delta" || type === "session.input_transcript.delta";
}

function hasWholeTimes({ body: { start_ms: start, end_ms: end } }: WireEvent): boolean {
  return Number.isInteger(start) && Number.isInteger(end) && Number(end) >= Number(start);
}
