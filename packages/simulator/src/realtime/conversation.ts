import type { ClientEventError } from "../session/client-event-error.ts";
import type { ClientEventOf } from "./client-events.ts";
import { linesSaid } from "../script/lines-said.ts";
import { questionAskedFor } from "../script/quoted-words.ts";
import { newId } from "../session/ids.ts";
import type { WireItem } from "./server-events.ts";
import { assistantAudioTokens, textTokens, type Tokens, userAudioTokens } from "./token-usage.ts";

/** An hour of talk is a few hundred items; more is a client that runs wild. */
const MAX_ITEMS = 2000;

interface Entry {
  item: WireItem & { id: string };
  /** Length of its speech in milliseconds; `undefined` where it has none. */
  audioMs: number | undefined;
  /** For a line of the script: how many were said with it. */
  readonly line: number | undefined;
  readonly isSeeded: boolean;
  /** Counted when first asked for: each response bills the whole conversation, which may be hundreds of items. */
  tokens: Tokens | undefined;
}

/** An item in its place. */
export interface PlacedItem {
  readonly item: WireItem & { id: string };
  readonly previousId: string | null;
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ClientEventError };

/** The items of one session, in order. */
export class Conversation {
  readonly #entries: Entry[] = [];
  readonly #lines: readonly string[];
  #question: string | undefined;

  /** @param lines - the interviewer's, in the script */
  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** Id of the last item; `null` in an empty conversation. */
  get lastId(): string | null {
    return this.#entries.at(-1)?.item.id ?? null;
  }

  /** How many turns of the script the interviewer has had, those seeded by a client included. */
  get interviewerTurns(): number {
    return this.#entries.findLast(({ line }) => line !== undefined)?.line ?? 0;
  }

  /** True where a client has seeded it, and its last words are a question of the interviewer's. */
  get isLeftUnanswered(): boolean {
    const last = this.#entries.findLast(({ item }) => isAssistant(item) || isUser(item));
    return last !== undefined && isAssistant(last.item) && last.isSeeded;
  }

  /** The question that a system message has asked for since the last call; that which came last. */
  takeQuestion(): string | undefined {
    const question = this.#question;
    this.#question = undefined;
    return question;
  }

  /** True once an assistant's audio is part of it: from then on its voice is fixed. */
  get hasAssistantAudio(): boolean {
    return this.#entries.some(({ item, audioMs }) => isAssistant(item) && audioMs !== undefined);
  }

  /** What the model reads before it answers. */
  get tokens(): readonly Tokens[] {
    return this.#entries.map((entry) => (entry.tokens ??= tokensOf(entry.item, entry.audioMs)));
  }

  /** Appends an item of the server's own. */
  append(
    item: WireItem & { id: string },
    { audioMs, isAside = false }: { readonly audioMs?: number; readonly isAside?: boolean } = {},
  ): PlacedItem {
    const previousId = this.lastId;
    const line = isAssistant(item) && !isAside ? this.interviewerTurns + 1 : undefined;
    this.#entries.push({ item, audioMs, line, isSeeded: false, tokens: undefined });
    return { item, previousId };
  }

  /** Replaces an item by its later state. */
  update(item: WireItem & { id: string }, audioMs?: number): void {
    const entry = this.#find(item.id);
    if (entry !== undefined) {
      entry.item = item;
      entry.audioMs = audioMs ?? entry.audioMs;
      entry.tokens = undefined;
    }
  }

