import type { ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { stateWords } from "../messages/state-words.ts";

/** Where the interview stands, in plain words; read out once for each change. Style `.interview-status[data-state]`. */
export function InterviewStatus(): ReactElement {
  const messages = useMessages();
  const state = useCallSnapshot((snapshot) => snapshot.state);
  const words = useCallSnapshot((snapshot) => stateWords(snapshot, messages));
  return (
    <p className="interview-status" role="status" data-state={state}>
      {words}
    </p>
  );
}
