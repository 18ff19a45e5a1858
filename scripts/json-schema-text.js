/** A JSON schema as TypeScript-like text, one field a line, with the form of a text or number as a comment. */
export function typeText(schema, indent = "") {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map((option) => typeText(option, indent)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return `Array<${typeText(schema.items, indent)}>`;
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

function formComment({ type, pattern, minLength, maxLength, minimum, exclusiveMinimum }) {
  if (pattern !== undefined) return ` // /${pattern}/`;
  if (maxLength !== undefined) return ` // ${minLength ?? 0} to ${maxLength} characters`;
  if (type !== "integer") return "";
  return ` // a whole number, at least ${minimum ?? exclusiveMinimum + 1}`;
}
