import type { Records, SessionRecord } from "../records/records.ts";
import type { Transcripts } from "../transcripts/transcripts.ts";
import { refusalElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import type { Roster } from "./recovery/roster.ts";
import type { Session, SessionEvent } from "./session.ts";
import type { TurnMessage } from "./told-events.ts";
import { toTurnMessage, turnsForEventsAfter } from "./turn-message.ts";

/** How far somebody has heard a session. */
export interface Heard {
  /** Of the last numbered event. */
  readonly seq: number;
  /** The number of the last turn: an owner tells all turns anew, under higher numbers of events. */
  readonly turn: number;
  readonly toTheEnd: boolean;
}

/** Who follows a session. */
export interface Follower {
  /** `heard`: how far that is, for numbered events. */
  readonly onEvent: (event: SessionEvent, heard: Heard | undefined) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

/** Which session is followed, from where. */
export interface FollowRequest {
  readonly id: string;
  readonly heard: Heard;
  /** True for the session's own person, who is present by following. */
  readonly isOfPerson: (session: Session) => boolean;
}

export interface FollowNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
  readonly roster: Roster;
  readonly transcripts: Transcripts;
}

/** Tells a follower what happens in a session, from where it left off to the session's end, wherever the session is. */
export class Following {
  readonly #request: FollowRequest;
  readonly #needs: FollowNeeds;
  #follower: Follower | undefined;
  #heard: Heard;
  #session: Session | undefined;
  #leave: () => void = () => undefined;
  #isOver = false;

  constructor(request: FollowRequest, needs: FollowNeeds) {
    this.#request = request;
    this.#needs = needs;
    this.#heard = request.heard;
  }

  /** True when nothing more will be told here; the rest may be told by another machine. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** True while the session waits for its person, who may come to another machine. */
  get isWaiting(): boolean {
    return !this.#isOver && this.#session === undefined;
  }

  /** Tells the follower from now on; fulfilled when it has caught up. */
  begin(follower: Follower): Promise<void> {
    this.#follower = follower;
    return this.look();
  }

  /** Looks where the session is. To be called now and then, because not every end is announced. */
  async look(): Promise<void> {
    if (this.#isOver || (this.#session !== undefined && this.#session.state !== "ended")) return;
    const { live, records, roster } = this.#needs;
    const { id } = this.#request;
    const running = live.byId(id);
    const record = running === undefined ? await records.findSession(id) : undefined;
    const turns = running === undefined ? [] : await turnsForEventsAfter(running, this.#heard.seq, records);
    if (this.#isOver) return;
    // It may have started, or ended, while the records were read.
    const session = live.byId(id);
    if (session !== undefined) return this.#hear(session, turns);
    if (running !== undefined) return this.look();
    // The follower finds it when it comes again.
    if (record !== undefined && refusalElsewhere(record, roster) !== undefined) return this.#end();
    if (record?.endedAt === null) return this.#await();
    this.#release();
    if (record !== undefined) await this.#readOut(record);
    this.#end();
  }

  /** Follows no more. */
  stop(): void {
    this.#isOver = true;
    this.#release();
  }

  /** `turns`: those of the records, where what it has told so far needs them. */
  #hear(session: Session, turns: readonly TurnMessage[]): void {
    this.#release();
    this.#session = session;
    for (const event of session.eventsAfter(this.#heard.seq, turns)) this.#tell(event);
    if (this.#isOver) return;
    for (const event of session.standing) this.#tell(event);
    const forget = session.observe((event) => this.#tell(event));
    // It goes on elsewhere; whoever follows asks again, and is told there.
    const moved = (): void => {
      if (session.isLetGo) this.#end();
    };
    session.signal.addEventListener("abort", moved, { once: true });
    const depart = this.#request.isOfPerson(session) ? session.accompany() : undefined;
    this.#leave = () => {
      forget();
      session.signal.removeEventListener("abort", moved);
      depart?.();
    };
  }

  /** It waits for its person, or is about to begin or to end. */
  #await(): void {
    this.#release();
    this.#leave = this.#needs.live.onStart(this.#request.id, (session) => this.#hear(session, []));
  }

  /** Tells what the records have of a session that has ended. */
  async #readOut(record: SessionRecord): Promise<void> {
    if (this.#heard.toTheEnd) return;
    await this.#needs.transcripts.settled(record.id);
    for (const turn of await this.#needs.records.turnsOf(record.id)) {
      this.#tell({ type: "turn", seq: this.#heard.seq + 1, ...toTurnMessage(turn) });
    }
    if (record.endReason !== null) this.#tell({ type: "ended", seq: this.#heard.seq + 1, reason: record.endReason });
  }

  #tell(event: SessionEvent): void {
    if (this.#isOver) return;
    if (!("seq" in event)) return this.#follower?.onEvent(event, undefined);
    // Told before, under another number, by a process that is gone.
    if (event.type === "turn" && event.n <= this.#heard.turn) return;
    const turn = event.type === "turn" ? event.n : this.#heard.turn;
    this.#heard = { seq: event.seq, turn, toTheEnd: event.type === "ended" };
    this.#follower?.onEvent(event, this.#heard);
    if (event.type === "ended") this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.stop();
    this.#follower?.onEnd();
  }

  #release(): void {
    this.#session = undefined;
    this.#leave();
    this.#leave = () => undefined;
  }
}
