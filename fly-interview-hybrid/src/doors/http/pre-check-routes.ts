import {
  preCheckRequestSchema,
  preCheckSchema,
  testCallRequestSchema,
  testCallSchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { DoorNeeds } from "../needs.ts";
import { candidateOrInvited } from "../operations/access.ts";
import { CALL_ERRORS } from "../operations/call-errors.ts";
import { EXAMPLE_OFFER } from "../operations/example-offer.ts";
import { serveOn } from "../operations/serve.ts";
import { departureOf } from "./call-by-http.ts";

/** What a browser tries before its interview. */
export function addPreCheckRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { preCheck } = needs.sessions;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "POST",
      path: "/pre-check",
      id: "preCheck",
      summary: "Tells what a browser can try before its interview",
      description: "Who has no sign-in names its invitation in the body. That is no attempt to open it.",
      by: candidateOrInvited,
      body: preCheckRequestSchema,
      example: {},
      replies: { 200: preCheckSchema },
    },
    async ({ caller }) => preCheck.describe(caller),
  );

  serve(
    {
      method: "POST",
      path: "/pre-check/call",
      id: "makeTestCall",
      summary: "Makes a test call, in which nobody speaks",
      by: candidateOrInvited,
      body: testCallRequestSchema,
      example: { sdpOffer: EXAMPLE_OFFER },
      replies: { 200: testCallSchema },
      errors: [...CALL_ERRORS, "NO_TEST_CALL", "CONNECTION_LIMIT"],
    },
    async ({ caller, body, reply }) => preCheck.call(caller, body.sdpOffer, departureOf(reply)),
  );
}
