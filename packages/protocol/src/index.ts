export * from "./client-messages/index.ts";
export * from "./client-messages/session-id.ts";
export * from "./errors.ts";
export * from "./http.ts";
export * from "./limits.ts";
export * from "./server-messages.ts";
export * from "./turns.ts";
export * from "./version.ts";
