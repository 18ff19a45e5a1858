import type { RealtimeConversationItemAssistantMessage } from "openai/resources/realtime/realtime";
import { PACKET_MS } from "../audio/opus-packet.ts";
import type { SpeechOutput } from "../audio/playout.ts";
import type { Timers } from "../clock.ts";
import type { SpokenTurn } from "../script/spoken-interview.ts";
import type { Conversation } from "./conversation.ts";
import { newId, obfuscate } from "./ids.ts";
import type { ServerEventBody, WireResponse } from "./server-events.ts";
import type { EffectiveSession } from "./session-config.ts";
import type { ResponseParams } from "./session-config-schema.ts";
import { assistantAudioTokens, responseUsage, splitTokens, textTokens, type Tokens } from "./token-usage.ts";

/** Generation is much faster than speech (about three words a second), as OpenAI's is. */
const TOKEN_INTERVAL_MS = 10;

/** Recorded: audio starts after the first few deltas. */
const TOKENS_BEFORE_AUDIO = 3;

/** Leaves the pacer two ticks, so that `output_audio_buffer.started` precedes the end of even a one-word response. */
const SETTLE_MS = 2 * PACKET_MS;

const RATE_LIMIT_TOKENS = 15_000_000;

/** What a response needs of its session. */
export interface ResponseContext {
  readonly timers: Timers;
  readonly conversation: Conversation;
  readonly conversationId: string;
  readonly output: SpeechOutput;
  readonly session: EffectiveSession;
  emit(event: ServerEventBody): void;
  /** Called once, when `response.done` has been sent. */
  ended(): void;
}

type AssistantItem = RealtimeConversationItemAssistantMessage & { id: string };

