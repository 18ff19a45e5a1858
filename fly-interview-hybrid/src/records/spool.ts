/** A write that waits for the records. */
export interface SpooledWrite {
  /** Its place among all of them. */
  readonly position: number;
  readonly kind: string;
  /** Writes of one lane are done one after the other, in their order. */
  readonly lane: string;
  /** JSON. */
  readonly body: string;
  /** True where a process that is gone has left it. */
  readonly isLeftOver: boolean;
}

/** Of the room of a spool, what is said may take what it likes but for a reserve, which is for all else. */
export type SpoolRoom = "all but the reserve" | "all";

/** Port: a bounded store-and-forward queue on this machine, for what the records do not take at the moment. */
export interface Spool {
  /** How many writes wait. */
  readonly size: number;
  hasLane(lane: string): boolean;
  /** A lane with writes that wait, and none of these. */
  lane(apartFrom: ReadonlySet<string>): string | undefined;
  /** Keeps a write behind those of its lane; it outlives the process from then on. False where there is no room for it. */
  put(write: Pick<SpooledWrite, "kind" | "lane" | "body">, room: SpoolRoom): boolean;
  /** The write of a lane whose turn it is. */
  first(lane: string): SpooledWrite | undefined;
  /** Erases a write. */
  remove(write: SpooledWrite): void;
  /** What still waits is left to the next process. Doing it twice does no harm. */
  close(): void;
}
