import * as z from "zod/mini";
import type { CallEvent } from "../call-event.ts";
import { lenient } from "./tolerant.ts";

/** `expires_at` of a session, in seconds since the epoch. */
export const unixSeconds = lenient(z.number().check(z.positive()));

/** When the provider ends the call; nothing where it does not say. */
export function toExpiry(seconds: number | undefined): CallEvent[] {
  return seconds === undefined ? [] : [{ type: "expires", at: seconds * 1000 }];
}
