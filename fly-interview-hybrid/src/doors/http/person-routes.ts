import { Readable } from "node:stream";
import { type ErasedPerson, erasePersonQuerySchema, personParamsSchema } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { ExportedPerson } from "../../sessions/persons/export-person.ts";
import type { DoorNeeds } from "../needs.ts";
import { principalOf } from "./callers.ts";
import { readInput } from "./read-input.ts";

/** What the rights of a person take: to have everything that is kept, and to have the words of it erased. */
export function addPersonRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { persons } = needs.sessions;

  app.delete("/persons/:sub", async (request): Promise<ErasedPerson> => {
    const principal = await principalOf(request, needs);
    const { sub } = readInput(personParamsSchema, request.params);
    const { end } = readInput(erasePersonQuerySchema, request.query);
    return persons.erase(sub, principal, { end: end === "true" });
  });

  // HEAD would read everything for nobody.
  app.get("/persons/:sub/export", { exposeHeadRoute: false }, async (request, reply) => {
    const principal = await principalOf(request, needs);
    const { sub } = readInput(personParamsSchema, request.params);
    const exported = await persons.export(sub, principal);
    void reply.header("content-type", "application/json; charset=utf-8");
    const text = Readable.from(textOf(exported));
    // The reply has begun by then: its reader sees that it is cut short.
    text.once("error", (error) => needs.log.error({ err: error, requestId: request.id }, "an export broke off"));
    return reply.send(text);
  });
}

/** One JSON object, an entry at a time, as fast as the reader takes it. */
async function* textOf({ sessions, invitations, ...head }: ExportedPerson): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  yield* listOf("sessions", sessions);
  yield* listOf("invitations", invitations);
  yield "}\n";
}

async function* listOf(name: string, entries: AsyncIterable<unknown>): AsyncGenerator<string> {
  yield `,${JSON.stringify(name)}:[`;
  let separator = "\n";
  for await (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ",\n";
  }
  yield "]";
}
