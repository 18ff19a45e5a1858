import type { JsonSchema } from "./json-schemas.ts";

/** A JSON schema as TypeScript-like text, one field a line, with the form of a text or number as a comment. */
export function typeText(schema: JsonSchema, indent = ""): string {
  const options = schema.anyOf ?? schema.oneOf;
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (options !== undefined) return options.map((option) => typeText(option, indent)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return `Array<${typeText(schema.items as JsonSchema, indent)}>`;
  if (schema.properties === undefined && typeof schema.additionalProperties === "object")
    return `Record<string, ${typeText(schema.additionalProperties, indent)}>`;
  if (schema.type === "object") return objectText(schema, indent);
  return schema.type === "integer" ? "number" : (schema.type ?? "unknown");
}

function objectText({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const deeper = `${indent}  `;
  const fields = Object.entries(properties).map(([name, property]) => {
    const field = property as JsonSchema;
    const optional = required.includes(name) ? "" : "?";
    return `${deeper}${name}${optional}: ${typeText(field, deeper)};${formComment(field)}`;
  });
  return `{\n${fields.join("\n")}\n${indent}}`;
}

function formComment(schema: JsonSchema): string {
  const form = formOf(schema);
  return form === undefined ? "" : ` // ${form}`;
}

/** What a text or a number must be like; `undefined` where it may be any. */
export function formOf(schema: JsonSchema): string | undefined {
  const { type, format, pattern, minLength, maxLength, minimum, exclusiveMinimum, maximum, items, maxItems } = schema;
  if (format === "date-time") return "ISO 8601, with an offset or Z";
  if (pattern !== undefined) return `/${pattern}/${maxLength === undefined ? "" : `, at most ${maxLength} characters`}`;
  if (maxLength !== undefined) return `${minLength ?? 0} to ${maxLength} characters`;
  if (maxItems !== undefined)
    return [`at most ${maxItems}`, formOf(items as JsonSchema)].filter(Boolean).join(", each ");
  if (type === "number" && exclusiveMinimum !== undefined) return `above ${exclusiveMinimum}`;
  if (type !== "integer") return undefined;
  const least = minimum ?? Number(exclusiveMinimum) + 1;
  if (maximum === undefined) return undefined;
  return maximum === Number.MAX_SAFE_INTEGER ? `a whole number, at least ${least}` : `${least} to ${maximum}`;
}
