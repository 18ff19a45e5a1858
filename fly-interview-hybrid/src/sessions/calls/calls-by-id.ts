import type { EndReason } from "@interview-proxy/protocol";
import type { SessionCredential } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { CallRecord, Records } from "../../records/records.ts";
import type { FrameListener, RawSideband, Upstream } from "../../upstreams/upstream.ts";
import { authorise, authoriseHere, type AuthoriseNeeds } from "../authorise.ts";
import { isOwner, isStaff, mayActFor } from "../ownership.ts";
import { Session } from "../session.ts";

/** Attaches to a call. Throws CALL_NOT_FOUND where the provider knows it no more, UPSTREAM_UNAVAILABLE. */
export type OpenSideband = (listener: FrameListener) => Promise<RawSideband>;

/**
 * What is done with the running call of an id. All of it throws CALL_NOT_FOUND for a call that is unknown or over, and for
 * another's, which is not told apart.
 */
export interface CallsById {
  /** Hangs a call up, and with it ends its session; for its person or who operates. Throws SessionElsewhere, SESSION_BUSY. */
  hangUp(callId: string, credential: SessionCredential): Promise<void>;
  /** A sideband of a backend's own, which any machine can open: the provider knows the call by its id. Throws FORBIDDEN. */
  sidebandOf(callId: string, principal: Principal): Promise<OpenSideband>;
}

export interface CallsByIdNeeds extends AuthoriseNeeds {
  readonly records: AuthoriseNeeds["records"] & Pick<Records, "findCall">;
  readonly upstreamNamed: (name: string, tenant: string) => Upstream | undefined;
  readonly endRunning: (session: Session, reason: EndReason) => Promise<void>;
}

export function createCallsById(needs: CallsByIdNeeds): CallsById {
  /** A resume token does not say whose it is; that it opens the call's session is seen to behind this. */
  const find = async (callId: string, credential: SessionCredential): Promise<CallRecord> => {
    const own = "principal" in credential ? needs.records.of(credential.principal.tenant) : needs.records;
    const call = await own.findCall(callId);
    if (call === undefined || call.endedAt !== null) throw new ProxyError("CALL_NOT_FOUND");
    return call;
  };

  return {
    async hangUp(callId, credential) {
      const { sessionId } = await find(callId, credential);
      const session = await authoriseHere(sessionId, credential, mayActFor, needs).catch(hideForbidden);
      if (!(session instanceof Session) || session.call?.recordId !== callId) throw new ProxyError("CALL_NOT_FOUND");
      const isPerson = "resumeToken" in credential || isOwner(credential.principal, session.principal);
      await needs.endRunning(session, isPerson ? "client_disconnected" : "ended_by_service");
    },

    async sidebandOf(callId, principal) {
      if (!principal.scopes.has("operate")) throw new ProxyError("FORBIDDEN");
      const call = await find(callId, { principal });
      const isOperator = (who: Principal, session: Parameters<typeof isStaff>[1]): boolean =>
        isStaff(who, session, ["operate"]);
      await authorise(call.sessionId, { principal }, isOperator, needs).catch(hideForbidden);
      const { upstreamCallId } = call;
      const upstream = needs.upstreamNamed(call.upstream, call.tenant);
      if (upstream === undefined || upstreamCallId === null) throw new ProxyError("CALL_NOT_FOUND");
      return async (listener) => {
        const attached = await upstream.attachRaw(upstreamCallId, listener);
        if (attached.ok) return attached.sideband;
        throw new ProxyError(attached.reason === "gone" ? "CALL_NOT_FOUND" : "UPSTREAM_UNAVAILABLE");
      };
    },
  };
}

function hideForbidden(error: unknown): never {
  throw error instanceof ProxyError && error.code === "SESSION_FORBIDDEN" ? new ProxyError("CALL_NOT_FOUND") : error;
}
