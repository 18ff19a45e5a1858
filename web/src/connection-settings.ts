import type { InterviewCallOptions } from "@interview-proxy/client";

/** What the form asks for. Whether the interviewer is simulated is said by the address alone. */
export interface ConnectionSettings {
  readonly url: string;
  readonly signalling: NonNullable<InterviewCallOptions["signalling"]>;
  readonly token: string;
}
