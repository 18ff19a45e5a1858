import type * as z from "zod/mini";

/** Why a client event or a session was refused, in the words of OpenAI's error object. */
export interface ClientEventError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

/**
 * Puts a schema's first finding into OpenAI's terms. The refused value itself stays out of the message: it may be an
 * instruction or something that was said.
 *
 * @param value - what was checked
 * @param root - where it sits in the request, "session" for example; "" for the request itself
 */
export function describeIssue(error: z.core.$ZodError, value: unknown, root: string): ClientEventError {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const param = joinPath([root, ...path]);
  if (issue?.code === "unrecognized_keys") {
    const key = joinPath([param, issue.keys[0] ?? ""]);
    return { code: "unknown_parameter", message: `Unknown parameter: '${key}'.`, param: key };
  }
  if (path.length > 0 && valueAt(value, path) === undefined) {
    return { code: "missing_required_parameter", message: `Missing required parameter: '${param}'.`, param };
  }
  if (param === "") {
    return { code: "invalid_json", message: "The request is not a JSON object.", param: null };
  }
  const code = issue?.code === "invalid_type" ? "invalid_type" : "invalid_value";
  return { code, message: `Invalid value for '${param}'.`, param };
}

function joinPath(parts: readonly PropertyKey[]): string {
  return parts
    .map(String)
    .filter((part) => part !== "")
    .join(".");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}
