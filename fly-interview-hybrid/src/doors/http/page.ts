import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { untold } from "../operations/operation.ts";
import { OPERATOR_PAGE_HEADERS } from "./security-headers.ts";

const OPERATOR_PAGE = "ops.html";

/** Paths that show a page, and its file. */
const PAGES = {
  "/": "index.html",
  "/simple-webrtc-test": "index.html",
  "/interview": "interview.html",
  "/ops": OPERATOR_PAGE,
} as const;

type PageFile = (typeof PAGES)[keyof typeof PAGES];

/** Serves the built pages. */
export async function addPages(app: FastifyInstance, pageDirectory: string): Promise<void> {
  await app.register(fastifyStatic, { root: pageDirectory, serve: false });
  for (const [path, file] of Object.entries(PAGES)) {
    app.get(path, untold("a page"), (_request, reply) => sendPage(reply, file));
  }
  // Names under /assets carry a hash of their content, so they never change.
  app.get<{ Params: { "*": string } }>("/assets/*", untold("parts of pages"), (request, reply) =>
    reply.sendFile(`assets/${request.params["*"]}`, { maxAge: "365d", immutable: true }),
  );
}

/** A page names assets by their hashes, so an old copy of it would ask for files that are no more. */
function sendPage(reply: FastifyReply, file: PageFile): FastifyReply {
  if (file === OPERATOR_PAGE) void reply.headers(OPERATOR_PAGE_HEADERS);
  return reply.header("cache-control", "no-cache").sendFile(file, { cacheControl: false });
}
