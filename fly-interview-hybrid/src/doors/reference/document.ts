import { STATUS_CODES } from "node:http";
import {
  type ErrorCode,
  ERRORS,
  httpErrorSchema,
  PROTOCOL_VERSION,
  webhookEventSchema,
} from "@interview-proxy/protocol";
import { CSRF_HEADER, SECURE_COOKIE } from "../http/operator-cookie.ts";
import { LIVE, REALTIME } from "../openai/family.ts";
import { openAiEnvelopeSchema, toOpenAiCode } from "../openai/error-envelope.ts";
import type { Content, DeclaredOperation, Schema } from "../operations/operation.ts";
import type { DeclaredRoute } from "./declared-routes.ts";
import { type JsonSchema, type JsonSchemas, referredTo, toJsonSchemas } from "./json-schemas.ts";

type Media = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;

export interface ApiParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface ApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: Media;
}

export interface ApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly ApiParameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Media };
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

/** As far as OpenAPI 3.1 is used here. */
export interface ApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly webhooks: Readonly<Record<string, unknown>>;
  readonly components: {
    readonly securitySchemes: typeof SECURITY_SCHEMES;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** What of a declaration goes without saying there: what changes something needs the mark of the page beside its cookie. */
function securityOf({ method, by: { credentials } }: DeclaredOperation): ApiOperation["security"] {
  const marked = method === "GET" ? {} : { csrfToken: [] };
  return credentials.map((way) => ("operatorCookie" in way ? { ...way, ...marked } : way));
}

const SECURITY_SCHEMES = {
  token: {
    type: "http",
    scheme: "bearer",
    description:
      "A JWT, a ticket, or a backend's service token. The scope that is named beside it must be among its own.",
  },
  resumeToken: {
    type: "http",
    scheme: "bearer",
    description: "The resume token of a session, for that session alone.",
  },
  operatorCookie: {
    type: "apiKey",
    in: "cookie",
    name: SECURE_COOKIE,
    description:
      "An operator's, from `POST /api/operators/login`. The scope that is named beside it must be among its own.",
  },
  csrfToken: {
    type: "apiKey",
    in: "header",
    name: CSRF_HEADER,
    description: "What the operator's page was told when it signed in.",
  },
  simulation: {
    type: "apiKey",
    in: "query",
    name: "simulation",
    description: "`true`: a visitor, where the server is open to simulated interviews.",
  },
} as const;

/** What the server's routes are, in OpenAPI's terms. `baseUrl`: where they are. */
export function describeApi(routes: readonly DeclaredRoute[], baseUrl: string): ApiDocument {
  const events = webhookEventSchema.def.options;
  const schemas = toJsonSchemas([...routes.flatMap(({ operation }) => schemasOf(operation)), ...events]);
  const paths: Record<string, Record<string, ApiOperation>> = {};
  for (const { path, operation } of routes) {
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: toOperation(path, operation, schemas) };
  }
  const webhooks = Object.fromEntries(
    events.map((event) => {
      const [type = ""] = event.shape.type.def.values;
      return [type, toWebhook(type, schemas.of(event))];
    }),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Interview SDP proxy",
      version: String(PROTOCOL_VERSION),
      description:
        "Voice interviews over WebRTC: calls, sessions, transcripts, tenants. Every reply has an X-Request-Id, which names it in the server's log.",
    },
    servers: [{ url: baseUrl }],
    paths,
    webhooks,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { ...referredTo([paths, webhooks], schemas), ErrorCode: errorCodes() },
    },
  };
}

function schemasOf({ params, query, body, forms, replies }: DeclaredOperation): readonly Schema[] {
  const contents = Object.values(replies).flatMap((content) => Object.values(toForms(content)));
  return [params, query, body, ...Object.values(forms ?? {}), ...contents].filter((schema) => schema !== undefined);
}

function toOperation(path: string, operation: DeclaredOperation, schemas: JsonSchemas): ApiOperation {
  const { id, summary, description, params, query, headers = {} } = operation;
  const named = Object.entries(headers).map(
    ([name, meaning]) =>
      ({ name, in: "header", required: false, description: meaning, schema: { type: "string" } }) as const,
  );
  const requestBody = toRequestBody(operation, schemas);
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tagOf(path)],
    security: securityOf(operation),
    parameters: [...toParameters("path", params, schemas), ...toParameters("query", query, schemas), ...named],
    ...(requestBody && { requestBody }),
    responses: { ...toRefusals(path, operation, schemas), ...toReplies(operation, schemas) },
  };
}

/** The part of the server: the first word below `/api`, the API below `/v1`. */
function tagOf(path: string): string {
  const [, api, v1] = /^\/(?:api\/(?!docs|openapi)([^/]+)|(v1\/[^/]+))/.exec(path) ?? [];
  return api ?? v1 ?? "server";
}

