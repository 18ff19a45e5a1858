import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

export const greeting: Step = {
  name: "greeting",
  expects: "asked to, the interviewer speaks: deltas of the words, all of them, and the end of the response",
  async check(trial, notes) {
    const sideband = need(trial, "sideband");
    need(trial, "connection");
    const { callEvents } = trial;
    const from = callEvents.count;
    const askedAt = performance.now();
    sideband.greet();
    trial.made.greeting = true;

    const begun = await untilHeard(trial, callEvents, {
      what: "response.created",
      isIt: ({ type }) => type === "response_begun",
      from,
    });
    if (begun.value.type === "response_begun") notes.expect(begun.value.ours, "our response");
    const delta = await untilHeard(trial, callEvents, {
      what: "words of the transcript",
      isIt: ({ type }) => type === "delta",
      from,
    });
    notes.see(`first words after ${Math.round(delta.at - askedAt)} ms`);
    const done = await untilHeard(trial, callEvents, {
      what: "response.done",
      isIt: ({ type }) => type === "response_done",
      from,
    });
    if (done.value.type === "response_done") notes.expect(done.value.status === "completed", done.value.status);

    const events = callEvents.events.slice(from).map(({ value }) => value);
    const deltas = events.filter((event) => event.type === "delta");
    const whole = events.find((event) => event.type === "text");
    const text = whole?.type === "text" ? whole.text : undefined;
    notes.expect(text !== undefined, text === undefined ? "no whole transcript" : `${deltas.length} deltas`);
    notes.expect(deltas.map((event) => event.text).join("") === text, "deltas make the transcript");
    await untilHeard(trial, callEvents, {
      what: "output_audio_buffer.started",
      isIt: (event) => event.type === "interviewer_speaking" && event.state === "started",
      from,
    });
    notes.see("heard");
  },
};

export const usage: Step = {
  name: "usage",
  expects: "the response says what it cost, in tokens",
  check(trial, notes) {
    need(trial, "greeting");
    const done = trial.callEvents.events.map(({ value }) => value).find((event) => event.type === "response_done");
    if (done === undefined) return notes.expect(false, "no response was done");
    const { usage: used } = done;
    if (used === null) return notes.expect(false, "none");
    const input = used.inputTextTokens + used.inputAudioTokens;
    const output = used.outputTextTokens + used.outputAudioTokens;
    notes.expect(input > 0, `${input} in`);
    notes.expect(output > 0, `${output} out`);
    notes.expect(used.outputAudioTokens > 0, `${used.outputAudioTokens} of them audio`);
  },
};
