import { pause } from "../../pause.ts";
import { CannotGoOn, type Notes } from "../step.ts";
import type { Trial } from "../trial.ts";

/** No packet for so long: the voice has stopped. Packets come every 20 ms. */
const SILENT_AFTER_MS = 500;

/** Whatever the provider says: it is the audio that is paid for. */
export async function untilSilent(trial: Trial, notes: Notes): Promise<void> {
  const { peer, clock, signal, patienceMs } = trial;
  for (let waitedMs = 0; waitedMs < patienceMs && !signal.aborted; waitedMs += SILENT_AFTER_MS) {
    const before = peer.packets.count;
    await pause(clock, SILENT_AFTER_MS, signal);
    if (peer.packets.count === before) return notes.see("silent");
  }
  throw new CannotGoOn("drift", `audio goes on for ${patienceMs / 1000} s`);
}
