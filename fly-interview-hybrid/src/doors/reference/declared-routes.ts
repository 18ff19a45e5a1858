import type { FastifyInstance } from "fastify";
import type { DeclaredOperation } from "../operations/operation.ts";

/** A route that the server has, by its own declaration. */
export interface DeclaredRoute {
  /** Whole, with its parts in braces: `/api/sessions/{id}`. */
  readonly path: string;
  readonly operation: DeclaredOperation;
}

/** What is declared of the routes that are added to a server from now on; the list grows with them. */
export function noteDeclaredRoutes(app: FastifyInstance): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  app.addHook("onRoute", ({ url, method, config }) => {
    const operation = config?.operation;
    // Fastify adds HEAD by itself, and a second route with a slash at the end of a prefix.
    if (operation === undefined || method !== operation.method || url.endsWith("/")) return;
    routes.push({ path: url.replaceAll(/:(\w+)/g, "{$1}"), operation });
  });
  return routes;
}
