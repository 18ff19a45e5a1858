import type { InterviewProblem } from "@interview-proxy/client";
import type { Notice } from "../messages/messages.ts";
import { problemWords } from "../messages/problem-words.ts";
import { useMessages } from "./InterviewProvider.tsx";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** The last problem of the provider's interview, in the provider's language; `undefined` while there is none. */
export function useProblem(): (InterviewProblem & { readonly words: Notice }) | undefined {
  const problem = useCallSnapshot(({ error }) => error);
  const messages = useMessages();
  return problem && { ...problem, words: problemWords(problem, messages) };
}
