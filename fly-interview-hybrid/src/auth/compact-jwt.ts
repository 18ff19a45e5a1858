/** A JSON object, whatever is in it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A token of three parts, taken apart. Nothing of it is verified: it may only choose the key that does. */
export interface CompactJwt {
  /** The whole of it, as it came. */
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** What the signature is of. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Takes a token apart. `undefined` for a text that is none, or is not written as its issuer must write it. */
export function takeApart(token: string): CompactJwt | undefined {
  const [head, body, tail, ...more] = token.split(".");
  if (head === undefined || body === undefined || tail === undefined || more.length > 0) return undefined;
  const [header, claims, signature] = [objectIn(head), objectIn(body), bytesOf(tail)];
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  return { text: token, header, claims, signed: `${head}.${body}`, signature };
}

/** Bytes have one text in base64url. Another one, which decoders take for the same, would make a second token of the first. */
function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? bytes : undefined;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function objectIn(part: string): JsonObject | undefined {
  const bytes = bytesOf(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(UTF8.decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