/** One response, from `response.created` to `response.done`: steps 8 to 19 of a spoken turn. */
export class ResponseRun {
  readonly id = newId("resp");
  readonly #itemId = newId("item");
  readonly #context: ResponseContext;
  readonly #turn: SpokenTurn;
  readonly #params: ResponseParams;
  readonly #tokens: readonly string[];
  readonly #spoken: boolean;
  readonly #input: readonly Tokens[];
  #sent = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(context: ResponseContext, turn: SpokenTurn, params: ResponseParams) {
    this.#context = context;
    this.#turn = turn;
    this.#params = params;
    this.#tokens = splitTokens(turn.text);
    this.#spoken = (params.output_modalities ?? context.session.output_modalities)?.[0] !== "text";
    const instructions = params.instructions ?? context.session.instructions ?? "";
    this.#input = [textTokens(instructions), ...context.conversation.tokens];
  }

  /** Announces the response and its first words; the rest follows by timer. */
  start(): void {
    const emit = (event: ServerEventBody): void => this.#context.emit(event);
    emit({ type: "response.created", response: this.#response("in_progress", null, null) });
    const item = this.#item("in_progress");
    emit({ type: "response.output_item.added", response_id: this.id, output_index: 0, item });
    if (this.#inConversation) {
      const { previousId } = this.#context.conversation.append(item);
      emit({ type: "conversation.item.added", previous_item_id: previousId, item });
    }
    const part = this.#spoken ? ({ type: "audio", transcript: "" } as const) : ({ type: "text", text: "" } as const);
    emit({ type: "response.content_part.added", ...this.#place, part });
    while (this.#sent < Math.min(TOKENS_BEFORE_AUDIO, this.#tokens.length)) {
      this.#sendToken();
    }
    if (this.#spoken) {
      this.#context.output.play({ responseId: this.id, itemId: this.#itemId, packets: this.#turn.packets });
    }
    this.#continue();
  }

  /** Stops the generation. What was generated stays; playing it on or not is the output's affair. */
  cancel(reason: "turn_detected" | "client_cancelled"): void {
    this.#cancelTimer?.();
    const item = this.#item("incomplete");
    if (this.#spoken) {
      this.#context.output.shorten(this.id, this.#share);
    }
    this.#store(item);
    this.#end("cancelled", { type: "cancelled", reason }, item);
  }

  #continue(): void {
    const done = this.#sent >= this.#tokens.length;
    this.#cancelTimer = this.#context.timers.after(done ? SETTLE_MS : TOKEN_INTERVAL_MS, () => {
      if (done) {
        this.#complete();
      } else {
        this.#sendToken();
        this.#continue();
      }
    });
  }

  #sendToken(): void {
    const delta = this.#tokens[this.#sent] ?? "";
    this.#sent += 1;
    const type = this.#spoken ? "response.output_audio_transcript.delta" : "response.output_text.delta";
    this.#context.emit({ type, ...this.#place, delta, obfuscation: obfuscate(delta) });
  }

  #complete(): void {
    const emit = (event: ServerEventBody): void => this.#context.emit(event);
    const text = this.#turn.text;
    if (this.#spoken) {
      emit({ type: "response.output_audio.done", ...this.#place });
      emit({ type: "response.output_audio_transcript.done", ...this.#place, transcript: text });
      emit({ type: "response.content_part.done", ...this.#place, part: { type: "audio", transcript: text } });
    } else {
      emit({ type: "response.output_text.done", ...this.#place, text });
      emit({ type: "response.content_part.done", ...this.#place, part: { type: "text", text } });
    }
    const item = this.#item("completed");
    this.#store(item);
    if (this.#inConversation) {
      // Recorded, twice: null, although the item has a predecessor and `conversation.item.added` named it.
      emit({ type: "conversation.item.done", previous_item_id: null, item });
    }
    emit({ type: "response.output_item.done", response_id: this.id, output_index: 0, item });
    this.#end("completed", null, item);
  }

  #end(status: "completed" | "cancelled", details: WireResponse["status_details"], item: AssistantItem): void {
    const said = this.#said;
    const output = this.#spoken ? assistantAudioTokens(said, this.#generatedMs) : textTokens(said);
    const usage = responseUsage(this.#input, output);
    this.#context.emit({
      type: "response.done",
      response: { ...this.#response(status, details, usage), output: [item] },
    });
    const remaining = RATE_LIMIT_TOKENS - (usage.total_tokens ?? 0);
    this.#context.emit({
      type: "rate_limits.updated",
      rate_limits: [{ name: "tokens", limit: RATE_LIMIT_TOKENS, remaining, reset_seconds: 0.002 }],
    });
    this.#context.ended();
  }

  #store(item: AssistantItem): void {
    if (this.#inConversation) {
      this.#context.conversation.update(item, this.#spoken ? this.#generatedMs : undefined);
    }
  }

  get #inConversation(): boolean {
    return this.#params.conversation !== "none";
  }

  get #place(): { response_id: string; item_id: string; output_index: number; content_index: number } {
    return { response_id: this.id, item_id: this.#itemId, output_index: 0, content_index: 0 };
  }

  get #share(): number {
    return this.#tokens.length === 0 ? 1 : this.#sent / this.#tokens.length;
  }

  get #said(): string {
    return this.#sent >= this.#tokens.length ? this.#turn.text : this.#tokens.slice(0, this.#sent).join("");
  }

  get #generatedMs(): number {
    return Math.ceil(this.#turn.packets.length * this.#share) * PACKET_MS;
  }

  #item(status: "in_progress" | "completed" | "incomplete"): AssistantItem {
    const content =
      status === "in_progress"
        ? []
        : this.#spoken
          ? [{ type: "output_audio" as const, transcript: this.#said }]
          : [{ type: "output_text" as const, text: this.#said }];
    return { id: this.#itemId, type: "message", status, role: "assistant", content };
  }

  #response(
    status: NonNullable<WireResponse["status"]>,
    details: WireResponse["status_details"],
    usage: WireResponse["usage"],
  ): WireResponse {
    const { session } = this.#context;
    const { format, voice } = { ...session.audio.output, ...this.#params.audio?.output };
    return {
      object: "realtime.response",
      id: this.id,
      status,
      status_details: details,
      output: [],
      conversation_id: this.#context.conversationId,
      output_modalities: [this.#spoken ? "audio" : "text"],
      max_output_tokens: this.#params.max_output_tokens ?? session.max_output_tokens ?? "inf",
      audio: { output: { format, voice: typeof voice === "string" ? voice : voice.id } },
      usage,
      metadata: this.#params.metadata ?? null,
    };
  }
}