  /** `conversation.item.create`. */
  create({ item, previous_item_id: after }: ClientEventOf<"conversation.item.create">): Outcome<PlacedItem> {
    if (this.#entries.length >= MAX_ITEMS) {
      return refuse("conversation_full", `A conversation holds at most ${MAX_ITEMS} items.`, null);
    }
    if (item.id !== undefined && this.#find(item.id) !== undefined) {
      return refuse("item_create_duplicate_item_id", "An item with this id already exists.", "item.id");
    }
    const index = this.#indexAfter(after ?? null);
    if (index === undefined) {
      return refuse("item_create_invalid_previous_item_id", "The previous item does not exist.", "previous_item_id");
    }
    if (isSystem(item)) this.#question = questionAskedFor(textOf(item)) ?? this.#question;
    const placed = { ...item, id: item.id ?? newId("item"), status: "completed" as const };
    const line = isAssistant(item) ? linesSaid(textOf(item), this.interviewerTurns, this.#lines) : undefined;
    this.#entries.splice(index, 0, { item: placed, audioMs: undefined, line, isSeeded: true, tokens: undefined });
    return { ok: true, value: { item: placed, previousId: this.#entries[index - 1]?.item.id ?? null } };
  }

  /** `conversation.item.retrieve`. */
  retrieve(id: string): Outcome<WireItem> {
    const entry = this.#find(id);
    return entry === undefined ? noSuchItem("retrieve", id) : { ok: true, value: entry.item };
  }

  /** `conversation.item.delete`. */
  delete(id: string): Outcome<string> {
    const index = this.#entries.findIndex(({ item }) => item.id === id);
    if (index < 0) {
      return noSuchItem("delete", id);
    }
    this.#entries.splice(index, 1);
    return { ok: true, value: id };
  }

  /** Cuts an assistant's speech. Its transcript goes, so that no text remains that was never heard. */
  truncate(id: string, audioEndMs: number): Outcome<string> {
    const entry = this.#find(id);
    if (entry === undefined) {
      return noSuchItem("truncate", id);
    }
    if (entry.item.type !== "message" || entry.item.role !== "assistant" || entry.audioMs === undefined) {
      return refuse("invalid_value", "Only model output audio messages can be truncated.", "item_id");
    }
    if (audioEndMs > entry.audioMs) {
      return refuse("invalid_value", `Audio content of ${entry.audioMs}ms is already shorter.`, "audio_end_ms");
    }
    entry.item = { ...entry.item, content: [{ type: "output_audio" }] };
    entry.audioMs = audioEndMs;
    entry.tokens = undefined;
    return { ok: true, value: id };
  }

  #find(id: string): Entry | undefined {
    // Most questions are of the last items.
    return this.#entries.findLast(({ item }) => item.id === id);
  }

  /** Absent means "at the end", the word "root" "at the start". */
  #indexAfter(previousId: string | null): number | undefined {
    if (previousId === null) {
      return this.#entries.length;
    }
    if (previousId === "root") {
      return 0;
    }
    const index = this.#entries.findIndex(({ item }) => item.id === previousId);
    return index < 0 ? undefined : index + 1;
  }
}

function isAssistant(item: WireItem): boolean {
  return item.type === "message" && item.role === "assistant";
}

function isUser(item: WireItem): boolean {
  return item.type === "message" && item.role === "user";
}

function isSystem(item: WireItem): boolean {
  return item.type === "message" && item.role === "system";
}

function textOf(item: WireItem): string {
  return item.type === "message"
    ? item.content.map((part) => ("text" in part ? (part.text ?? "") : "")).join(" ")
    : JSON.stringify(item);
}

function tokensOf(item: WireItem, audioMs: number | undefined): Tokens {
  const text = textOf(item);
  if (item.type !== "message") {
    return textTokens(text);
  }
  if (audioMs === undefined) {
    return textTokens(text);
  }
  const transcript = item.content.map((part) => ("transcript" in part ? (part.transcript ?? "") : "")).join(" ");
  return item.role === "assistant" ? assistantAudioTokens(transcript, audioMs) : userAudioTokens(audioMs);
}

function noSuchItem(verb: "retrieve" | "delete" | "truncate", id: string): { ok: false; error: ClientEventError } {
  const doing = { retrieve: "retrieving", delete: "deleting", truncate: "truncating" }[verb];
  return refuse(`item_${verb}_invalid_item_id`, `Error ${doing} item: the item with id '${id}' does not exist.`, null);
}

function refuse(code: string, message: string, param: string | null): { ok: false; error: ClientEventError } {
  return { ok: false, error: { code, message, param } };
}
