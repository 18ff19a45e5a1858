import type { FastifyInstance } from "fastify";
import { type Fault, faultSchema } from "../faults.ts";
import type { CallReport } from "../calls/call-report.ts";
import { describeIssue } from "../session/client-event-error.ts";
import { invalidRequest } from "./api-error.ts";

/** The test API as the routes need it. */
export interface Control {
  calls(): readonly CallReport[];
  injectFault(fault: Fault): void;
}

/** `/_simulator`: what OpenAI does not have. Without authentication, since it is a tool for tests. */
export function addControlRoutes(app: FastifyInstance, control: Control): void {
  app.get("/_simulator/calls", () => ({ calls: control.calls() }));

  app.post("/_simulator/faults", (request, reply) => {
    const parsed = faultSchema.safeParse(request.body);
    if (!parsed.success) {
      const { code, message, param } = describeIssue(parsed.error, request.body, "");
      throw invalidRequest(code, message, param);
    }
    control.injectFault(parsed.data);
    return reply.code(204).send();
  });
}
