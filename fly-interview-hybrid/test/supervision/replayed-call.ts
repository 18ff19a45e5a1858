import type { SimulatorEvent } from "openai-voice-simulator";
import type { AssembledTurn } from "../../src/supervision/assembled-turn.ts";
import { heardUntil } from "../../src/sessions/calls/call-history.ts";
import { type EarlierCall, TurnAssembly } from "../../src/supervision/turn-assembly.ts";
import type { CallEvent } from "../../src/upstreams/call-event.ts";
import { OwnMarks } from "../../src/upstreams/openai-realtime/own-marks.ts";
import { readEvents, RETRIEVE_PREFIX } from "../../src/upstreams/openai-realtime/read-event.ts";
import type { WireEvent } from "../doors/provider-relay.ts";
import type { Said } from "../doors/said-by-simulator.ts";
import { createManualClock, type ManualClock } from "../fuzz/manual-clock.ts";
import type { RecordedCall } from "./recorded-call.ts";

/** For a while nobody listens to a call. */
export interface Outage {
  /** Since the call was created, in milliseconds. */
  readonly from: number;
  readonly ms: number;
  /** The sideband breaks, or with it the process that listens, whose place another one takes. */
  readonly of: "sideband" | "process";
  /** So much another clock shows that of the process that takes its place, in milliseconds. */
  readonly jumpMs?: number;
}

/** An answer to a retrieve takes so long, in milliseconds. */
const RETRIEVE_MS = 5;

/** Lets an assembly, or several after each other, hear a recorded call, and breaks in on that; returns its turns. */
export function replay(call: RecordedCall, outages: readonly Outage[], until: number): readonly Said[] {
  return new Replay(call).hear(outages, until);
}

class Replay {
  readonly #call: RecordedCall;
  readonly #clock: ManualClock = createManualClock();
  readonly #startedAt = this.#clock.now();
  readonly #items = new Map<string, WireEvent>();
  readonly #turns: AssembledTurn[] = [];
  readonly #placed: { readonly itemId: string; readonly previousId: string | null }[] = [];
  /** Of the sideband that is attached; what an earlier one asked for is not answered. */
  #attachment = 0;
  #isAttached = true;
  #isDead = false;
  /** So much later than the call's the clock is. */
  #jumpedMs = 0;
  #assembly = this.#begin();

  constructor(call: RecordedCall) {
    this.#call = call;
  }

  hear(outages: readonly Outage[], until: number): readonly Said[] {
    const moments: { readonly at: number; readonly happens: () => void }[] = [
      ...this.#call.events
        .filter(({ direction }) => direction === "server")
        .map((event) => ({ at: event.at - this.#call.createdAt, happens: () => this.#say(event) })),
      ...outages.flatMap(({ from, ms, of, jumpMs = 0 }) => [
        { at: from, happens: () => this.#lose(of) },
        { at: from + ms, happens: () => this.#attach(of, jumpMs) },
      ]),
    ];
    for (const { at, happens } of moments.toSorted((one, other) => one.at - other.at)) {
      if (at > until) break;
      this.#advanceTo(at);
      happens();
    }
    this.#advanceTo(until);
    if (this.#isDead) this.#takeOver();
    this.#assembly.end();
    return this.#turns.map(({ speaker, status, text, heardMs }) => [speaker ?? "unknown", status, text, heardMs]);
  }

  /** @param ms - since the call was created */
  #advanceTo(ms: number): void {
    this.#clock.advance(this.#startedAt + this.#jumpedMs + ms - this.#clock.now());
  }

  #begin(): TurnAssembly {
    return new TurnAssembly(this.#clock, {
      turn: (turn) => {
        if (!this.#turns.some(({ itemId }) => itemId === turn.itemId)) this.#turns.push(turn);
      },
      delta: () => undefined,
      speaking: () => undefined,
      placed: (itemId, previousId) => {
        if (!this.#placed.some((item) => item.itemId === itemId)) this.#placed.push({ itemId, previousId });
      },
      retrieve: (itemId) => this.#retrieve(itemId),
    });
  }

  #lose(of: Outage["of"]): void {
    this.#isAttached = false;
    this.#attachment += 1;
    if (of === "sideband") return this.#assembly.lost();
    this.#assembly.leave();
    this.#isDead = true;
  }

  #attach(of: Outage["of"], jumpMs: number): void {
    this.#isAttached = true;
    if (of === "process") {
      this.#jumpedMs += jumpMs;
      this.#clock.jump(jumpMs);
    }
    if (of === "process") this.#takeOver();
    this.#assembly.back();
  }

  #takeOver(): void {
    this.#isDead = false;
    this.#assembly = this.#begin();
    this.#assembly.resume(this.#earlier());
  }

  /** What the records say. */
  #earlier(): EarlierCall {
    const last = this.#turns.at(-1);
    return {
      items: this.#placed.map((item) => ({
        ...item,
        isTold: this.#turns.some(({ itemId }) => itemId === item.itemId),
      })),
      lastSpeaker: last?.speaker ?? null,
      isGreeted: true,
      heardUntil: heardUntil(this.#turns) ?? this.#startedAt,
    };
  }

  #say({ event }: SimulatorEvent): void {
    const wire = event as WireEvent;
    this.#note(wire);
    // Answers to the proxy that was recorded.
    if (wire.type === "conversation.item.retrieved" || wire.type === "error") return;
    if (this.#isAttached) this.#hear(wire);
  }

  #hear(wire: WireEvent): void {
    const events = READ.get(wire) ?? readEvents(JSON.stringify(wire), OURS);
    READ.set(wire, events);
    for (const event of events) this.#assembly.take(event);
  }

  /** Keeps the items as the provider has them. */
  #note(wire: WireEvent): void {
    const itemId = String(wire["item_id"]);
    const item = wire["item"] as WireEvent | undefined;
    if (wire.type === "conversation.item.added" || wire.type === "conversation.item.done") this.#keep(item);
    if (wire.type === "response.done")
      for (const output of (wire["response"] as { output: WireEvent[] }).output) this.#keep(output);
    if (wire.type === "conversation.item.truncated") this.#change(itemId, [{ type: "output_audio" }]);
    if (wire.type === "conversation.item.input_audio_transcription.completed")
      this.#change(itemId, [{ type: "input_audio", transcript: wire["transcript"] }]);
  }

  #keep(item: WireEvent | undefined): void {
    if (item !== undefined) this.#items.set(String(item["id"]), item);
  }

  #change(itemId: string, content: readonly object[]): void {
    const item = this.#items.get(itemId);
    if (item !== undefined) this.#items.set(itemId, { ...item, content });
  }

  #retrieve(itemId: string): void {
    const attachment = this.#attachment;
    this.#clock.after(RETRIEVE_MS, () => {
      if (attachment !== this.#attachment) return;
      const item = this.#items.get(itemId);
      this.#hear(
        item === undefined
          ? { type: "error", error: { code: "item_retrieve_invalid_item_id", event_id: RETRIEVE_PREFIX + itemId } }
          : { type: "conversation.item.retrieved", item },
      );
    });
  }
}

const OURS = { planned: undefined, marks: new OwnMarks("sk-replayed", "rtc_replayed") };

/** What events mean; a call is replayed hundreds of times. */
const READ = new WeakMap<WireEvent, readonly CallEvent[]>();
