import type { Clock } from "../../src/clock.ts";
import type { WireEvent } from "../doors/provider-relay.ts";

/** A sideband that breaks. */
export interface Cut {
  /** In the place of which event of the call, counted from 1. */
  readonly atEvent: number;
  /** How long none can be attached afterwards. */
  readonly awayMs: number;
}

interface CallState {
  readonly cuts: readonly Cut[];
  events: number;
  awayUntil: number;
  readonly made: string[];
}

/** Breaks the sidebands of calls, each at its own events. */
export class SidebandCuts {
  readonly #clock: Clock;
  readonly #cutsOfEach: readonly (readonly Cut[])[];
  readonly #calls = new Map<string, CallState>();

  /** @param cutsOfEach - the first list is for the call whose sideband comes first, and so on */
  constructor(clock: Clock, cutsOfEach: readonly (readonly Cut[])[]) {
    this.#clock = clock;
    this.#cutsOfEach = cutsOfEach;
  }

  meddle(event: WireEvent, callId: string): WireEvent | "cut" {
    const call = this.#call(callId);
    call.events += 1;
    const cut = call.cuts.find(({ atEvent }) => atEvent === call.events);
    if (cut === undefined) return event;
    call.awayUntil = this.#clock.now() + cut.awayMs;
    call.made.push(`${cut.atEvent}: ${event.type}`);
    return "cut";
  }

  isAway(callId: string): boolean {
    return this.#clock.now() < this.#call(callId).awayUntil;
  }

  /** What became of a call's sideband. */
  of(callId: string): { readonly events: number; readonly cuts: readonly string[] } {
    const { events, made } = this.#call(callId);
    return { events, cuts: made };
  }

  #call(callId: string): CallState {
    let call = this.#calls.get(callId);
    if (call === undefined) {
      call = { cuts: this.#cutsOfEach[this.#calls.size] ?? [], events: 0, awayUntil: 0, made: [] };
      this.#calls.set(callId, call);
    }
    return call;
  }
}
