import type {
  Response,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseStreamEvent,
  ResponseUsage,
} from "openai/resources/responses/responses";
import type { Timers } from "../clock.ts";
import type { ToolCall } from "../script/spoken-interview.ts";
import type { ClientEventError } from "../session/client-event-error.ts";
import { newId } from "../session/ids.ts";
import { splitTokens } from "../session/tokens.ts";

/** How long the backend thinks over each response. */
const THINKING_MS = 50;

type StreamedEvent = Extract<
  ResponseStreamEvent,
  { type: "response.created" | "response.output_item.added" | "response.output_item.done" | "response.completed" }
>;

/** The package adds `output_text` by itself; it does not travel. */
type WireResponse = Omit<Response, "output_text">;

/** An event of the backend's, as it travels inside `response.event`. */
export type NestedEvent = StreamedEvent extends infer Event
  ? Event extends { response: Response }
    ? Omit<Event, "response"> & { response: WireResponse }
    : Event
  : never;

/** What a delegation needs of its session. */
export interface ResponsesDelegationContext {
  readonly timers: Timers;
  /** Of the backend, as it was configured. */
  readonly model: string;
  /** A response begins; told before its first event. */
  began(responseId: string): void;
  emit(event: NestedEvent): void;
}

/** Work that the voice model has left to the Responses backend: calls of tools, whose results it waits for. */
export class ResponsesDelegation {
  readonly id: string;
  readonly #context: ResponsesDelegationContext;
  readonly #unanswered = new Set<string>();
  #isStreaming = false;
  #sequence = 0;

  constructor(id: string, context: ResponsesDelegationContext) {
    this.id = id;
    this.#context = context;
  }

  /** Calls tools, all in one response. */
  call(tools: readonly ToolCall[]): void {
    const calls = tools.map(({ name, arguments: values }): ResponseFunctionToolCall => {
      const call_id = newId("call");
      this.#unanswered.add(call_id);
      return { id: newId("fc"), type: "function_call", status: "completed", call_id, name, arguments: values };
    });
    this.#respond(calls);
  }

  /** Takes the result of a call. */
  answer(callId: string): ClientEventError | undefined {
    if (!this.#unanswered.delete(callId)) {
      const message = "No tool call found for this function call output.";
      return { code: "invalid_value", message, param: "item.call_id" };
    }
    return undefined;
  }

  /** Goes on, once every call has its result. */
  proceed(): ClientEventError | undefined {
    if (this.#isStreaming) {
      return { code: "invalid_value", message: "A response is in progress.", param: null };
    }
    if (this.#unanswered.size > 0) {
      return { code: "invalid_value", message: "No tool output found for a function call.", param: null };
    }
    this.#respond([
      {
        id: newId("msg"),
        type: "message",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text: "Done.", annotations: [] }],
      },
    ]);
    return undefined;
  }

  #respond(items: readonly (ResponseFunctionToolCall | ResponseOutputMessage)[]): void {
    const id = newId("resp");
    this.#isStreaming = true;
    this.#context.began(id);
    this.#emit({ type: "response.created", response: this.#response(id, "in_progress") });
    this.#context.timers.after(THINKING_MS, () => {
      for (const [output_index, item] of items.entries()) {
        this.#emit({ type: "response.output_item.added", output_index, item: { ...item, status: "in_progress" } });
        this.#emit({ type: "response.output_item.done", output_index, item });
      }
      this.#isStreaming = false;
      this.#emit({ type: "response.completed", response: this.#response(id, "completed", usageOf(items)) });
    });
  }

  #emit(event: WithoutSequence<NestedEvent>): void {
    this.#sequence += 1;
    this.#context.emit({ ...event, sequence_number: this.#sequence });
  }

  /** As a Live session passes it on: without output, tools or instructions, which its events have told. */
  #response(id: string, status: "in_progress" | "completed", usage?: ResponseUsage): WireResponse {
    return {
      id,
      object: "response",
      access_programs: null,
      created_at: 0,
      status,
      error: null,
      incomplete_details: null,
      instructions: null,
      metadata: null,
      model: this.#context.model,
      output: [],
      parallel_tool_calls: true,
      temperature: 1,
      tool_choice: "auto",
      tools: [],
      top_p: 1,
      ...(usage !== undefined && { usage }),
    };
  }
}

type WithoutSequence<Event> = Event extends unknown ? Omit<Event, "sequence_number"> : never;

function usageOf(items: readonly object[]): ResponseUsage {
  const output_tokens = splitTokens(JSON.stringify(items)).length;
  const input_tokens = 100;
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  } as ResponseUsage;
}
