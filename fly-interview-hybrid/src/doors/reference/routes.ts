import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import type { DoorNeeds } from "../needs.ts";
import { anybody } from "../operations/access.ts";
import { untold } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import type { DeclaredRoute } from "./declared-routes.ts";
import { describeApi } from "./document.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import { toDocsPage } from "./docs-page.ts";

/** What the server's routes are: for programs, and for people. Nobody has to sign in to read it. */
export function addReferenceRoutes(app: FastifyInstance, needs: DoorNeeds, routes: readonly DeclaredRoute[]): void {
  const serve = serveOn(app, needs);
  // Made when the routes are all there.
  let made: { readonly json: string; readonly page: string } | undefined;
  const reference = (): { readonly json: string; readonly page: string } => {
    if (made !== undefined) return made;
    const document = describeApi(routes, needs.config.PUBLIC_URL ?? "/");
    return (made = { json: JSON.stringify(document), page: toDocsPage(document) });
  };

  serve(
    {
      method: "GET",
      path: "/openapi.json",
      id: "getOpenApi",
      summary: "Describes these routes, in OpenAPI 3.1",
      by: anybody,
      replies: { 200: { "application/json": z.looseObject({ openapi: z.string() }) } },
    },
    async ({ reply }) => reply.type("application/json; charset=utf-8").send(reference().json),
  );

  serve(
    {
      method: "GET",
      path: "/docs",
      id: "getDocs",
      summary: "Describes these routes, for people",
      by: anybody,
      replies: { 200: { "text/html": z.string() } },
    },
    async ({ reply }) => reply.type("text/html; charset=utf-8").send(reference().page),
  );

  app.get("/docs/style.css", untold("a part of a page"), (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(DOCS_STYLE),
  );
}
