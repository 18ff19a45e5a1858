import type { DataChannelConfig } from "./session-config-schema.ts";
import type { LiveServerEventBody } from "./server-events.ts";

/** Which events a session's data channel may send and be sent. Sidebands are not restricted. */
export class ChannelPermissions {
  readonly #config: DataChannelConfig;

  /** @param config - absent: everything is allowed */
  constructor(config: DataChannelConfig = {}) {
    this.#config = config;
  }

  /** True where anything is withheld, either way. */
  get areRestricted(): boolean {
    const { allowed_client_events: client = "all", allowed_server_events: server = "all" } = this.#config;
    return client !== "all" || server !== "all";
  }

  /** Whether the data channel may send an event of that type. */
  allowsClient(type: string): boolean {
    const { allowed_client_events: allowed = "all" } = this.#config;
    return allowed === "all" || allowed.includes(type);
  }

  /** Whether the data channel is sent that event. */
  allowsServer(event: LiveServerEventBody): boolean {
    const { allowed_server_events: allowed = "all" } = this.#config;
    const nested = event.type === "response.event" ? event.event["type"] : undefined;
    return allowed === "all" || allowed.some((is) => is.type === event.type && is.response_event === nested);
  }
}
