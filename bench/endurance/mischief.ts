import type { Candidate } from "./candidate.ts";
import { waited } from "./lives.ts";
import { randomOf } from "./random.ts";
import type { RestartingProxy } from "./restarting-proxy.ts";
import type { SmallDisk } from "../../fly-interview-hybrid/test/servers/small-disk.ts";
import type { UnreliableLine } from "./unreliable-line.ts";
import type { WebhookReceiver } from "./webhook-receiver.ts";

/** All that can be broken. */
export interface World {
  readonly proxy: Pick<RestartingProxy, "killAndRestart" | "jump">;
  readonly line: Pick<UnreliableLine, "refusesCreates"> & {
    readonly sidebands: Pick<UnreliableLine["sidebands"], "cutAll">;
    readonly cable: Pick<UnreliableLine["cable"], "cut" | "restore">;
  };
  readonly receiver: Pick<WebhookReceiver, "refuses">;
  readonly present: ReadonlySet<Pick<Candidate, "drop">>;
  /** Undefined where none could be mounted. */
  readonly disk: Pick<SmallDisk, "fill" | "free"> | undefined;
  /** Draws what is broken, and when. */
  readonly seed: number;
  readonly closing: AbortSignal;
}

/** Between two faults, in milliseconds, at most. */
const MOST_QUIET_MS = 15_000;

/** Breaks something and mends it again. Returns what it was. */
type Fault = (world: World, random: () => number) => Promise<string>;

/** By what the report calls them. */
const FAULTS: Readonly<Record<string, Fault>> = {
  async "proxy killed"({ proxy }, random) {
    const ms = Math.round(random() * 3000);
    await proxy.killAndRestart(ms);
    return `started again ${ms} ms later`;
  },
  async "page sockets cut"({ present }, random) {
    const share = random();
    const cut = [...present].filter(() => random() < share);
    for (const candidate of cut) candidate.drop();
    return `${cut.length} of ${present.size}`;
  },
  async "clock jumps"({ proxy }, random) {
    const seconds = Math.round((random() - 0.5) * 600);
    proxy.jump(seconds * 1000);
    return `by ${seconds} s`;
  },
  async "disk full"(world, random) {
    const { disk } = world;
    if (disk === undefined) return "not here: nothing may be mounted";
    await disk.fill();
    const told = await forAWhile(world, random() * 12_000);
    await disk.free();
    return told;
  },
  async "webhooks refused"(world, random) {
    world.receiver.refuses = () => true;
    const told = await forAWhile(world, random() * 30_000);
    world.receiver.refuses = () => false;
    return told;
  },
  async "all sidebands cut"({ line }) {
    line.sidebands.cutAll();
    return "at once";
  },
  async "voice service refuses calls"(world, random) {
    world.line.refusesCreates = true;
    const told = await forAWhile(world, random() * 10_000);
    world.line.refusesCreates = false;
    return told;
  },
  async "voice service out of reach"(world, random) {
    world.line.cable.cut();
    const told = await forAWhile(world, random() * 12_000);
    world.line.cable.restore();
    return told;
  },
};

/** Breaks one thing after the other until told to close; returns how often each was broken. */
export async function makeMischief(world: World, say: (text: string) => void): Promise<Record<string, number>> {
  const { seed, closing } = world;
  const counts: Record<string, number> = {};
  const names = Object.keys(FAULTS);
  for (let nth = 1; ; nth += 1) {
    // Of its own: how often a fault draws depends on who is there, and what comes after it must not.
    const random = randomOf(seed, `fault ${nth}`);
    await waited(random() * MOST_QUIET_MS, closing);
    if (closing.aborted) return counts;
    const name = names[Math.floor(random() * names.length)] ?? "";
    say(`${name}: ${await FAULTS[name]?.(world, random)}`);
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

async function forAWhile({ closing }: World, length: number): Promise<string> {
  const ms = Math.round(length);
  await waited(ms, closing);
  return `for ${ms} ms`;
}
