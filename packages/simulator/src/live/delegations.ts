import type { Timers } from "../clock.ts";
import type { ToolCall } from "../script/spoken-interview.ts";
import type { ClientEventError } from "../session/client-event-error.ts";
import { newId } from "../session/ids.ts";
import type { LiveClientEventOf } from "./client-events.ts";
import { NO_RESPONSES_DELEGATION } from "./refusals.ts";
import { ResponsesDelegation } from "./responses-delegation.ts";
import type { LiveServerEventBody } from "./server-events.ts";
import type { LiveSessionResource } from "./session-resource.ts";
import type { Timeline } from "./timeline.ts";

type DelegationConfig = LiveSessionResource["delegation"];

/** What a session has left to others: to its client, or to the Responses backend. */
export class Delegations {
  readonly #timers: Timers;
  readonly #timeline: Timeline;
  readonly #emit: (event: LiveServerEventBody) => void;
  readonly #ofClient = new Set<string>();
  #ofResponses: ResponsesDelegation | undefined;

  constructor(timers: Timers, timeline: Timeline, emit: (event: LiveServerEventBody) => void) {
    this.#timers = timers;
    this.#timeline = timeline;
    this.#emit = emit;
  }

  /** True for the id of something that was left to the client. */
  isOfClient(id: string): boolean {
    return this.#ofClient.has(id);
  }

  /** A line was said that calls tools: it is left to whoever the session delegates to. */
  begin(tools: readonly ToolCall[], config: DelegationConfig): void {
    if (tools.length === 0) {
      return;
    }
    if (config.type === "client") {
      const id = newId("deleg");
      this.#ofClient.add(id);
      this.#announce({ id, type: "delegation", target: "client" });
      return;
    }
    const offered = tools.filter((call) => isOffered(call, config));
    if (config.type === "responses" && offered.length > 0) {
      this.#ofResponses = this.#toResponses(config.responses.model);
      this.#ofResponses.call(offered);
    }
  }

  /** `response.item.create`: the result of a tool, or what else the backend is to know. It is not acknowledged. */
  addItem(
    item: LiveClientEventOf<"response.item.create">["item"],
    config: DelegationConfig,
  ): ClientEventError | undefined {
    if (config.type !== "responses") {
      return NO_RESPONSES_DELEGATION;
    }
    return item.type === "function_call_output"
      ? (this.#ofResponses ?? this.#toResponses(config.responses.model)).answer(item.call_id)
      : undefined;
  }

  /** `response.create`: the backend responds, or goes on with what it has been waiting for. */
  proceed(config: DelegationConfig): ClientEventError | undefined {
    if (config.type !== "responses") {
      return NO_RESPONSES_DELEGATION;
    }
    this.#ofResponses ??= this.#toResponses(config.responses.model);
    return this.#ofResponses.proceed();
  }

  #toResponses(model: string): ResponsesDelegation {
    const id = newId("deleg");
    let isAnnounced = false;
    return new ResponsesDelegation(id, {
      timers: this.#timers,
      model,
      began: (response_id) => {
        if (!isAnnounced) {
          isAnnounced = true;
          this.#announce({ id, type: "delegation", target: "responses", response_id });
        }
      },
      emit: (event) => this.#emit({ type: "response.event", delegation_id: id, event: { ...event } }),
    });
  }

  #announce(delegation: Extract<LiveServerEventBody, { type: "session.delegation.created" }>["delegation"]): void {
    this.#emit({ type: "session.delegation.created", offset_ms: this.#timeline.ms, delegation });
  }
}

/** A backend calls only what it was given. */
function isOffered({ name }: ToolCall, config: DelegationConfig): boolean {
  if (config.type !== "responses" || config.responses.tool_choice === "none") {
    return false;
  }
  return config.responses.tools?.some((tool) => tool.type === "function" && tool.name === name) === true;
}
