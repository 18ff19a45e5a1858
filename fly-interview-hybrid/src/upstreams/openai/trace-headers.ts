import type { CreateCall } from "../upstream.ts";

/** Says of which trace a create is a part. */
export function traceHeaders({ traceparent }: CreateCall): Readonly<Record<string, string>> {
  return traceparent === undefined ? {} : { traceparent };
}
