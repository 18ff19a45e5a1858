import type { InterviewCall } from "@interview-proxy/client";
import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { ENGLISH } from "../messages/english.ts";
import type { InterviewMessages } from "../messages/messages.ts";

/** Props of {@link InterviewProvider}. */
export interface InterviewProviderProps {
  /** Stays its maker's: the provider neither starts nor ends it. See `useOwnInterviewCall`. */
  readonly call: InterviewCall;
  /** The language; by default that of a provider further out, or else English. */
  readonly messages?: InterviewMessages | undefined;
  readonly children?: ReactNode;
}

const CallContext = createContext<InterviewCall | undefined>(undefined);
const MessagesContext = createContext<InterviewMessages>(ENGLISH);

/** Gives the components and hooks inside it their interview and their language. Renders nothing of its own. */
export function InterviewProvider({ call, messages, children }: InterviewProviderProps): ReactElement {
  const outer = useContext(MessagesContext);
  return (
    <MessagesContext value={messages ?? outer}>
      <CallContext value={call}>{children}</CallContext>
    </MessagesContext>
  );
}

/** The interview of the nearest provider. Throws where there is none. */
export function useInterviewCall(): InterviewCall {
  const call = useContext(CallContext);
  if (call === undefined) throw new TypeError("There is no <InterviewProvider> around this component.");
  return call;
}

/** The texts of the nearest provider; English where there is none. */
export function useMessages(): InterviewMessages {
  return useContext(MessagesContext);
}
