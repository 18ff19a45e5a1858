import { Readable } from "node:stream";
import {
  erasedPersonSchema,
  erasePersonQuerySchema,
  personExportSchema,
  personParamsSchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { ExportedPerson } from "../../sessions/persons/export-person.ts";
import type { DoorNeeds } from "../needs.ts";
import { staffWith } from "../operations/access.ts";
import { serveOn } from "../operations/serve.ts";

/** What the rights of a person take: to have everything that is kept, and to have the words of it erased. */
export function addPersonRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { persons } = needs.sessions;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "DELETE",
      path: "/persons/:sub",
      id: "erasePerson",
      summary: "Erases a person's words everywhere, for good",
      description: "With `end=true`, interviews of the person that run are ended first.",
      by: staffWith("operate"),
      params: personParamsSchema,
      query: erasePersonQuerySchema,
      replies: { 200: erasedPersonSchema },
      errors: ["SESSION_NOT_ENDED", "SESSION_BUSY"],
    },
    async ({ caller, params: { sub }, query: { end } }) => persons.erase(sub, caller, { end: end === "true" }),
  );

  serve(
    {
      method: "GET",
      path: "/persons/:sub/export",
      id: "exportPerson",
      summary: "Exports everything that is kept about a person",
      by: staffWith("operate"),
      params: personParamsSchema,
      replies: { 200: { "application/json": personExportSchema } },
      // HEAD would read everything for nobody.
      route: { exposeHeadRoute: false },
    },
    async ({ caller, params: { sub }, request, reply }) => {
      const exported = await persons.export(sub, caller);
      void reply.header("content-type", "application/json; charset=utf-8");
      const text = Readable.from(textOf(exported));
      // The reply has begun by then: its reader sees that it is cut short.
      text.once("error", (error) => needs.log.error({ err: error, requestId: request.id }, "an export broke off"));
      return reply.send(text);
    },
  );
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
