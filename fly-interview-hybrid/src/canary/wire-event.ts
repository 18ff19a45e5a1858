import { parseObject } from "./json-object.ts";
import { safeName } from "./shapes.ts";

/** One event as a provider sent it. */
export interface WireEvent {
  /** `*` where the type is no name; `unreadable` where there is none. */
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  /** Where in the text the type begins. */
  readonly typeAt: number;
}

/** Reads a message of a data channel or a sideband. Never throws. */
export function readWireEvent(text: string): WireEvent {
  const body = parseObject(text);
  const type = body?.["type"];
  const bytes = Buffer.byteLength(text);
  return body === undefined || typeof type !== "string"
    ? { type: "unreadable", body: {}, bytes, typeAt: -1 }
    : { type: safeName(type), body, bytes, typeAt: text.indexOf(`"${type}"`) };
}
