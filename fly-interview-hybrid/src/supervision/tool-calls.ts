import type { CallEvent, CallItem, ToolCall } from "../upstreams/call-event.ts";
import type { Prompter } from "./prompter.ts";

/** A model that calls more tools than this in one call runs wild; the rest is passed over. */
const MAX_TOOL_CALLS = 1000;

/** Runs a tool, and returns what the interviewer is told of it; `undefined`: nothing. */
export type RunTool = (toolCall: ToolCall) => string | undefined;

/** Runs the tools that the interviewer of one call asks for, each once, however often an event tells of it. */
export class ToolCalls {
  readonly #run: RunTool;
  readonly #prompter: Prompter;
  readonly #seen = new Set<string>();
  /** Outputs that wait for the end of their response: before it the provider takes no new one. */
  readonly #outputs = new Map<string, string>();

  constructor(prompter: Prompter, run: RunTool) {
    this.#prompter = prompter;
    this.#run = run;
  }

  take(event: CallEvent): void {
    // What the model asks for belongs to a response; a page can make an item that looks like it, but not of a response.
    if (event.type === "item" && event.responseId !== undefined) this.#runOf(event.item);
    if (event.type === "response_done") this.#answer(event.items);
    // It was asked for after an absence, so the end of its response may have been missed too.
    if (event.type === "retrieved") this.#answer([event.item], true);
  }

  #runOf({ toolCall }: CallItem): void {
    if (toolCall === undefined || this.#seen.has(toolCall.id) || this.#seen.size >= MAX_TOOL_CALLS) return;
    this.#seen.add(toolCall.id);
    const output = this.#run(toolCall);
    if (output !== undefined) this.#outputs.set(toolCall.id, output);
  }

  /** An interviewer who has said something waits for the candidate; one who only used a tool waits for its result. */
  #answer(items: readonly CallItem[], hasSpoken = items.some(({ speaker }) => speaker === "interviewer")): void {
    for (const item of items) this.#runOf(item);
    const ids = items.flatMap(({ toolCall }) => (toolCall && this.#outputs.has(toolCall.id) ? [toolCall.id] : []));
    for (const [index, id] of ids.entries()) {
      this.#prompter.answerTool(id, this.#outputs.get(id) ?? "", !hasSpoken && index === ids.length - 1);
      this.#outputs.delete(id);
    }
  }
}
