import { CannotGoOn, type Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

/** node-datachannel loses about one client in 400 before it has taken the answer (measured with 0.33.4). */
const LOST_CLIENT = "without ICE transport";
export const CLIENT_WAS_LOST = "the client lost its line, which is no fault of the provider: run it again";

export const ice: Step = {
  name: "ice",
  expects: "the provider finds a client that offered no candidates",
  async check(trial, notes) {
    const answerSdp = need(trial, "answerSdp");
    try {
      trial.peer.accept(answerSdp);
    } catch (error) {
      // The stack's other words may quote the answer.
      const isLost = error instanceof Error && error.message.includes(LOST_CLIENT);
      throw new CannotGoOn("failed", isLost ? CLIENT_WAS_LOST : "the client's stack cannot use the answer");
    }
    await untilHeard(trial, trial.peer.iceStates, {
      what: "connection",
      isIt: (state) => state === "connected" || state === "completed",
      otherwise: "failed",
    });
    trial.made.ice = true;
    notes.see("connected");
  },
};

export const dtls: Step = {
  name: "dtls",
  expects: "the handshake succeeds in the role that the answer gives",
  async check(trial, notes) {
    need(trial, "ice");
    await untilHeard(trial, trial.peer.states, { what: "handshake", isIt: (state) => state === "connected" });
    trial.made.connection = true;
    notes.see("connected");
  },
};
