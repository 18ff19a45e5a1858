import type { Candidate } from "./candidate.ts";
import { waited } from "./lives.ts";
import type { RestartingProxy } from "./restarting-proxy.ts";
import type { SmallDisk } from "../../fly-interview-hybrid/test/servers/small-disk.ts";
import type { UnreliableLine } from "./unreliable-line.ts";
import type { WebhookReceiver } from "./webhook-receiver.ts";

/** All that can be broken. */
export interface World {
  readonly proxy: RestartingProxy;
  readonly line: UnreliableLine;
  readonly receiver: WebhookReceiver;
  readonly present: ReadonlySet<Candidate>;
  /** Undefined where none could be mounted. */
  readonly disk: SmallDisk | undefined;
  readonly random: () => number;
  readonly closing: AbortSignal;
}

/** Between two faults, in milliseconds, at most. */
const MOST_QUIET_MS = 15_000;

/** Breaks something and mends it again. Returns what it was. */
type Fault = (world: World) => Promise<string>;

/** By what the report calls them. */
const FAULTS: Readonly<Record<string, Fault>> = {
  async "proxy killed"({ proxy, random }) {
    const ms = Math.round(random() * 3000);
    await proxy.killAndRestart(ms);
    return `started again ${ms} ms later`;
  },
  async "page sockets cut"({ present, random }) {
    const share = random();
    const cut = [...present].filter(() => random() < share);
    for (const candidate of cut) candidate.drop();
    return `${cut.length} of ${present.size}`;
  },
  async "clock jumps"({ proxy, random }) {
    const seconds = Math.round((random() - 0.5) * 600);
    proxy.jump(seconds * 1000);
    return `by ${seconds} s`;
  },
  async "disk full"(world) {
    const { disk } = world;
    if (disk === undefined) return "not here: nothing may be mounted";
    await disk.fill();
    const told = await forAWhile(world, 12_000);
    await disk.free();
    return told;
  },
  async "webhooks refused"(world) {
    world.receiver.refuses = () => true;
    const told = await forAWhile(world, 30_000);
    world.receiver.refuses = () => false;
    return told;
  },
  async "all sidebands cut"({ line }) {
    line.sidebands.cutAll();
    return "at once";
  },
  async "voice service refuses calls"(world) {
    world.line.refusesCreates = true;
    const told = await forAWhile(world, 10_000);
    world.line.refusesCreates = false;
    return told;
  },
  async "voice service out of reach"(world) {
    world.line.cable.cut();
    const told = await forAWhile(world, 12_000);
    world.line.cable.restore();
    return told;
  },
};

/** Breaks one thing after the other until told to close; returns how often each was broken. */
export async function makeMischief(world: World, say: (text: string) => void): Promise<Record<string, number>> {
  const { random, closing } = world;
  const counts: Record<string, number> = {};
  const names = Object.keys(FAULTS);
  for (;;) {
    await waited(random() * MOST_QUIET_MS, closing);
    if (closing.aborted) return counts;
    const name = names[Math.floor(random() * names.length)] ?? "";
    say(`${name}: ${await FAULTS[name]?.(world)}`);
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

async function forAWhile({ random, closing }: World, mostMs: number): Promise<string> {
  const ms = Math.round(random() * mostMs);
  await waited(ms, closing);
  return `for ${ms} ms`;
}
