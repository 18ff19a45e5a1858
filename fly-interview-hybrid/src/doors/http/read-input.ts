import { fieldAtFault } from "@interview-proxy/protocol";
import type * as z from "zod/mini";
import { invalidField } from "../../errors.ts";

/** Entries of a page, where the query does not say. */
const DEFAULT_PAGE = 50;

/** A body or a query as its schema has it. Throws INVALID_MESSAGE with the field at fault. */
export function readInput<T>(schema: z.ZodMiniType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidField(fieldAtFault(result.error.issues));
}

/** How many entries a query asks for. */
export function toPageSize({ limit }: { readonly limit?: string | undefined }): number {
  return limit === undefined ? DEFAULT_PAGE : Number(limit);
}
