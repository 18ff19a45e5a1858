import { EventEmitter } from "node:events";
import type { Principal } from "../auth/principal.ts";
import type { Session } from "./session.ts";

/** The sessions that run in this process, findable by id and by the client's own name. */
export interface LiveSessions {
  add(session: Session): void;
  remove(session: Session): void;
  byId(id: string): Session | undefined;
  /** A client's name counts only within its own tenant and person. */
  byName(name: string, principal: Principal): Session | undefined;
  all(): readonly Session[];
  /** Says that a session that waited in the records runs now. */
  announceStart(session: Session): void;
  /** Calls `listener` when the session of this id starts, until the returned function is called. */
  onStart(id: string, listener: (session: Session) => void): () => void;
}

export function createLiveSessions(): LiveSessions {
  const ids = new Map<string, Session>();
  const names = new Map<string, Session>();
  const starts = new EventEmitter<Record<string, [Session]>>();
  // Each listener belongs to an event stream, and those are bounded where they are opened.
  starts.setMaxListeners(0);

  return {
    add(session) {
      ids.set(session.id, session);
      if (session.name !== undefined) names.set(nameKey(session.name, session.principal), session);
    },
    remove(session) {
      ids.delete(session.id);
      const key = session.name === undefined ? undefined : nameKey(session.name, session.principal);
      // The name may be another's by now: a session that is ended while it is being admitted is removed twice.
      if (key !== undefined && names.get(key) === session) names.delete(key);
    },
    byId: (id) => ids.get(id),
    byName: (name, principal) => names.get(nameKey(name, principal)),
    all: () => [...ids.values()],
    announceStart: (session) => void starts.emit(session.id, session),
    onStart(id, listener) {
      starts.on(id, listener);
      return () => starts.off(id, listener);
    },
  };
}

function nameKey(name: string, { tenant, person }: Principal): string {
  return JSON.stringify([tenant, person, name]);
}
