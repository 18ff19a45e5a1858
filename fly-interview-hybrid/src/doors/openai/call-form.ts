import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod/mini";
import { invalidField } from "../../errors.ts";
import { readInput } from "../http/read-input.ts";
import type { Forms } from "../operations/operation.ts";
import { realtimeSessionSchema } from "./client-session.ts";

/** A request for a call: the offer, and what the caller says of the session. */
export interface CallForm {
  readonly offerSdp: string;
  readonly session: z.infer<typeof realtimeSessionSchema> | undefined;
}

const RAW = "application/sdp";
const PARTS = "multipart/form-data";

/** The forms, as they are told of. */
export const CALL_FORMS: Forms = {
  [RAW]: z.string(),
  [PARTS]: z.strictObject({ sdp: z.string(), session: z.optional(realtimeSessionSchema) }),
};

const partsSchema = z.strictObject({ sdp: z.string(), session: z.optional(z.string()) });

/** Neither form is parsed here, so that it can be passed on to another machine byte for byte. */
export function acceptCallForms(app: FastifyInstance): void {
  app.addContentTypeParser([RAW, PARTS], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

/** Reads the offer alone, or the parts `sdp` and `session`. Throws INVALID_MESSAGE with the part at fault. */
export async function readCallForm({ body, headers }: FastifyRequest): Promise<CallForm> {
  if (!Buffer.isBuffer(body)) throw invalidField("sdp");
  // What is no text would become other text when it is decoded, and an offer must arrive as it was made.
  if (!isUtf8(body)) throw invalidField("sdp");
  const contentType = headers["content-type"] ?? "";
  if (!contentType.toLowerCase().startsWith(PARTS)) return { offerSdp: body.toString("utf8"), session: undefined };
  const { sdp, session } = readInput(partsSchema, await readParts(body, contentType));
  return { offerSdp: sdp, session: session === undefined ? undefined : readSession(session) };
}

/** A part may be a plain string, a typed one, or a file: official clients send all of them. */
async function readParts(body: Buffer, contentType: string): Promise<Record<string, string>> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    const parts = [...form].map(async ([name, part]) => [name, typeof part === "string" ? part : await part.text()]);
    return Object.fromEntries(await Promise.all(parts)) as Record<string, string>;
  } catch (cause) {
    throw invalidField("", cause);
  }
}

function readSession(text: string): CallForm["session"] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidField("session", cause);
  }
  return readInput(z.object({ session: realtimeSessionSchema }), { session: value }).session;
}
