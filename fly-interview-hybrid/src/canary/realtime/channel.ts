import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

export const channel: Step = {
  name: "channel",
  expects: "the page's data channel opens, and session.created is the first it is told",
  async check(trial, notes) {
    need(trial, "connection");
    const { channelStates, channelEvents } = trial.peer;
    const { value: state } = await untilHeard(trial, channelStates, { what: "open channel", isIt: () => true });
    notes.expect(state === "open", state);
    trial.made.channel = true;
    const { value: first } = await untilHeard(trial, channelEvents, { what: "event", isIt: () => true });
    notes.expect(first.type === "session.created", `${first.type} came first`);
    notes.keep({ first: first.type });

    // Recorded: call and session share their suffix. So the call can be hung up though its create named no id.
    const session = first.body["session"] as { readonly id?: unknown } | undefined;
    const suffix = /^sess_([A-Za-z0-9_-]{8,128})$/.exec(String(session?.id))?.[1];
    if (suffix === undefined) return;
    notes.keep({ sharesSuffix: trial.made.callId === `rtc_${suffix}` });
    trial.made.callId ??= `rtc_${suffix}`;
  },
};
