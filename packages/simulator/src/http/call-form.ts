import type { FastifyRequest } from "fastify";
import * as z from "zod/mini";
import type { RealtimeCallRequest } from "../calls/call-report.ts";
import { parseJson } from "../json-text.ts";
import { describeIssue } from "../session/client-event-error.ts";
import { type SessionConfig, sessionConfigSchema } from "../realtime/session-config-schema.ts";
import { ApiError, invalidRequest } from "./api-error.ts";
import type { Caller } from "./api-keys.ts";

/** Left alone, the library would parse parts typed as JSON by rules of its own. */
const EVERY_PART_AS_BYTES = { isPartAFile: () => true };

/** What a call is when its creator says nothing of it. */
const DEFAULT_SESSION: SessionConfig = { type: "realtime" };

/** Ids of data channels are 16 bit numbers; the last is reserved (RFC 8832, section 6). */
const querySchema = z.object({ dcid: z.exactOptional(z.coerce.number().check(z.int(), z.gte(0), z.lte(65_534))) });

/**
 * Reads a request for a call in any of its three forms: multipart with `sdp` and `session`, or the offer alone with a
 * client secret or with a project key.
 *
 * @throws ApiError
 */
export async function readCallForm(request: FastifyRequest, caller: Caller): Promise<RealtimeCallRequest> {
  const secret = caller.kind === "client_secret" ? caller.secret : undefined;
  const shared = {
    dataChannelId: readChannelId(request),
    // A client secret carries the identifier it was minted with; a browser cannot state another.
    safetyIdentifier: secret === undefined ? readSafetyIdentifier(request) : secret.safetyIdentifier,
  };
  if (request.isMultipart()) {
    const parts = await readParts(request).catch(explainPartsError);
    const session = parts.session === undefined ? undefined : parseSession(parts.session);
    return {
      ...shared,
      form: "multipart",
      session: session ?? secret?.session ?? DEFAULT_SESSION,
      offerSdp: parts.sdp ?? "",
    };
  }
  return {
    ...shared,
    form: secret === undefined ? "raw_project_key" : "raw_client_secret",
    session: secret?.session ?? DEFAULT_SESSION,
    offerSdp: typeof request.body === "string" ? request.body : "",
  };
}

/**
 * Checks a session as a client sent it.
 *
 * @throws ApiError
 */
export function checkSession(value: unknown): SessionConfig {
  const parsed = sessionConfigSchema.safeParse(value);
  if (!parsed.success) {
    const { code, message, param } = describeIssue(parsed.error, value, "session");
    throw invalidRequest(code, message, param);
  }
  return parsed.data;
}

/** The hashed id of an end user, as a trusted backend states it. */
export function readSafetyIdentifier(request: FastifyRequest): string | null {
  const value = request.headers["openai-safety-identifier"];
  return typeof value === "string" ? value : null;
}

/** Parts may be plain strings, typed strings or files: the official clients send all of them. */
async function readParts(request: FastifyRequest): Promise<{ readonly sdp?: string; readonly session?: string }> {
  const parts: { sdp?: string; session?: string } = {};
  for await (const part of request.files(EVERY_PART_AS_BYTES)) {
    const { fieldname: name } = part;
    if (name !== "sdp" && name !== "session") {
      throw invalidRequest("unknown_parameter", `Unknown parameter: '${name}'.`, name);
    }
    parts[name] = (await part.toBuffer()).toString("utf8");
  }
  return parts;
}

/** The library's parser says of a body without a boundary or an end only that it failed. */
function explainPartsError(error: unknown): never {
  throw error instanceof Error && !("statusCode" in error) && !(error instanceof ApiError)
    ? invalidRequest("invalid_multipart", "The multipart body cannot be read.")
    : error;
}

function parseSession(text: string): SessionConfig {
  const value = parseJson(text);
  if (value === undefined) {
    throw invalidRequest("invalid_json", "The session is not valid JSON.", "session");
  }
  return checkSession(value);
}

function readChannelId(request: FastifyRequest): number | null {
  const parsed = querySchema.safeParse(request.query);
  if (!parsed.success) {
    throw invalidRequest("invalid_value", "Invalid value for 'dcid'.", "dcid");
  }
  return parsed.data.dcid ?? null;
}
