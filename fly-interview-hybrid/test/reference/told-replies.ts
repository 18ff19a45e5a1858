import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { type ApiDocument, type DescribedRoute, routesOf } from "./api-document.ts";

interface Response {
  readonly content?: Readonly<Record<string, object>>;
}

/** A reply to a request. */
export interface RealReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** Compares what is sent and answered with what `/api/openapi.json` tells of it. */
export class ToldReplies {
  readonly routes: readonly DescribedRoute[];
  readonly #ajv: Ajv2020 = new Ajv2020({ strict: false, validateFormats: false });
  readonly #checks = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.routes = routesOf(document);
    this.#ajv.addSchema(document, "openapi.json");
  }

  /** What is wrong with a reply of a route; `undefined`: nothing. */
  faultOf({ method, path, operation }: DescribedRoute, { status, headers, text, json }: RealReply): string | undefined {
    const where = `${method} ${path} ${status}`;
    const response = operation.responses[status] as Response | undefined;
    if (response === undefined) return `${where} is not told of`;
    if (response.content === undefined) return text === "" ? undefined : `${where} has a body`;
    const type = (headers.get("content-type") ?? "").replace(/;.*/s, "");
    if (!(type in response.content)) return `${where} is of the type ${type}`;
    if (type !== "application/json") return undefined;
    const fault = this.#faultOf(
      ["paths", path, method.toLowerCase(), "responses", String(status), "content", type],
      json,
    );
    return fault && `${where}: ${fault}`;
  }

  /** The same of the example of a body. */
  faultOfExample({ method, path, example }: DescribedRoute): string | undefined {
    if (example === undefined) return undefined;
    const { contentType, value } = example;
    const fault = this.#faultOf(["paths", path, method.toLowerCase(), "requestBody", "content", contentType], value);
    return fault && `${method} ${path}: ${fault}`;
  }

  #faultOf(place: readonly string[], value: unknown): string | undefined {
    const $ref = `openapi.json#/${[...place, "schema"].map(toPointer).join("/")}`;
    const check = this.#checks.get($ref) ?? this.#ajv.compile({ $ref });
    this.#checks.set($ref, check);
    return check(value) ? undefined : this.#ajv.errorsText(check.errors);
  }
}

function toPointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
