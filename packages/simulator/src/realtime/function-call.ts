import type { ToolCall } from "../script/spoken-interview.ts";
import { newId, obfuscate } from "../session/ids.ts";
import type { GeneratedItem, OutputItem, OutputItemContext } from "./output-item.ts";
import { splitTokens } from "../session/tokens.ts";
import { textTokens, type Tokens } from "./token-usage.ts";

/** The call of a tool, from its announcement to its whole arguments. */
export class FunctionCall implements OutputItem {
  item: GeneratedItem;
  readonly #context: OutputItemContext;
  readonly #call: ToolCall;
  readonly #id = newId("item");
  readonly #callId = newId("call");
  readonly #deltas: readonly string[];
  #sent = 0;

  constructor(context: OutputItemContext, call: ToolCall) {
    this.#context = context;
    this.#call = call;
    this.#deltas = splitTokens(call.arguments);
    this.item = this.#itemAs("in_progress");
  }

  get tokens(): Tokens {
    return textTokens(this.#generated);
  }

  begin(): void {
    const { responseId: response_id, outputIndex: output_index, conversation, inConversation, emit } = this.#context;
    emit({ type: "response.output_item.added", response_id, output_index, item: this.item });
    if (inConversation) {
      const { previousId } = conversation.append(this.item);
      emit({ type: "conversation.item.added", previous_item_id: previousId, item: this.item });
    }
  }

  advance(): boolean {
    const delta = this.#deltas[this.#sent];
    if (delta === undefined) {
      return false;
    }
    this.#sent += 1;
    this.#context.emit({
      type: "response.function_call_arguments.delta",
      ...this.#place,
      delta,
      obfuscation: obfuscate(delta),
    });
    return true;
  }

  complete(): void {
    const { responseId: response_id, outputIndex: output_index, inConversation, emit } = this.#context;
    const { name, arguments: whole } = this.#call;
    emit({ type: "response.function_call_arguments.done", ...this.#place, name, arguments: whole });
    this.#store("completed");
    if (inConversation) {
      // As it is recorded of an assistant's message.
      emit({ type: "conversation.item.done", previous_item_id: null, item: this.item });
    }
    emit({ type: "response.output_item.done", response_id, output_index, item: this.item });
  }

  stop(): void {
    this.#store("incomplete");
  }

  #store(status: "completed" | "incomplete"): void {
    this.item = this.#itemAs(status);
    this.#context.conversation.update(this.item);
  }

  get #generated(): string {
    return this.#deltas.slice(0, this.#sent).join("");
  }

  get #place(): { response_id: string; item_id: string; output_index: number; call_id: string } {
    const { responseId, outputIndex } = this.#context;
    return { response_id: responseId, item_id: this.#id, output_index: outputIndex, call_id: this.#callId };
  }

  #itemAs(status: "in_progress" | "completed" | "incomplete"): GeneratedItem {
    return {
      id: this.#id,
      type: "function_call",
      status,
      name: this.#call.name,
      call_id: this.#callId,
      arguments: this.#generated,
    };
  }
}
