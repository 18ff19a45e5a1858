import type { ProxyUnderTest } from "./start-proxy.ts";

/** A response of server-sent events, read block by block as it comes. */
export class EventBlocks {
  /** Fulfilled when the server has ended the stream, or cut it. */
  readonly closed: Promise<"ended" | "cut">;
  readonly #waiting = new Set<() => void>();
  #isOpen = true;

  /** `take` gets each block, without the empty line behind it. */
  constructor(response: Response, scan: ProxyUnderTest["scan"], take: (block: string) => void) {
    this.closed = this.#read(response, scan, take).finally(() => {
      this.#isOpen = false;
      this.#look();
    });
  }

  /** What `find` finds as soon as it does, looking after each part that came. Fails where the stream closes before. */
  async until<Found>(find: () => Found | undefined, what: string): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (!this.#isOpen) throw new Error(`The stream closed before ${what} came.`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  async #read(
    response: Response,
    scan: ProxyUnderTest["scan"],
    take: (block: string) => void,
  ): Promise<"ended" | "cut"> {
    let rest = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        const text = decoder.decode(chunk, { stream: true });
        scan.add("an event stream", text);
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) take(block);
        this.#look();
      }
      return "ended";
    } catch {
      return "cut";
    }
  }
}
