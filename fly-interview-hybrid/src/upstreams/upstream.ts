import { ProxyError, type ErrorFacts } from "../errors.ts";
import type { ErrorCode } from "@interview-proxy/protocol";
import type { CallEvent, Speaker } from "./call-event.ts";

/** What the interviewer is and does in one call; independent of the provider. */
export interface CallPlan {
  readonly model: string;
  readonly voice: string;
  readonly instructions: string;
  readonly transcriptionModel: string;
  /** The interview's language, as a BCP 47 tag; `undefined`: whatever is spoken. */
  readonly language: string | undefined;
  readonly tools: readonly Tool[];
  /** Nobody is to speak in the call, whatever is heard: it tests a connection. */
  readonly isSilent?: true;
}

/** Something the interviewer's model may ask the proxy to do. */
export interface Tool {
  readonly name: string;
  /** Tells the model when to use it, and how. */
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One utterance of an earlier call. */
export interface SaidBefore {
  readonly speaker: Speaker;
  readonly text: string;
  /** True where it was said after the create of the call that goes on from it, so that this could not tell of it. */
  readonly isLate: boolean;
}

/** What was said in earlier calls of an interview. */
export interface Conversation {
  /** The last of it, word by word. */
  readonly said: readonly SaidBefore[];
  /** What was asked before that, where it is too long to be handed on. */
  readonly summary?: string;
  /** False where something is missing. */
  readonly isWhole: boolean;
  /** True where the candidate has heard the last question, and is about to answer. */
  readonly awaitsAnswer: boolean;
}

/** How much of what was said can be handed on to another call. */
export interface HistoryBounds {
  /** Utterances that are handed on word by word. */
  readonly utterances: number;
  /** Their words together, and those of the questions asked before them, as `sizeOf` measures them. */
  readonly verbatim: number;
  readonly summary: number;
  readonly sizeOf: (text: string) => number;
}

/**
 * What a page may do with a data channel. `sealed`: nothing; `open`: what a provider allows that a page may do; `revealing`: the
 * same, and read the whole session, instructions and all, also where the provider could keep that from it.
 */
export type ChannelUse = "sealed" | "open" | "revealing";

/** One create. */
export interface CreateCall {
  readonly plan: CallPlan;
  /** What was said in earlier calls until now, for providers that take it with the create; `undefined`: nothing. */
  readonly conversation: Conversation | undefined;
  readonly channel: ChannelUse;
  /** Goes upstream byte for byte. */
  readonly offerSdp: string;
  /** Keyed hash of the person; the provider never learns who it is. */
  readonly safetyIdentifier: string;
  /** Of which trace the create is a part (W3C Trace Context); `undefined`: of none. */
  readonly traceparent?: string | undefined;
}

export interface CreatedCall {
  readonly callId: string;
  readonly answerSdp: string;
}

/** What a provider tells of a call that it has ended. */
export interface CallEnd {
  /** How long the call was in all, in seconds, where that is what it is billed by. */
  readonly seconds?: number;
  /** False where it does not know the call (any more). */
  readonly wasKnown?: boolean;
}

/**
 * A create under way. It is never retried, because a retry may bill two calls, and never aborted, because an aborted one
 * may live unseen: who stops waiting for it must still see `call` to its end.
 */
export interface CallCreation {
  /** Fulfilled when the provider's answer begins, with the id that its head names; never rejects. */
  readonly answerBegun: Promise<string | undefined>;
  /** Rejects with {@link UpstreamError}. */
  readonly call: Promise<CreatedCall>;
}

/** A provider's failure, already in the terms of the error table. */
export class UpstreamError extends ProxyError {
  /** The call's id, where one came to be although its answer cannot be used. */
  readonly callId: string | undefined;
  /** True where a call may have come to be whose id is not known. */
  readonly possibleOrphan: boolean;

