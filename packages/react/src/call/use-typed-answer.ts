import { useState } from "react";
import { useInterviewCall } from "./InterviewProvider.tsx";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** A typed answer, where speaking fails. */
export interface TypedAnswer {
  /** False while there is no call that could take it. */
  readonly canSend: boolean;
  /** What became of the latest answer. */
  readonly outcome: "none" | "sending" | "sent" | "failed";
  /** Resolves with whether the server took it; never rejects. */
  readonly send: (text: string) => Promise<boolean>;
}

/** Hands typed answers to the interviewer of the provider's interview. */
export function useTypedAnswer(): TypedAnswer {
  const call = useInterviewCall();
  const isConnected = useCallSnapshot(({ state }) => state === "connected");
  const [outcome, setOutcome] = useState<TypedAnswer["outcome"]>("none");
  return {
    canSend: isConnected && outcome !== "sending",
    outcome,
    async send(text) {
      setOutcome("sending");
      const isTaken = await call.say(text).then(
        () => true,
        () => false,
      );
      setOutcome(isTaken ? "sent" : "failed");
      return isTaken;
    },
  };
}