function toParameters(place: "path" | "query", schema: Schema | undefined, schemas: JsonSchemas): ApiParameter[] {
  if (schema === undefined) return [];
  const json = schemas.of(schema);
  const { properties = {}, required = [] } = json.$ref === undefined ? json : resolve(json.$ref, schemas);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property as JsonSchema,
  }));
}

function resolve(reference: string, { named }: JsonSchemas): JsonSchema {
  return named[reference.slice(reference.lastIndexOf("/") + 1)] ?? {};
}

function toRequestBody({ body, forms, example }: DeclaredOperation, schemas: JsonSchemas): ApiOperation["requestBody"] {
  if (body === undefined && forms === undefined) return undefined;
  const content = toMedia(body ?? forms ?? null, schemas);
  const [first = ""] = Object.keys(content);
  return {
    required: body === undefined || !body.safeParse(undefined).success,
    // The first form is the one that the example is of.
    content: { ...content, [first]: { schema: {}, ...content[first], example } },
  };
}

function toReplies({ replies, replyHeaders }: DeclaredOperation, schemas: JsonSchemas): Record<string, ApiResponse> {
  const headers = Object.entries(replyHeaders ?? {}).map(
    ([name, description]) => [name, { description, schema: { type: "string" } }] as const,
  );
  return Object.fromEntries(
    Object.entries(replies).map(([status, content]) => [
      status,
      {
        description: STATUS_CODES[status] ?? status,
        ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
        ...(content !== null && { content: toMedia(content, schemas) }),
      },
    ]),
  );
}

function toMedia(content: Content, schemas: JsonSchemas): Media {
  return Object.fromEntries(
    Object.entries(toForms(content)).map(([type, schema]) => [type, { schema: schemas.of(schema) }]),
  );
}

function toForms(content: Content): Readonly<Record<string, Schema>> {
  if (content === null) return {};
  return isSchema(content) ? { "application/json": content } : content;
}

function isSchema(content: NonNullable<Content>): content is Schema {
  return "_zod" in content;
}

/** The errors of the table that a route may answer with, by their statuses. */
function toRefusals(path: string, operation: DeclaredOperation, schemas: JsonSchemas): Record<string, ApiResponse> {
  const codes = refusalsOf(path, operation);
  const statuses = new Set(codes.map((code) => ERRORS[code].http));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ofStatus = codes.filter((code) => ERRORS[code].http === status);
      return [String(status), toRefusal(path, ofStatus, schemas)] as const;
    }),
  );
}

/** In the table's order. */
function refusalsOf(path: string, { method, by, params, query, errors = [] }: DeclaredOperation): readonly ErrorCode[] {
  const isAdmitted = /^\/(api|v1)\//.test(path);
  const possible = new Set<ErrorCode>([
    "INTERNAL",
    "DRAINING",
    ...by.errors,
    ...errors,
    ...(isAdmitted ? (["RATE_LIMITED", "ORIGIN_NOT_ALLOWED"] as const) : []),
    ...(query === undefined ? [] : (["INVALID_MESSAGE"] as const)),
    // A part of a path may be longer than any.
    ...(params === undefined ? [] : (["NOT_FOUND"] as const)),
    // Bodies are read wherever one comes.
    ...(method === "GET" ? [] : (["BAD_JSON", "INVALID_MESSAGE", "MESSAGE_TOO_LARGE"] as const)),
  ]);
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => possible.has(code));
}

function toRefusal(path: string, codes: readonly ErrorCode[], schemas: JsonSchemas): ApiResponse {
  const isOpenAi = path.startsWith("/v1/");
  const { unknownCall } = path.startsWith("/v1/live/") ? LIVE : REALTIME;
  const words = codes.map((code) => (isOpenAi ? toOpenAiCode(code, unknownCall) : code));
  const { $ref = "" } = schemas.of(isOpenAi ? openAiEnvelopeSchema : httpErrorSchema);
  const mayTellWhen = codes.some((code) => ERRORS[code].retryable);
  return {
    description: words.join(", "),
    ...(mayTellWhen && {
      headers: {
        "Retry-After": { description: "Seconds to wait, where they are known.", schema: { type: "integer" } },
      },
    }),
    content: {
      "application/json": {
        schema: { $ref, properties: { error: { type: "object", properties: { code: { enum: words } } } } },
      },
    },
  };
}

/** What each code means; below `/v1` those of calls that are unknown have OpenAI's names. */
function errorCodes(): JsonSchema {
  return {
    oneOf: Object.entries(ERRORS).map(([code, { http, message }]) => ({
      const: code,
      title: `${http} ${code}`,
      description: message,
    })),
  };
}

/** A request of the server's own, to the platform. */
function toWebhook(type: string, schema: JsonSchema): unknown {
  const headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  return {
    post: {
      summary: `Tells of ${type}`,
      parameters: headers.map((name) => ({ name, in: "header", required: true, schema: { type: "string" } })),
      requestBody: { required: true, content: { "application/json": { schema } } },
      responses: { "2XX": { description: "It has arrived. With anything else it is sent again." } },
    },
  };
}
