import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callNotFound } from "./api-error.ts";
import { readCallForm } from "./call-form.ts";
import { type CallRoutesOptions, createCall, identify } from "./create-call.ts";
import type { MalformedForm } from "./creation-faults.ts";

/** As recorded; a browser reads `Location` only where it is exposed. */
const RECORDED_HEADERS = {
  "access-control-expose-headers": ["Location, X-Request-Id", "CF-Ray"],
  "timing-allow-origin": "*",
  "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
  "alt-svc": 'h3=":443"; ma=86400',
};

const CALLS_PATH = "/v1/realtime/calls";

/** `POST /v1/realtime/calls` and its hangup. */
export function addCallRoutes(app: FastifyInstance, options: CallRoutesOptions): void {
  app.post(CALLS_PATH, { onRequest: allowAnyOrigin }, (request, reply) => answer(options, request, reply));

  // Browsers ask first, since the key is in a header.
  app.options(CALLS_PATH, { onRequest: allowAnyOrigin }, (request, reply) =>
    reply
      .header("access-control-allow-methods", "POST")
      .header("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*")
      .code(200)
      .send(),
  );

  app.post<{ Params: { id: string } }>(`${CALLS_PATH}/:id/hangup`, (request, reply) => {
    const caller = identify(options.keys, request);
    const call = options.calls.find(request.params.id, "realtime");
    // Calls are their project's: whoever has a client secret could end the calls of others.
    if (call === undefined || caller.kind === "client_secret") {
      throw callNotFound();
    }
    call.end("hangup");
    return reply.code(200).send();
  });
}

async function answer(options: CallRoutesOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const created = await createCall(options, { request, reply }, (caller) => readCallForm(request, caller));
  if (created === "unanswered") {
    return reply;
  }
  const { call, answerSdp, malformed } = created;
  const proper = { body: answerSdp, location: `${CALLS_PATH}/${call.id}` };
  const { body, location } = malformed === undefined ? proper : MALFORMATIONS[malformed](proper);
  if (location !== undefined) {
    reply.header("location", location);
  }
  // Recorded: the answer is text/plain, whatever was asked for.
  return reply.code(201).headers(RECORDED_HEADERS).type("text/plain; charset=utf-8").send(body);
}

/** What goes out with status 201. */
interface SentAnswer {
  readonly body: string;
  readonly location: string | undefined;
}

const MALFORMATIONS: Record<MalformedForm, (proper: SentAnswer) => SentAnswer> = {
  empty: (proper) => ({ ...proper, body: "" }),
  html: (proper) => ({ ...proper, body: "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>" }),
  json: (proper) => ({ ...proper, body: JSON.stringify({ sdp: "" }) }),
  // Cut within the audio section, before its transport parameters are complete.
  truncated: (proper) => ({ ...proper, body: proper.body.slice(0, proper.body.indexOf("a=ice-pwd")) }),
  no_location: ({ body }) => ({ body, location: undefined }),
  bad_location: (proper) => ({ ...proper, location: "/v1/realtime/calls/" }),
};

/** Before the body is read, so that a browser can read refusals of the body too. */
async function allowAnyOrigin(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header("access-control-allow-origin", "*");
}
