import { readFileSync } from "node:fs";

/** The function of the example in docs/webhooks.md: what a receiver does with a request. Throws where it is not ours. */
export type Verify = (
  secret: string,
  headers: Headers,
  rawBody: string,
  now?: number,
) => Promise<{ readonly type: string }>;

/** Runs the documented example itself, so that it cannot be wrong. */
export async function readExample(): Promise<Verify> {
  const page = readFileSync(new URL("../../../docs/webhooks.md", import.meta.url), "utf8");
  const [, code] = /```js\n(export async function verifyWebhook[\s\S]*?)```/.exec(page) ?? [];
  if (code === undefined) throw new Error("docs/webhooks.md has no example.");
  const example = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { verifyWebhook: Verify };
  return example.verifyWebhook;
}
