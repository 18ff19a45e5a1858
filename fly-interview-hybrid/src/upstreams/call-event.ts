/** Who speaks in an interview. */
export type Speaker = "candidate" | "interviewer";

/** One entry of a call's conversation, as far as a transcript needs it. */
export interface CallItem {
  /** The provider's id of it; unique within its call. */
  readonly id: string;
  /** `null` for what is no utterance: instructions, tool calls and their results. */
  readonly speaker: Speaker | null;
  /** `null` where the provider gives none: not transcribed yet, or taken back because it was never heard. */
  readonly text: string | null;
  /** False for what was typed, or is answered in writing, and so is never played. */
  readonly spoken: boolean;
  readonly status: "in_progress" | "complete" | "incomplete";
  /** Where the item is a call of one of the plan's tools. */
  readonly toolCall?: ToolCall;
}

/** The interviewer asks for a tool to be used. */
export interface ToolCall {
  /** The provider's id, which the answer names. */
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it: it may be anything. */
  readonly arguments: string;
}

/** What one response cost, in tokens. Tokens of which the provider does not say whether they are text or audio count as text. */
export interface ResponseUsage {
  readonly inputTextTokens: number;
  readonly inputAudioTokens: number;
  /** Of the input, what was read from a cache. */
  readonly cachedTextTokens: number;
  readonly cachedAudioTokens: number;
  readonly outputTextTokens: number;
  readonly outputAudioTokens: number;
}

/** What the transcription of one utterance cost: by the second or by the token, as its model is billed. */
export interface TranscriptionUsage {
  readonly seconds: number;
  readonly tokens: number;
}

/**
 * What happens in a call, in no provider's terms. Events may come late, twice, and in any order among items. Whatever else
 * a provider says is passed over.
 */
export type CallEvent =
  /** The plan is in force. `digest` stands for all settings that only the proxy may change, also where the plan leaves them out. */
  | { readonly type: "ready"; readonly digest?: string }
  /** A configuration is in force that differs from the plan in what only the proxy may change. Equal ones have equal digests. */
  | { readonly type: "drifted"; readonly digest: string }
  /** Words that instruct the interviewer are in the conversation and are not ours, or ours were taken out of it. */
  | { readonly type: "tampered"; readonly itemId: string; readonly how: "injected" | "removed" }
  /** A response begins; `ours` where the proxy asked for it. Why another one was made is not told. */
  | { readonly type: "response_begun"; readonly ours: boolean }
  /** The plan was refused. */
  | { readonly type: "refused"; readonly code: string }
  /** An item is in the conversation, or has changed. `previousId`: the item before it, `null` for none, absent where not told. */
  | {
      readonly type: "item";
      readonly item: CallItem;
      readonly previousId?: string | null;
      /** The response that it belongs to, where told. */
      readonly responseId?: string;
      /** True where the provider knows no items, and this one was made of words on a timeline: without a `previousId` it follows all that is known. */
      readonly inferred?: boolean;
      /** True where it may be the rest of one that began before the sideband was there. */
      readonly mayBeRest?: boolean;
    }
  /** The place of an item is known before the item itself. */
  | { readonly type: "placed"; readonly itemId: string; readonly previousId: string | null }
  /** A few more words of an item. */
  | { readonly type: "delta"; readonly itemId: string; readonly speaker: Speaker; readonly text: string }
  /** All words of an item. */
  | {
      readonly type: "text";
      readonly itemId: string;
      readonly speaker: Speaker;
      readonly text: string;
      readonly spoken: boolean;
    }
  /** A transcription has been paid for. It is billed apart from the responses. */
  | { readonly type: "transcription_used"; readonly usage: TranscriptionUsage }
  /** The words of an item of the candidate could not be made out, and will not be. */
  | { readonly type: "transcription_failed"; readonly itemId: string }
  /** The candidate begins or ceases to speak. `at`: when, in milliseconds since the epoch, where that is known afterwards only. */
  | { readonly type: "candidate_speaking"; readonly itemId: string; readonly active: boolean; readonly at?: number }
  /** The interviewer is heard from now on, has been heard to the end, or was cut off. */
  | {
      readonly type: "interviewer_speaking";
      readonly responseId: string;
      readonly state: "started" | "finished" | "cut";
      /** The same. */
      readonly at?: number;
    }
  /** Only the first `heardMs` of an item of the interviewer were heard; `heardText`: these words, where they are known. */
  | { readonly type: "truncated"; readonly itemId: string; readonly heardMs: number; readonly heardText?: string }
  /** A response has been generated, or will not be generated any further. It may go on being heard. */
  | {
      readonly type: "response_done";
      readonly responseId: string;
      readonly status: "completed" | "cancelled" | "failed" | "incomplete";
      readonly items: readonly CallItem[];
      readonly usage: ResponseUsage | null;
    }
  /** Answers a retrieve; it does not say where the item stands. */
  | { readonly type: "retrieved"; readonly item: CallItem }
  /** Answers a retrieve of an item that the provider does not have. `isFinal`: nothing more will be told of it in any way. */
  | { readonly type: "not_retrieved"; readonly itemId: string; readonly isFinal?: boolean }
  /** How long the call has been in all, in seconds, where that is what it is billed by. */
  | { readonly type: "lasted"; readonly seconds: number }
  /** A model that works for the interviewer has used tokens. They are billed apart from the call. */
  | { readonly type: "backend_used"; readonly usage: ResponseUsage }
  /** When the provider ends the call by itself, in milliseconds since the epoch. */
  | { readonly type: "expires"; readonly at: number }
  /** Something that the interviewer was to be told was not taken. */
  | { readonly type: "not_taken"; readonly code: string }
  /** The provider has ended the call. `isPolicy`: because of what was said, so that another call would end as well. */
  | { readonly type: "over"; readonly isPolicy: boolean }
  /** The provider said something that should have been understood and was not. */
  | { readonly type: "unreadable" };
