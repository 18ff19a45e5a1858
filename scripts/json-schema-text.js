/** A JSON schema as TypeScript-like text, one field a line, with the form of a text or number as a comment. */
export function typeText(schema, indent = "") {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map((option) => typeText(option, indent)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return `Array<${typeText(schema.items, indent)}>`;
  if (schema.properties === undefined && schema.additionalProperties)
    return `Record<string, ${typeText(schema.additionalProperties, indent)}>`;
  if (schema.type === "object") return objectText(schema, indent);
  return schema.type === "integer" ? "number" : schema.type;
}

function objectText({ properties, required = [] }, indent) {
  const deeper = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${deeper}${name}${optional}: ${typeText(field, deeper)};${formComment(field)}`;
  });
  return `{\n${fields.join("\n")}\n${indent}}`;
}

function formComment(schema) {
  const form = formOf(schema);
  return form === undefined ? "" : ` // ${form}`;
}

function formOf({ type, format, pattern, minLength, maxLength, minimum, exclusiveMinimum, maximum, items, maxItems }) {
  if (format === "date-time") return "ISO 8601, with an offset or Z";
  if (pattern !== undefined) return `/${pattern}/${maxLength === undefined ? "" : `, at most ${maxLength} characters`}`;
  if (maxLength !== undefined) return `${minLength ?? 0} to ${maxLength} characters`;
  if (maxItems !== undefined) return [`at most ${maxItems}`, formOf(items)].filter(Boolean).join(", each ");
  if (type === "number" && exclusiveMinimum !== undefined) return `above ${exclusiveMinimum}`;
  if (type !== "integer") return undefined;
  const least = minimum ?? exclusiveMinimum + 1;
  return maximum === Number.MAX_SAFE_INTEGER ? `a whole number, at least ${least}` : `${least} to ${maximum}`;
}
