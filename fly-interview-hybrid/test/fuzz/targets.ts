import { startFuzzedProxy } from "./fuzzed-proxy.ts";
import type { FuzzTarget } from "./target.ts";
import { messageTarget } from "./targets/messages.ts";
import { rawFrameTarget } from "./targets/raw-frames.ts";
import { requestTarget } from "./targets/requests.ts";
import { sdpTarget } from "./targets/sdp.ts";
import { sidebandTarget } from "./targets/sideband-events.ts";
import { tokenTarget } from "./targets/tokens.ts";

export const TARGET_NAMES = ["sdp", "tokens", "sideband-events", "messages", "raw-frames", "requests"] as const;

interface OpenedTargets {
  readonly targets: readonly FuzzTarget[];
  close(): Promise<void>;
}

/** Every target, or the one of a name; those that need a running proxy share one. Throws for a name that is none. */
export async function openTargets(only?: string): Promise<OpenedTargets> {
  const proxy = await startFuzzedProxy();
  const all = [
    sdpTarget,
    tokenTarget,
    sidebandTarget,
    messageTarget(proxy),
    rawFrameTarget(proxy),
    await requestTarget(proxy),
  ] as readonly FuzzTarget[];
  const targets = all.filter(({ name }) => only === undefined || name === only);
  if (targets.length > 0) return { targets, close: () => proxy.close() };
  await proxy.close();
  throw new Error(`There is no target "${only}". Take one of ${TARGET_NAMES.join(", ")}.`);
}