  constructor(
    code: ErrorCode,
    options: {
      readonly cause?: unknown;
      readonly facts?: ErrorFacts;
      readonly callId?: string | undefined;
      readonly possibleOrphan?: boolean;
    } = {},
  ) {
    super(code, options);
    this.callId = options.callId;
    this.possibleOrphan = options.possibleOrphan ?? false;
  }
}

/** The proxy's own connection to one call. */
export interface Sideband {
  /** Makes the plan the call's configuration, unless the create did so for good. `ready` follows when it is in force. */
  configure(plan: CallPlan): void;
  /** Lets the interviewer speak first; none does so unprompted. */
  greet(): void;
  /** Instead of {@link Sideband.greet}: hands on what was said in earlier calls, and lets the interviewer go on from there, or wait for an answer. */
  resume(conversation: Conversation): void;
  /** Gives the interviewer a word that the candidate does not hear. It changes what is said next, and makes nobody speak. */
  instruct(text: string): void;
  /** Has the interviewer say something now, as `instructions` tell it. Whatever it is saying is cut off. */
  speak(instructions: string): void;
  /** Hands on what the candidate has typed, and has the interviewer answer it. Whatever it is saying is cut off. The item follows as any other. */
  say(text: string): void;
  /** Gives the result of a tool to the interviewer, who goes on by itself where `proceed`. */
  answerTool(toolCallId: string, output: string, proceed: boolean): void;
  /** Asks for an item; `retrieved` or `not_retrieved` follows later, unless the connection is gone first. */
  retrieve(itemId: string): void;
  /** The call ends here and now: what is being said, as far as it was said, where that is known and not told. */
  conclude(): readonly CallEvent[];
  /** Fulfilled once, when the connection is gone, whoever closed it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** `gone`: the provider knows no such call (any more); `unreachable`: the connection failed in another way. */
export type AttachResult =
  | { readonly ok: true; readonly sideband: Sideband }
  | { readonly ok: false; readonly reason: "gone" | "unreachable" };

/** A connection to a call in its provider's own terms. */
export interface RawSideband {
  /** Passes one text frame on. Where the provider does not read, the connection is given up. */
  send(frame: Buffer): void;
  close(): void;
}

/** Who hears what a provider says on a {@link RawSideband}. */
export interface FrameListener {
  readonly onFrame: (frame: Buffer) => void;
  /** Called once, whoever closed it. `code`: as the provider has closed; `undefined`: without one, or it is lost. */
  readonly onClose: (code: number | undefined) => void;
}

/** See {@link AttachResult}. */
export type RawAttachResult =
  | { readonly ok: true; readonly sideband: RawSideband }
  | { readonly ok: false; readonly reason: "gone" | "unreachable" };

/** Port: a provider of calls. */
export interface Upstream {
  readonly name: string;
  /**
   * True where whoever has a data channel can do all that the proxy can: then a sealed call must have none, and the page of
   * an open one has to be watched. False where the create says what passes.
   */
  readonly channelIsUnrestricted: boolean;
  readonly historyBounds: HistoryBounds;
  /** It ends every call after this, in seconds, unless it says something else of one. */
  readonly callLimitSeconds: number;
  /** What was said shows as a turn this late, in milliseconds, and cannot be asked for. Who takes a call over listens so long first. */
  readonly turnsShowAfterMs: number;
  createCall(create: CreateCall): CallCreation;
  /** Ends a call; one that is already gone counts as ended. Throws {@link UpstreamError} where that stays unknown. */
  hangUp(callId: string): Promise<CallEnd>;
  /** One try at attaching; `onEvent` is called from then on until the sideband is closed. */
  attach(callId: string, onEvent: (event: CallEvent) => void): Promise<AttachResult>;
  /** The same beside it, for a backend that speaks the provider's protocol. The listener hears nothing of a try that failed. */
  attachRaw(callId: string, listener: FrameListener): Promise<RawAttachResult>;
  close(): Promise<void>;
}
