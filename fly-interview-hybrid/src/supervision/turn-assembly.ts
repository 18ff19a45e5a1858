import type { Clock } from "../clock.ts";
import type { CallEvent, CallItem, Speaker } from "../upstreams/call-event.ts";
import type { AssembledTurn } from "./assembled-turn.ts";
import { ConversationOrder } from "./conversation-order.ts";
import { patienceWith } from "./head-patience.ts";
import { Absence, isGap } from "./missed-items.ts";
import { Responses } from "./responses.ts";
import { UnprovenPlaces } from "./unproven-places.ts";
import { Utterance } from "./utterance.ts";
import { WordlessVoices } from "./wordless-voices.ts";

/** More items than this are open at once only where a provider runs wild. */
const MAX_OPEN = 1000;

/** An answer to a retrieve takes milliseconds. */
const RETRIEVE_MS = 5000;

/** What an assembly tells. */
export interface AssemblyListener {
  /** A turn is final. Turns come in their order, each once. */
  turn(turn: AssembledTurn): void;
  /** More words of an item whose turn is not final. */
  delta(itemId: string, speaker: Speaker, text: string): void;
  speaking(speaker: Speaker, active: boolean): void;
  /** An item has its place behind another, `null` for the first. Told once for each item, in no certain order. */
  placed(itemId: string, previousId: string | null): void;
  /** The provider is to be asked for an item. */
  retrieve(itemId: string): void;
}

/** What was heard of a call by another process, which is gone. */
export interface EarlierCall {
  /** The items it told the places of, in that order; `isTold`: the turn of it is told. */
  readonly items: readonly { readonly itemId: string; readonly previousId: string | null; readonly isTold: boolean }[];
  readonly lastSpeaker: Speaker | null;
  /** The interviewer was asked to speak first. */
  readonly isGreeted: boolean;
  /** From then on nobody is certain to have listened; milliseconds since the epoch. */
  readonly heardUntil: number;
  /** From then on everything was heard again, where that is known; otherwise from when the sideband is there. */
  readonly heardAgainAt?: number | undefined;
}

/**
 * Makes turns of one call's events, which come late, interleaved, twice, or not at all while the sideband is away. A turn is
 * final when its words are known and, for the interviewer's, when it is known how much of it was heard; it is told when
 * all turns before it were. What does not come in time is asked for once, and then told as unknown.
 */
export class TurnAssembly {
  readonly #clock: Clock;
  readonly #listener: AssemblyListener;
  readonly #order = new ConversationOrder();
  readonly #responses: Responses;
  readonly #absence: Absence;
  readonly #places: UnprovenPlaces;
  readonly #voices: WordlessVoices;
  /** Items whose turn was not told, in the order in which they were first heard of. */
  readonly #open = new Map<string, Utterance>();
  /** Items that were asked for; the functions cancel the wait. */
  readonly #asked = new Map<string, () => void>();
  #patience: { readonly id: string; readonly ms: number; readonly cancel: () => void } | undefined;
  #heardAgainAt: number | undefined;
  #isOver = false;

