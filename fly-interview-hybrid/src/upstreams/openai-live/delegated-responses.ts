import * as z from "zod/mini";
import { lenient, providerId } from "../openai/tolerant.ts";
import type { CallEvent, CallItem, ResponseUsage } from "../call-event.ts";

/** One delegation is under way at a time, or a few; the oldest are forgotten. */
const MAX_DELEGATIONS = 50;

const tokens = lenient(z.number().check(z.nonnegative()));

const createdSchema = z.object({ type: z.literal("response.created"), response: z.object({ id: providerId }) });

const itemSchema = z.object({
  type: z.literal("response.output_item.done"),
  item: z.object({
    type: z.literal("function_call"),
    id: lenient(providerId),
    call_id: providerId,
    name: z.string(),
    arguments: lenient(z.string()),
  }),
});

const doneSchema = z.object({
  type: z.enum(["response.completed", "response.incomplete", "response.failed"]),
  response: z.object({
    id: providerId,
    usage: lenient(
      z.object({
        input_tokens: tokens,
        output_tokens: tokens,
        input_tokens_details: lenient(z.object({ cached_tokens: tokens })),
      }),
    ),
  }),
});

interface Delegation {
  responseId: string;
  readonly items: CallItem[];
}

/** Reads what the model says that uses tools for the interviewer: its events come wrapped, and its last one without its items. */
export class DelegatedResponses {
  readonly #delegations = new Map<string, Delegation>();

  /** `delegationId`: by which the events of one response are known to belong together; absent where the service does not know. */
  read(event: unknown, delegationId = ""): readonly CallEvent[] {
    const created = createdSchema.safeParse(event);
    if (created.success) {
      this.#begin(delegationId, created.data.response.id);
      return [];
    }
    const item = itemSchema.safeParse(event);
    if (item.success) return [this.#addItem(delegationId, item.data.item)];
    const done = doneSchema.safeParse(event);
    return done.success ? this.#end(delegationId, done.data) : [];
  }

  #begin(delegationId: string, responseId: string): Delegation {
    const delegation = { responseId, items: [] };
    this.#delegations.delete(delegationId);
    this.#delegations.set(delegationId, delegation);
    const [oldest = ""] = this.#delegations.keys();
    if (this.#delegations.size > MAX_DELEGATIONS) this.#delegations.delete(oldest);
    return delegation;
  }

  #addItem(delegationId: string, called: z.infer<typeof itemSchema>["item"]): CallEvent {
    // Whoever attaches in the middle of it has not heard of its beginning.
    const { responseId, items } =
      this.#delegations.get(delegationId) ?? this.#begin(delegationId, `delegated:${called.call_id}`);
    const { id = called.call_id, call_id, name, arguments: text = "" } = called;
    const toolCall = { id: call_id, name, arguments: text };
    const item: CallItem = { id, speaker: null, text: null, spoken: false, status: "complete", toolCall };
    items.push(item);
    return { type: "item", item, responseId };
  }

  #end(delegationId: string, { type, response }: z.infer<typeof doneSchema>): readonly CallEvent[] {
    const delegation = this.#delegations.get(delegationId);
    this.#delegations.delete(delegationId);
    const events: CallEvent[] = [];
    if (response.usage !== undefined) events.push({ type: "backend_used", usage: toUsage(response.usage) });
    if (delegation !== undefined && delegation.items.length > 0) {
      const { responseId, items } = delegation;
      events.push({ type: "response_done", responseId, status: toStatus(type), items, usage: null });
    }
    return events;
  }
}

function toUsage({
  input_tokens: input = 0,
  output_tokens: output = 0,
  input_tokens_details: details,
}: NonNullable<z.infer<typeof doneSchema>["response"]["usage"]>): ResponseUsage {
  return {
    inputTextTokens: input,
    inputAudioTokens: 0,
    cachedTextTokens: details?.cached_tokens ?? 0,
    cachedAudioTokens: 0,
    outputTextTokens: output,
    outputAudioTokens: 0,
  };
}

function toStatus(type: z.infer<typeof doneSchema>["type"]): Extract<CallEvent, { type: "response_done" }>["status"] {
  if (type === "response.failed") return "failed";
  return type === "response.incomplete" ? "incomplete" : "completed";
}
