import { CannotGoOn, type Step } from "../step.ts";

/** Without a key and a body no call can come of it, wherever it arrives. */
export function reach(createPath: string): Step {
  return {
    name: "reach",
    expects: "the route of the create answers 401 where there is no key",
    async check({ baseUrl, signal, patienceMs, made }, notes) {
      const status = await ask(baseUrl + createPath, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
      made.reach = true;
      notes.keep({ status });
      notes.expect(status === 401, `${status} without a key`);
    },
  };
}

async function ask(url: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, { method: "POST", signal });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    throw new CannotGoOn("failed", `no connection: ${reasonOf(error)}`);
  }
}

/** `fetch` says only that it failed; the code of its cause says why, as ENOTFOUND or CERT_HAS_EXPIRED. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { readonly cause?: { readonly code?: unknown }; readonly name?: unknown };
  return String(cause?.code ?? name);
}
