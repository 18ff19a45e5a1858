import type { Session } from "../session.ts";
import type { CallLedger } from "./call-ledger.ts";

/** Ends the supervision of a session's call, if it has one, and hangs it up. Fulfilled after the first try. */
export async function dropCall(session: Session, ledger: CallLedger): Promise<void> {
  const { call } = session;
  session.call = undefined;
  // With a reason, as the end of a session.
  call?.supervision.abort("dropped");
  if (call !== undefined) await ledger.finish(call);
}