  /** @param first - who is to speak first: where the other one seems to, something was missed */
  constructor(clock: Clock, listener: AssemblyListener, first: Speaker = "interviewer") {
    this.#clock = clock;
    this.#listener = listener;
    this.#absence = new Absence(clock);
    this.#responses = new Responses((speaker, active) => listener.speaking(speaker, active));
    const known = { order: this.#order, absence: this.#absence, responses: this.#responses, open: this.#open };
    const placed = (id: string, previousId: string | null): void => listener.placed(id, previousId);
    this.#places = new UnprovenPlaces({ ...known, placed }, first === "interviewer" ? "candidate" : "interviewer");
    this.#voices = new WordlessVoices(known);
  }

  /** Takes a call up where another process has left it: what it had not told is asked for when the sideband is there. */
  resume({ items, lastSpeaker, heardUntil, heardAgainAt }: EarlierCall): void {
    if (items.some(({ isTold }) => isTold)) this.#places.lastSpeaker = lastSpeaker;
    this.#heardAgainAt = heardAgainAt;
    for (const { itemId, previousId } of items) this.#order.place(itemId, previousId);
    // Turns are told in order, so that everything up to the last one told is done with.
    const told = items.filter(({ isTold }) => isTold).map(({ itemId }) => itemId);
    const done = this.#order.shiftBehind(told);
    for (const { itemId } of items) {
      const utterance = done.has(itemId) ? undefined : this.#utterance(itemId);
      if (utterance !== undefined && isGap(itemId)) utterance.isGivenUp = true;
    }
    this.#lose(heardUntil, heardAgainAt !== undefined);
  }

  take(event: CallEvent): void {
    if (this.#isOver || (event.type === "delta" && this.#addToOpen(event))) return;
    this.#apply(event);
    this.#advance();
  }

  /** The sideband is gone: what is open may change unseen. */
  lost(): void {
    if (!this.#absence.isNow && !this.#isOver) this.#lose(this.#clock.now(), true);
  }

  #lose(since: number, isTimed: boolean): void {
    this.#absence.begin(since, this.#open.keys(), isTimed);
    this.#stopWaiting();
    // Whoever stops speaking now is not heard of.
    this.#responses.setSpeaking("candidate", false);
    this.#responses.setSpeaking("interviewer", false);
    for (const utterance of this.#open.values()) utterance.isDoubtful = true;
  }

  /** The sideband is there again: everything open is asked for. */
  back(): void {
    if (!this.#absence.isNow || this.#isOver) return;
    this.#absence.end(this.#heardAgainAt);
    this.#heardAgainAt = undefined;
    for (const id of this.#open.keys()) this.#ask(id);
    this.#advance();
  }

  /** Somebody else tells what is open. */
  leave(): void {
    this.#isOver = true;
    this.#stopWaiting();
  }

  /** The call is over: what is open becomes turns as far as it is known. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting();
    for (const id of this.#order.missing) {
      const missing = this.#utterance(id);
      if (missing !== undefined) this.#places.put(missing);
    }
    const isPlaced = ({ id }: Utterance): boolean => this.#order.isPlaced(id);
    const open = [...this.#open.values()];
    const unplaced = open.filter((utterance) => !isPlaced(utterance));
    const others = this.#absence.hasBeen ? this.#places.inLikelyOrder(unplaced) : unplaced;
    const last = others.findLast(({ isNoise }) => !isNoise)?.id ?? this.#order.last;
    const isMissed = open.some(({ id, isPlayingUnsure }) => isPlayingUnsure && id !== last);
    for (const utterance of open.filter(isPlaced)) this.#finish(utterance, utterance.id === last);
    // Where nobody was away, nothing is missing, whoever speaks twice in a row.
    const { mayHide } = this.#absence;
    for (const utterance of others) {
      if (mayHide && !utterance.isNoise) this.#places.declareBefore(utterance);
      if (!this.#places.isCovered(utterance)) this.#finish(utterance, utterance.id === last);
    }
    this.#places.declareAtEnd();
    this.#responses.end(this.#absence.isNow || isMissed ? null : this.#clock.now());
    this.#handOn();
  }

  #apply(event: CallEvent): void {
    const now = this.#clock.now();
    switch (event.type) {
      case "item":
        this.#learn(event.item, event.responseId);
        if (event.inferred === true) this.#infer(event.item.id);
        if (event.previousId !== undefined) this.#place(event.item.id, event.previousId);
        else if (event.inferred === true) this.#follow(event.item.id);
        return;
      case "placed":
        return this.#place(event.itemId, event.previousId);
      case "delta":
        return this.#addDelta(event.itemId, event.speaker, event.text);
      case "text":
        return this.#fromWords(event.itemId, event.speaker)?.setText(event.text, event.spoken);
      case "transcription_failed":
        return this.#fromWords(event.itemId, "candidate")?.fail();
      case "truncated":
        return this.#cut(event.itemId, event.heardMs, event.heardText);
      case "candidate_speaking":
        this.#responses.setSpeaking("candidate", event.active);
        // There is one voice. That another utterance of it is over may have been missed.
        for (const other of this.#open.values()) if (other.id !== event.itemId) other.isActive = false;
        return this.#utterance(event.itemId, "candidate")?.setActive(event.active, event.at ?? now);
      case "interviewer_speaking":
        if (event.state === "started") this.#responses.start(event.responseId, event.at ?? now);
        else this.#hearEnd(event.responseId, event.state, event.at ?? now);
        return;
      case "response_done":
        this.#responses.hearing(event.responseId).done ??= event.status;
        for (const item of event.items) this.#learn(item, event.responseId);
        return;
      case "retrieved":
        return this.#answered(event.item.id, event.item);
      case "not_retrieved":
        return this.#answered(event.itemId, undefined, event.isFinal);
      case "ready":
      case "transcription_used":
      case "backend_used":
      case "lasted":
      case "expires":
      case "not_taken":
      case "over":
      case "drifted":
      case "tampered":
      case "response_begun":
      case "refused":
      case "unreadable":
        return;
    }
  }

  #hearEnd(responseId: string, state: "finished" | "cut", at: number): void {
    this.#responses.stop(responseId, state, at);
    if (this.#absence.hasBeen && !this.#responses.hearing(responseId).hasItem) this.#voices.end(responseId);
  }

  #place(id: string, previousId: string | null): void {
    if (this.#utterance(id) === undefined) return;
    if (!this.#order.isKnown(id)) this.#listener.placed(id, previousId);
    this.#order.place(id, previousId);
    this.#noteChained(id);
  }

  /** The open item of an id; `undefined` where its turn was told, or too many are open. */
  #utterance(id: string, speaker?: Speaker | null): Utterance | undefined {
    if (this.#order.isHandedOn(id)) return undefined;
    let utterance = this.#open.get(id);
    if (utterance === undefined) {
      if (this.#open.size >= MAX_OPEN && !this.#forgetOne()) return undefined;
      utterance = new Utterance(id);
      this.#open.set(id, utterance);
    }
    if (utterance.speaker === undefined) utterance.speaker = speaker;
    return utterance;
  }

  /** Makes room by the oldest item that never became part of the conversation: a flood of those must not cost a turn. */
  #forgetOne(): boolean {
    for (const id of this.#open.keys()) if (!this.#order.isKnown(id)) return this.#open.delete(id);
    return false;
  }

  /** The same for an item that shows by its words, or when it is done; where the sideband was away, it may have begun unseen. */
  #fromWords(id: string, speaker: Speaker | null): Utterance | undefined {
    const isNew = !this.#open.has(id);
    const utterance = this.#utterance(id, speaker);
    if (utterance !== undefined && isNew) utterance.isDoubtful = this.#absence.hasBeen;
    return utterance;
  }

  #learn(item: CallItem, responseId: string | undefined): void {
    // What is done when it is first heard of has begun unseen, and its place was told then.
    const utterance =
      item.status === "in_progress" ? this.#utterance(item.id, item.speaker) : this.#fromWords(item.id, item.speaker);
    utterance?.learn(item);
    if (utterance?.isTyped === true) utterance.saidAt(this.#clock.now());
    // Also where its turn is told, so that what is heard is known.
    if (responseId === undefined) return;
    const hearing = this.#responses.hearingOfItem(responseId);
    if (utterance === undefined) return;
    utterance.hearing = hearing;
    this.#voices.forget(responseId);
  }

  #addDelta(id: string, speaker: Speaker, text: string): void {
    const utterance = text === "" ? undefined : this.#fromWords(id, speaker);
    if (utterance === undefined) return;
    utterance.addDelta(text);
    this.#listener.delta(id, speaker, text);
  }

  /** More words of somebody who was heard of before: nothing becomes final by them, and nothing else is waited for. */
  #addToOpen({ itemId, speaker, text }: Extract<CallEvent, { type: "delta" }>): boolean {
    const utterance = text === "" ? undefined : this.#open.get(itemId);
    if (utterance?.speaker === undefined) return false;
    utterance.addDelta(text);
    this.#listener.delta(itemId, speaker, text);
    return true;
  }

  #ask(id: string): void {
    if (this.#absence.isNow || this.#asked.has(id) || isGap(id)) return;
    const giveUp = (): void => {
      this.#answered(id, undefined);
      this.#advance();
    };
    this.#asked.set(id, this.#clock.after(RETRIEVE_MS, giveUp));
    this.#listener.retrieve(id);
  }

  /** Only answers to our own questions count: a browser may ask too. `isFinal`: it is not told of in any other way either. */
  #answered(id: string, item: CallItem | undefined, isFinal = false): void {
    const cancel = this.#asked.get(id);
    if (cancel === undefined) return;
    cancel();
    this.#asked.delete(id);
    const utterance = this.#utterance(id, item?.speaker);
    if (utterance === undefined) return;
    if (item !== undefined) utterance.learnAgain(item);
    this.#voices.giveTo(utterance);
    // What is being said at the moment is not there yet; it will come by itself.
    // Another process has told its place, and its words are heard here.
    const isHeard = utterance.isInferred && !utterance.isDoubtful;
    const isLost = (isFinal && !isHeard) || utterance.speaker === undefined || (utterance.isLate && !utterance.hasText);
    if (isLost) utterance.isGivenUp = true;
    if (this.#order.missing.includes(id)) this.#places.put(utterance);
  }

  /** Its words are told from its beginning on. */
  #infer(id: string): void {
    const utterance = this.#utterance(id);
    if (utterance === undefined) return;
    utterance.isInferred = true;
    utterance.isDoubtful = false;
  }

  #follow(id: string): void {
    if (this.#utterance(id) === undefined || this.#order.isKnown(id)) return;
    this.#places.follow(id);
    this.#noteChained(id);
  }

  #cut(id: string, heardMs: number, heardText: string | undefined): void {
    const line = this.#fromWords(id, "interviewer");
    if (line === undefined) return;
    this.#voices.giveTo(line);
    line.cut(heardMs, heardText);
  }

  /** Nothing is hidden before an item of which it is known behind which one it is. */
  #noteChained(id: string): void {
    if (!this.#order.isPlaced(id)) return;
    this.#absence.close([id]);
    if (!this.#absence.mayHide) this.#voices.forgetAll();
  }

  /** Makes the best of an item of which nothing more will be told. */
  #finish(utterance: Utterance, isLast: boolean): void {
    if (utterance.isSettled && this.#order.isPlaced(utterance.id)) return;
    // Of a voice that may have ended unheard it is not known that it was cut off, unless it was the last one. Where the line to
    // the call broke only when the call did, it was.
    const isEnd = isLast && (utterance.hasText || !this.#absence.mayHideSeveral);
    const mayBeCut = !utterance.mayBeOver || (isEnd && utterance.isPlayingUnsure);
    const isOpenLine = utterance.speaker === "interviewer" && !utterance.isSettled;
    if (isOpenLine && mayBeCut && utterance.hearingState !== "finished") utterance.cut(null);
    utterance.isGivenUp = true;
    if (this.#order.isPlaced(utterance.id)) return;
    if (!utterance.isNoise) this.#order.append(utterance.id);
  }

  /** Hands on what is final, asks for what is missing, and limits the wait for what comes next. */
  #advance(): void {
    for (const id of this.#order.missing) this.#ask(id);
    this.#handOn();
    const head = this.#open.get(this.#order.first ?? "");
    const ms = head === undefined ? undefined : patienceWith(head, this.#responses.isAnyPlaying);
    if (this.#patience !== undefined && this.#patience.id === head?.id && this.#patience.ms === ms) return;
    this.#patience?.cancel();
    this.#patience = undefined;
    if (head === undefined || ms === undefined || this.#absence.isNow) return;
    const cancel = this.#clock.after(ms, () => this.#losePatience(head));
    this.#patience = { id: head.id, ms, cancel };
  }

  #losePatience(head: Utterance): void {
    if (!head.hasText && !head.isLate) {
      head.isLate = true;
      // It may be asked for already; either way there is an answer, or none in time.
      this.#ask(head.id);
      return;
    }
    if (head.hearingState === "cut" || head.hearing?.done === "cancelled") head.cut(null);
    head.isGivenUp = true;
    this.#advance();
  }

  #handOn(): void {
    for (let id = this.#order.first; id !== undefined; id = this.#order.first) {
      const utterance = this.#open.get(id);
      if (utterance !== undefined && !this.#isFinal(utterance)) return;
      this.#order.shift();
      this.#open.delete(id);
      const turn = utterance?.toTurn();
      if (turn === undefined) continue;
      this.#places.lastSpeaker = turn.speaker;
      this.#voices.isLastUnheard = utterance?.isUnheard === true;
      this.#listener.turn(turn);
    }
  }

  #isFinal(head: Utterance): boolean {
    const isLine = head.speaker === "interviewer";
    // That it was cut off while nobody listened shows by the answer.
    if (isLine && head.isDoubtful && this.#asked.has(head.id)) return false;
    // What has a successor is not heard any more; whether to its end, nobody will tell who was away meanwhile.
    const isOvertaken = this.#order.first !== this.#order.last;
    return head.isSettled || (isOvertaken && isLine && head.hasText && head.mayBeOver);
  }

  #stopWaiting(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
    for (const cancel of this.#asked.values()) cancel();
    this.#asked.clear();
  }
}
