import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { ProxyError } from "../../errors.ts";

/** Bodies are JSON in UTF-8; anything else gets BAD_JSON instead of being mended silently. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) => {
    if (!isUtf8(body)) throw new ProxyError("BAD_JSON");
    try {
      return JSON.parse(body.toString("utf8")) as unknown;
    } catch (cause) {
      throw new ProxyError("BAD_JSON", { cause });
    }
  });
}
