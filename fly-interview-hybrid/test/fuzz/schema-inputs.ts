import * as fc from "fast-check";

/** As much of JSON Schema as the descriptions of requests use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const ANYTHING = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, 0, -1, 1e308, "", "x", [], {}, "\ud800", "a\u0000b"),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom("__proto__", "constructor").map((name) => JSON.parse(`{"${name}":{"x":1}}`) as unknown),
);

/** Addresses that lead nowhere, in every form in which one might lead somewhere it should not. */
const ADDRESSES = [
  "http://127.0.0.1:9/x",
  "https://localhost/x",
  "http://[::1]:9/",
  "http://169.254.169.254/latest",
  "file:///etc/passwd",
  "https://user:password@hook.invalid/",
  "javascript:alert(1)",
  "//hook.invalid",
  "https://hook.invalid/x",
];

/** Values that a schema describes, more or less: now and then one is something else altogether. `texts`: further ones for strings. */
export function inputsOf(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  texts: readonly string[],
): fc.Arbitrary<unknown> {
  const anyText = fc.oneof(fc.constantFrom(...texts, ...ADDRESSES, "ada", "en", "a".repeat(3000)), fc.string());
  const arbitraryOf = (part: JsonSchema, depth: number): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 9, arbitrary: described(part, depth) }, { weight: 1, arbitrary: ANYTHING });
  const described = (part: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
    if (depth > 6) return ANYTHING;
    const { $ref, anyOf, oneOf, enum: choices, properties, items, type } = part;
    if ($ref !== undefined) return arbitraryOf(schemas[$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1);
    const forms = anyOf ?? oneOf;
    if (forms !== undefined) return fc.oneof(...forms.map((form) => arbitraryOf(form, depth + 1)));
    if (choices !== undefined) return fc.constantFrom(...choices);
    if (part.const !== undefined) return fc.constant(part.const);
    if (properties !== undefined) {
      const fields = Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field, depth + 1)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    }
    if (items !== undefined) return fc.array(arbitraryOf(items, depth + 1), { maxLength: 5 });
    switch (Array.isArray(type) ? type[0] : type) {
      case "string":
        return anyText;
      case "integer":
      case "number":
        return fc.oneof(fc.integer(), fc.constantFrom(1, 60, 3600, 0.5, -1, 1e15));
      case "boolean":
        return fc.boolean();
      default:
        return ANYTHING;
    }
  };
  return arbitraryOf(schema, 0);
}
