import type { ServerMessageOf } from "@interview-proxy/protocol";

/** What a session tells whoever is connected, now or after a reconnect. */
export type NumberedEvent =
  | ServerMessageOf<"state">
  | ServerMessageOf<"turn">
  | ServerMessageOf<"resumed">
  | ServerMessageOf<"ended">;

/** A turn without what its session adds when it tells of it. */
export type TurnMessage = Omit<ServerMessageOf<"turn">, "type" | "seq">;

/** An unbroken run of turns whose words only the records keep. */
interface TurnRun {
  readonly type: "turns";
  /** Of the first one. */
  readonly seq: number;
  /** Of the first one. */
  readonly n: number;
  length: number;
}

/** More turns than anybody misses in a reconnect, or while the records are read. */
const MAX_TURNS_IN_FULL = 50;

/** Runs count as one; a session with more than this has changed its state hundreds of times. */
const MAX_KEPT = 1000;

/** The numbered events of a session, for who missed some. Words of long ago are not kept twice, here and in the records. */
export class ToldEvents {
  readonly #kept: (NumberedEvent | TurnRun)[] = [];
  #turnsInFull = 0;

  add(event: NumberedEvent): void {
    this.#kept.push(event);
    if (event.type === "turn" && ++this.#turnsInFull > MAX_TURNS_IN_FULL) this.#shortenOne();
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
  }

  /** True where the events after `seq` cannot be told without the turns of the records. */
  needsTurnsAfter(seq: number): boolean {
    return this.#kept.some((event) => event.type === "turns" && event.seq + event.length - 1 > seq);
  }

  /** The events after `seq`; `turns`: those of the records, by their numbers, where they are needed. */
  after(seq: number, turns: readonly TurnMessage[]): readonly NumberedEvent[] {
    const events = this.#kept.flatMap((event) => (event.type === "turns" ? inFull(event, turns) : [event]));
    return events.filter((event) => event.seq > seq);
  }

  #shortenOne(): void {
    const index = this.#kept.findIndex(({ type }) => type === "turn");
    const [before, turn] = [this.#kept[index - 1], this.#kept[index]];
    if (turn?.type !== "turn") return;
    this.#turnsInFull -= 1;
    if (before?.type === "turns" && before.n + before.length === turn.n) {
      before.length += 1;
      this.#kept.splice(index, 1);
    } else {
      this.#kept[index] = { type: "turns", seq: turn.seq, n: turn.n, length: 1 };
    }
  }
}

/** Numbers of turns and of events go up together within a run. */
function inFull({ seq, n, length }: TurnRun, turns: readonly TurnMessage[]): readonly NumberedEvent[] {
  return turns.slice(n - 1, n - 1 + length).map((turn) => ({ type: "turn", seq: seq + turn.n - n, ...turn }));
}
