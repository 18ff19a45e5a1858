import * as z from "zod/mini";

const milliseconds = z.number().check(z.gte(0), z.lte(3_600_000));

/** A live call to apply the fault to; absent: the next call created. */
const callId = z.exactOptional(z.string());

const creationFaults = [
  /** The create is refused with OpenAI's envelope for that status. */
  z.strictObject({
    kind: z.literal("http"),
    status: z.literal([401, 403, 429, 500, 503]),
    /** Sent as `retry-after`. */
    retryAfterSeconds: z.exactOptional(z.int().check(z.gte(0))),
  }),
  /** Nothing happens for so long; then the create goes on as usual. */
  z.strictObject({ kind: z.literal("latency"), ms: milliseconds }),
  /** The call is made at once; its answer comes so much later, whether anyone still waits or not. */
  z.strictObject({ kind: z.literal("late_answer"), ms: milliseconds }),
  /** No answer ever comes; with `afterCreate` the call exists all the same. */
  z.strictObject({ kind: z.literal("hang"), afterCreate: z.exactOptional(z.boolean()) }),
  /** The connection is torn down without an answer; with `afterCreate` the call exists all the same. */
  z.strictObject({ kind: z.literal("reset"), afterCreate: z.exactOptional(z.boolean()) }),
  /** The call is made, and status 201 comes with something that is no proper answer. */
  z.strictObject({
    kind: z.literal("malformed_answer"),
    form: z.enum(["empty", "html", "json", "truncated", "no_location", "bad_location"]),
  }),
] as const;

const callFaults = [
  /** The call ends as soon as it is connected. */
  z.strictObject({ kind: z.literal("early_close"), callId }),
  /** The call ends so long after it is connected or, where it is connected already, from now. */
  z.strictObject({ kind: z.literal("drop_call"), afterMs: milliseconds, callId }),
  /** The call reaches the longest that it may last so long after it is connected or, where it is connected already, from now. */
  z.strictObject({ kind: z.literal("expire"), afterMs: milliseconds, callId }),
  /**
   * The session is ended for what is said in it, so long after the call is connected or, where it is connected already,
   * from now. A Live session says so; a Realtime call just ends.
   */
  z.strictObject({ kind: z.literal("content"), afterMs: milliseconds, callId }),
  /** The client's going is noticed only by its silence, and its sidebands go on until then. */
  z.strictObject({ kind: z.literal("unseen_departure"), callId }),
  /** Events go on, but no audio packet is sent. */
  z.strictObject({ kind: z.literal("media_silence"), callId }),
  /** Sidebands are refused with 404, for so long after the create or, without `forMs`, always. */
  z.strictObject({ kind: z.literal("sideband_404"), forMs: z.exactOptional(milliseconds), callId }),
  /** The transcription of what the candidate says next fails; in a Live call, which has no event for it, nothing of it is transcribed. */
  z.strictObject({ kind: z.literal("transcription_failed"), callId }),
] as const;

/** Schema of {@link Fault}. */
export const faultSchema = z.discriminatedUnion("kind", [...creationFaults, ...callFaults]);

const callFaultSchema = z.discriminatedUnion("kind", callFaults);

/** Something that goes wrong on request. */
export type Fault = z.infer<typeof faultSchema>;

/** A fault of a call, as opposed to one of the request that creates it. */
export type CallFault = z.infer<typeof callFaultSchema>;

/** True for faults that a call has, and so may be given to one that is live. */
export function isCallFault(fault: Fault): fault is CallFault {
  return callFaultSchema.safeParse(fault).success;
}

/** More than this in the queue is a test that forgot to create calls. */
const MAX_QUEUED_FAULTS = 1000;

/** Faults waiting for the next creates, first come, first served; each create takes one. */
export class FaultQueue {
  readonly #faults: Fault[] = [];

  /** @throws RangeError when the queue is full */
  add(fault: Fault): void {
    if (this.#faults.length >= MAX_QUEUED_FAULTS) {
      throw new RangeError(`at most ${MAX_QUEUED_FAULTS} faults may wait`);
    }
    this.#faults.push(fault);
  }

  /** Takes the fault that has waited longest. */
  take(): Fault | undefined {
    return this.#faults.shift();
  }
}
