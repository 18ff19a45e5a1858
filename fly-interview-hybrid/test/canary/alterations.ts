import type { Alteration, Answer, SidebandEvent } from "./altering-relay.ts";

/** One fact that is otherwise. */
export interface AlteredFact {
  readonly what: string;
  readonly alteration: Alteration;
  /** The step that notices, and what it says. */
  readonly drift: string;
  readonly seen: string;
}

/** The canary's look at the route, which has no key. */
export function ofReach(altered: Partial<Answer>): Alteration {
  return { answer: (answer, { isCreate, path }) => (isCreate || isHangUp(path) ? answer : { ...answer, ...altered }) };
}

/** The answer to the create alone. */
export function ofCreate(alter: (answer: Answer) => Partial<Answer>): Alteration {
  return { answer: (answer, { isCreate }) => (isCreate ? { ...answer, ...alter(answer) } : answer) };
}

/** The request that creates. */
export function ofCreateRequest(alter: (body: string) => string): Alteration {
  return { request: (body, { isCreate }) => (isCreate ? alter(body) : body) };
}

export function isHangUp(path: string): boolean {
  return path.endsWith("/hangup");
}

/** Events of one type; `nth` counts them from 1. */
export function ofEvent(
  type: string,
  alter: (event: SidebandEvent, nth: number) => readonly SidebandEvent[],
): Alteration {
  let count = 0;
  return {
    event(event) {
      if (event.type !== type) return [event];
      count += 1;
      return alter(event, count);
    },
  };
}
