import { OPUS_PAYLOAD_TYPE } from "../peer.ts";
import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

/** Half a second of voice: more than a stray packet. */
const ENOUGH_PACKETS = 25;

export const audio: Step = {
  name: "audio",
  expects: "the voice comes as RTP packets of opus, under the payload type of the offer",
  async check(trial, notes) {
    need(trial, "greeting");
    const { packets, states } = trial.peer;
    let voiced = 0;
    await untilHeard(trial, packets, {
      what: `${ENOUGH_PACKETS} packets that are no silence`,
      isIt: ({ isSilence }) => !isSilence && ++voiced === ENOUGH_PACKETS,
    });
    const types = [...new Set(packets.events.map(({ value }) => value.payloadType))];
    notes.expect(
      types.every((type) => type === OPUS_PAYLOAD_TYPE),
      `payload type ${types.join(" and ")}`,
    );
    const connectedAt = states.events.find(({ value }) => value === "connected")?.at ?? 0;
    const firstAt = packets.events[0]?.at ?? connectedAt;
    notes.see(`first packet ${Math.round(firstAt - connectedAt)} ms after the connection`);

    notes.keep({ payloadTypes: types.map(String), sendsSilence: packets.events.some(({ value }) => value.isSilence) });
  },
};
