import { PACKET_MS } from "../audio/opus-packet.ts";
import type { SpeechOutput } from "../audio/playout.ts";
import type { SpokenTurn } from "../script/spoken-interview.ts";
import { newId, obfuscate } from "../session/ids.ts";
import type { GeneratedItem, OutputItem, OutputItemContext } from "./output-item.ts";
import { splitTokens } from "../session/tokens.ts";
import { assistantAudioTokens, textTokens, type Tokens } from "./token-usage.ts";

/** Recorded: audio starts after the first few deltas. */
const TOKENS_BEFORE_AUDIO = 3;

/** What a message needs besides its place in the response. */
export interface AssistantMessageContext extends OutputItemContext {
  readonly output: SpeechOutput;
  /** False for one in text. */
  readonly isSpoken: boolean;
  /** True for words that are not of the script. */
  readonly isAside: boolean;
}

/** What the interviewer says in one response: its words, and their audio. */
export class AssistantMessage implements OutputItem {
  item: GeneratedItem;
  readonly #context: AssistantMessageContext;
  readonly #turn: SpokenTurn;
  readonly #id = newId("item");
  readonly #words: readonly string[];
  #sent = 0;

  constructor(context: AssistantMessageContext, turn: SpokenTurn) {
    this.#context = context;
    this.#turn = turn;
    this.#words = splitTokens(turn.text);
    this.item = this.#itemAs("in_progress");
  }

  get tokens(): Tokens {
    return this.#context.isSpoken ? assistantAudioTokens(this.#said, this.#generatedMs) : textTokens(this.#said);
  }

  begin(): void {
    const { responseId, outputIndex, conversation, inConversation, isSpoken, isAside, emit } = this.#context;
    emit({
      type: "response.output_item.added",
      response_id: responseId,
      output_index: outputIndex,
      item: this.item,
    });
    if (inConversation) {
      const { previousId } = conversation.append(this.item, { isAside });
      emit({ type: "conversation.item.added", previous_item_id: previousId, item: this.item });
    }
    const part = isSpoken ? ({ type: "audio", transcript: "" } as const) : ({ type: "text", text: "" } as const);
    emit({ type: "response.content_part.added", ...this.#place, part });
    while (this.#sent < TOKENS_BEFORE_AUDIO && this.advance());
    if (isSpoken) {
      this.#context.output.play({ responseId, itemId: this.#id, turn: this.#turn });
    }
  }

  advance(): boolean {
    const delta = this.#words[this.#sent];
    if (delta === undefined) {
      return false;
    }
    this.#sent += 1;
    const type = this.#context.isSpoken ? "response.output_audio_transcript.delta" : "response.output_text.delta";
    this.#context.emit({ type, ...this.#place, delta, obfuscation: obfuscate(delta) });
    return true;
  }

  complete(): void {
    const { responseId: response_id, outputIndex: output_index, inConversation, isSpoken, emit } = this.#context;
    const { text } = this.#turn;
    if (isSpoken) {
      emit({ type: "response.output_audio.done", ...this.#place });
      emit({ type: "response.output_audio_transcript.done", ...this.#place, transcript: text });
      emit({ type: "response.content_part.done", ...this.#place, part: { type: "audio", transcript: text } });
    } else {
      emit({ type: "response.output_text.done", ...this.#place, text });
      emit({ type: "response.content_part.done", ...this.#place, part: { type: "text", text } });
    }
    this.#store("completed");
    if (inConversation) {
      // Recorded, twice: null, although the item has a predecessor and `conversation.item.added` named it.
      emit({ type: "conversation.item.done", previous_item_id: null, item: this.item });
    }
    emit({ type: "response.output_item.done", response_id, output_index, item: this.item });
  }

  stop(): void {
    if (this.#context.isSpoken) {
      this.#context.output.shorten(this.#context.responseId, this.#share);
    }
    this.#store("incomplete");
  }

  #store(status: "completed" | "incomplete"): void {
    this.item = this.#itemAs(status);
    this.#context.conversation.update(this.item, this.#context.isSpoken ? this.#generatedMs : undefined);
  }

  get #place(): { response_id: string; item_id: string; output_index: number; content_index: number } {
    const { responseId, outputIndex } = this.#context;
    return { response_id: responseId, item_id: this.#id, output_index: outputIndex, content_index: 0 };
  }

  get #share(): number {
    return this.#words.length === 0 ? 1 : this.#sent / this.#words.length;
  }

  get #said(): string {
    return this.#sent >= this.#words.length ? this.#turn.text : this.#words.slice(0, this.#sent).join("");
  }

  /** Audio is generated in whole packets. */
  get #generatedMs(): number {
    return Math.ceil((this.#turn.durationMs * this.#share) / PACKET_MS) * PACKET_MS;
  }

  #itemAs(status: "in_progress" | "completed" | "incomplete"): GeneratedItem {
    const content =
      status === "in_progress"
        ? []
        : this.#context.isSpoken
          ? [{ type: "output_audio" as const, transcript: this.#said }]
          : [{ type: "output_text" as const, text: this.#said }];
    return { id: this.#id, type: "message", status, role: "assistant", content };
  }
}
