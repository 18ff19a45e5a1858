import type {
  RealtimeConversationItemAssistantMessage,
  RealtimeConversationItemFunctionCall,
} from "openai/resources/realtime/realtime";
import type { Conversation } from "./conversation.ts";
import type { ServerEventBody } from "./server-events.ts";
import type { Tokens } from "./token-usage.ts";

/** An item that a model can generate. */
export type GeneratedItem = (RealtimeConversationItemAssistantMessage | RealtimeConversationItemFunctionCall) & {
  id: string;
};

/** One item of a response, generated token by token. */
export interface OutputItem {
  /** Announces it, and generates its first tokens. */
  begin(): void;
  /** Generates the next token; false where there is none left. */
  advance(): boolean;
  /** Announces that it is whole. */
  complete(): void;
  /** Its generation is cut short; what was generated stays. */
  stop(): void;
  /** The item once it was completed or stopped. */
  readonly item: GeneratedItem;
  /** What has been generated of it. */
  readonly tokens: Tokens;
}

/** Where an item is generated. */
export interface OutputItemContext {
  readonly conversation: Conversation;
  readonly responseId: string;
  readonly outputIndex: number;
  /** False for a response outside the conversation. */
  readonly inConversation: boolean;
  readonly emit: (event: ServerEventBody) => void;
}
