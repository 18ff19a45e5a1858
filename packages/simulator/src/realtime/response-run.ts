import { PACKET_MS } from "../audio/opus-packet.ts";
import type { SpeechOutput } from "../audio/playout.ts";
import type { Timers } from "../clock.ts";
import type { SpokenTurn, ToolCall } from "../script/spoken-interview.ts";
import { AssistantMessage } from "./assistant-message.ts";
import type { Conversation } from "./conversation.ts";
import { FunctionCall } from "./function-call.ts";
import { newId } from "../session/ids.ts";
import type { OutputItem } from "./output-item.ts";
import type { ServerEventBody, WireResponse } from "./server-events.ts";
import type { EffectiveSession } from "./session-config.ts";
import type { ResponseParams } from "./session-config-schema.ts";
import { addTokens, responseUsage, textTokens, type Tokens } from "./token-usage.ts";

/** Generation is much faster than speech (about three words a second), as OpenAI's is. */
const TOKEN_INTERVAL_MS = 10;

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

/** What a response is to say: a line of the script, or words of its own. */
export interface ResponseLine {
  readonly turn: SpokenTurn;
  /** True for words that are not of the script, which goes on afterwards where it was. */
  readonly isAside: boolean;
}

/** One response, from `response.created` to `response.done`: steps 8 to 19 of a spoken turn, and the calls of tools. */
export class ResponseRun {
  readonly id = newId("resp");
  readonly #context: ResponseContext;
  readonly #params: ResponseParams;
  readonly #isSpoken: boolean;
  readonly #input: readonly Tokens[];
  readonly #items: readonly OutputItem[];
  #current = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(context: ResponseContext, { turn, isAside }: ResponseLine, params: ResponseParams) {
    this.#context = context;
    this.#params = params;
    this.#isSpoken = (params.output_modalities ?? context.session.output_modalities)?.[0] !== "text";
    const instructions = params.instructions ?? context.session.instructions ?? "";
    this.#input = [textTokens(instructions), ...context.conversation.tokens];
    const place = {
      conversation: context.conversation,
      responseId: this.id,
      inConversation: params.conversation !== "none",
      emit: (event: ServerEventBody) => context.emit(event),
    };
    const message = { ...place, outputIndex: 0, output: context.output, isSpoken: this.#isSpoken, isAside };
    const calls = turn.tools.filter((call) => isOffered(call, params, context.session));
    this.#items = [
      new AssistantMessage(message, turn),
      ...calls.map((call, index) => new FunctionCall({ ...place, outputIndex: index + 1 }, call)),
    ];
  }

  /** Announces the response and its first words; the rest follows by timer. */
  start(): void {
    this.#context.emit({ type: "response.created", response: this.#response("in_progress", null, null) });
    this.#begin();
  }

  /** Stops the generation. What was generated stays; playing it on or not is the output's affair. */
  cancel(reason: "turn_detected" | "client_cancelled"): void {
    this.#cancelTimer?.();
    this.#items[this.#current]?.stop();
    this.#end("cancelled", { type: "cancelled", reason });
  }

  #begin(): void {
    const item = this.#items[this.#current];
    if (item === undefined) {
      this.#end("completed", null);
      return;
    }
    item.begin();
    this.#generate(item);
  }

  #generate(item: OutputItem): void {
    this.#cancelTimer = this.#context.timers.after(TOKEN_INTERVAL_MS, () => {
      if (item.advance()) {
        this.#generate(item);
        return;
      }
      this.#cancelTimer = this.#context.timers.after(SETTLE_MS - TOKEN_INTERVAL_MS, () => {
        item.complete();
        this.#current += 1;
        this.#begin();
      });
    });
  }

  #end(status: "completed" | "cancelled", details: WireResponse["status_details"]): void {
    const begun = this.#items.slice(0, this.#current + 1);
    const usage = responseUsage(this.#input, addTokens(begun.map(({ tokens }) => tokens)));
    this.#context.emit({
      type: "response.done",
      response: { ...this.#response(status, details, usage), output: begun.map(({ item }) => item) },
    });
    const remaining = RATE_LIMIT_TOKENS - (usage.total_tokens ?? 0);
    this.#context.emit({
      type: "rate_limits.updated",
      rate_limits: [{ name: "tokens", limit: RATE_LIMIT_TOKENS, remaining, reset_seconds: 0.002 }],
    });
    this.#context.ended();
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
      output_modalities: [this.#isSpoken ? "audio" : "text"],
      max_output_tokens: this.#params.max_output_tokens ?? session.max_output_tokens ?? "inf",
      audio: { output: { format, voice: typeof voice === "string" ? voice : voice.id } },
      usage,
      metadata: this.#params.metadata ?? null,
    };
  }
}

/** A model calls only what it was given. */
function isOffered({ name }: ToolCall, params: ResponseParams, session: EffectiveSession): boolean {
  const tools = params.tools ?? session.tools ?? [];
  const choice = params.tool_choice ?? session.tool_choice;
  return choice !== "none" && tools.some((tool) => tool.type === "function" && tool.name === name);
}
