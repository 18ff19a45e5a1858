import { Refusal } from "./refusal.ts";

/** The body of a request as text, of no more than so many bytes. Throws MESSAGE_TOO_LARGE, and BAD_JSON for what is no UTF-8. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of readable(request)) {
    length += part.length;
    if (length > maxBytes) throw new Refusal("MESSAGE_TOO_LARGE");
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(whole);
  } catch (cause) {
    throw new Refusal("BAD_JSON", { cause });
  }
}

async function* readable({ body }: Request): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

/** Text as JSON. Throws BAD_JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal("BAD_JSON", { cause });
  }
}
