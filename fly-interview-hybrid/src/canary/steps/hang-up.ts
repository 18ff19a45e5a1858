import { pause } from "../../pause.ts";
import { UpstreamError } from "../../upstreams/upstream.ts";
import { CannotGoOn, type Notes, type Step } from "../step.ts";
import { need, type Trial, untilHeard } from "../trial.ts";

/** No packet for so long: the voice has stopped. Packets come every 20 ms. */
const SILENT_AFTER_MS = 500;

export const hangUp: Step = {
  name: "hang up",
  expects: "200, then 404; the sideband is closed, and no more audio comes",
  async check(trial, notes) {
    const callId = need(trial, "callId");
    const first = await statusOfHangUp(trial, callId);
    notes.expect(first === 200, `${first ?? "no answer"}`);
    const second = await statusOfHangUp(trial, callId);
    notes.expect(second === 404, `then ${second ?? "no answer"}`);
    notes.keep({ first: first ?? 0, second: second ?? 0 });
    if (first !== 200) return;

    if (trial.made.sideband !== undefined) {
      const { value: code } = await untilHeard(trial, trial.wire.sideband.closes, {
        what: "close of the sideband",
        isIt: () => true,
      });
      notes.see(`sideband closed with ${code}`);
      notes.keep({ closeCode: code });
    }
    if (trial.made.connection) await untilSilent(trial, notes);
  },
};

export const gone: Step = {
  name: "gone",
  expects: "a call that has ended takes no sideband: 404",
  async check(trial, notes) {
    const callId = need(trial, "callId");
    const from = trial.wire.sideband.handshakes.count;
    const attached = await trial.upstream.attach(callId, () => undefined);
    if (attached.ok) attached.sideband.close();
    const status = trial.wire.sideband.handshakes.events[from]?.value;
    notes.keep({ status: status ?? 0 });
    notes.expect(status === 404, status === undefined ? "no answer" : `${status}`);
  },
};

/** What the provider says to a hang-up. That a call is gone counts as success where it is not looked at so closely. */
async function statusOfHangUp({ upstream, wire, made }: Trial, callId: string): Promise<number | undefined> {
  const from = wire.exchanges.count;
  try {
    await upstream.hangUp(callId);
    made.hasEnded = true;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
  }
  return wire.exchanges.events.slice(from).find(({ value }) => value.path.endsWith("/hangup"))?.value.status;
}

async function untilSilent(trial: Trial, notes: Notes): Promise<void> {
  const { peer, clock, signal, patienceMs } = trial;
  for (let waitedMs = 0; waitedMs < patienceMs && !signal.aborted; waitedMs += SILENT_AFTER_MS) {
    const before = peer.packets.count;
    await pause(clock, SILENT_AFTER_MS, signal);
    if (peer.packets.count === before) return notes.see("silent");
  }
  throw new CannotGoOn("drift", `audio goes on for ${patienceMs / 1000} s`);
}
