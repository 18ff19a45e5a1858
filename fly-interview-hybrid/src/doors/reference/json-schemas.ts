import * as protocol from "@interview-proxy/protocol";
import * as z from "zod/mini";
import { openAiEnvelopeSchema } from "../openai/error-envelope.ts";
import type { Schema } from "../operations/operation.ts";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

const COMPONENTS = "#/components/schemas/";

/** What has a name of its own in the document: what the protocol exports, by its name there. */
const NAMED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...Object.entries(protocol).flatMap(([name, value]) => {
    const [, stem] = /^(\w+)Schema$/.exec(name) ?? [];
    return stem === undefined ? [] : [[value, stem.charAt(0).toUpperCase() + stem.slice(1)] as const];
  }),
  [openAiEnvelopeSchema, "OpenAiError"],
]);

/** The schemas of a document, in terms of JSON Schema. */
export interface JsonSchemas {
  /** A schema, or a reference to it where it has a name. */
  of(schema: Schema): JsonSchema;
  /** Those that have names. */
  readonly named: Readonly<Record<string, JsonSchema>>;
}

/** Converts all of them at once, so that one refers to another. */
export function toJsonSchemas(schemas: readonly Schema[]): JsonSchemas {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of NAMED) registry.add(schema as Schema, { id });
  const unnamed = new Map([...new Set(schemas)].filter((schema) => !NAMED.has(schema)).map((s, n) => [s, `:${n}`]));
  for (const [schema, id] of unnamed) registry.add(schema, { id });
  const { schemas: converted } = z.toJSONSchema(registry, {
    uri: (id) => COMPONENTS + id,
    override: ({ zodSchema: { _zod }, jsonSchema }) => {
      // Only what is strict takes nothing else: replies may come to have more.
      if (_zod.def.type === "object" && !("catchall" in _zod.def)) delete jsonSchema.additionalProperties;
    },
  });
  const plain = (id: string): JsonSchema => {
    const { $id: _id, $schema: _schema, ...schema } = converted[id] ?? {};
    return schema;
  };
  return {
    of(schema) {
      const id = unnamed.get(schema);
      return id === undefined ? { $ref: COMPONENTS + NAMED.get(schema) } : plain(id);
    },
    named: Object.fromEntries([...NAMED.values()].map((name) => [name, plain(name)])),
  };
}

/** The named schemas that a part of a document refers to, and those that they refer to. */
export function referredTo(part: unknown, { named }: JsonSchemas): Readonly<Record<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>();
  const visit = (value: unknown): void => {
    for (const [, name = ""] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = named[name];
      if (schema === undefined || found.has(name)) continue;
      found.set(name, schema);
      visit(schema);
    }
  };
  visit(part);
  return Object.fromEntries([...found].toSorted(([a], [b]) => a.localeCompare(b)));
}
