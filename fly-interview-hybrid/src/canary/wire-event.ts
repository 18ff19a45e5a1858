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
  const bytes = Buffer.byteLength(text);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "type" in body && typeof body.type === "string") {
      return { type: safeName(body.type), body: { ...body }, bytes, typeAt: text.indexOf(`"${body.type}"`) };
    }
  } catch {
    // Said by the type.
  }
  return { type: "unreadable", body: {}, bytes, typeAt: -1 };
}
