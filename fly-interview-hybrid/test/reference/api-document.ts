import { expect } from "vitest";
import { beginningOf } from "../doors/operator-reader.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";

interface Body {
  readonly content: Readonly<Record<string, { readonly example?: unknown }>>;
}

interface Described {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, unknown>>;
}

/** What tests read of `/api/openapi.json`. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** A route that the document describes. */
export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: Described;
  /** The body that the document gives as an example. */
  readonly example?: { readonly contentType: string; readonly value: unknown };
}

export async function readDocument(proxy: ProxyUnderTest): Promise<ApiDocument> {
  const reply = await proxy.fetch("/api/openapi.json");
  expect(reply.status).toBe(200);
  return reply.json as ApiDocument;
}

export function routesOf({ paths }: ApiDocument): readonly DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      ...exampleOf(operation),
    })),
  );
}

function exampleOf({ requestBody }: Described): Pick<DescribedRoute, "example"> {
  const [first] = Object.entries(requestBody?.content ?? {});
  return first === undefined ? {} : { example: { contentType: first[0], value: first[1].example } };
}

/** What a request is signed in with: a token, the headers of a page, or nothing. */
export type SignedIn = string | Readonly<Record<string, string>> | undefined;

/** A request as the document's example has it; `change` alters what JSON says. */
export function requestOf({ method, example }: DescribedRoute, signedIn: SignedIn, change: object = {}): RequestInit {
  const authorization = typeof signedIn === "string" ? { authorization: `Bearer ${signedIn}` } : { ...signedIn };
  if (example === undefined) return { method, headers: authorization };
  const { contentType, value } = example;
  const body = typeof value === "string" ? value : JSON.stringify({ ...(value as object), ...change });
  return { method, headers: { ...authorization, "content-type": contentType }, body };
}

/** What a request is answered with; the stream of operators, which does not end, as far as it has told of everything. */
export function replyOf(
  proxy: ProxyUnderTest,
  { operation }: DescribedRoute,
  path: string,
  init: RequestInit,
): ReturnType<ProxyUnderTest["fetch"]> {
  return operation.operationId === "watchSessions" ? beginningOf(proxy, path, init) : proxy.fetch(path, init);
}

/** What the router has beside what is described: pages with their parts. */
export const NOT_DESCRIBED: readonly string[] = [
  "GET /",
  // As it prints `/assets/*`.
  "GET /*",
  "GET /api/docs/style.css",
  "GET /simple-webrtc-test",
  "GET /interview",
  "GET /ops",
];

/** Every route of a server, as its own router has them, without what Fastify adds by itself. */
export function routesOfRouter({ app }: ProxyUnderTest): readonly string[] {
  const parents: string[] = [];
  const routes = app.server
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", part = "", methods = ""] = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (part === "") return [];
      const depth = indent.length / 4;
      parents.splice(depth, parents.length, part);
      const path = parents
        .join("")
        .replaceAll(/\/+/g, "/")
        .replaceAll(/:(\w+)/g, "{$1}");
      return methods.split(", ").map((method) => `${method} ${path.replace(/(.)\/$/, "$1")}`);
    });
  return [...new Set(routes)].filter((route) => !/^(HEAD|OPTIONS) /.test(route)).toSorted();
}
