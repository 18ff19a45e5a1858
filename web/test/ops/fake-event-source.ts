import { onTestFinished, vi } from "vitest";

/** An event source whose server is the test. */
export class FakeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readonly url: string;
  readyState: number = FakeEventSource.OPEN;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }

  /** The server tells of an event; those of one session have no name of their own. */
  tell(data: { readonly type: string }, name: string = data.type): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }

  /** The line breaks. `closed`: the server has refused it, so that the browser does not come back by itself. */
  breakOff(state: "connecting" | "closed"): void {
    this.readyState = state === "closed" ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING;
    this.dispatchEvent(new Event("error"));
  }
}

/** Puts fakes in place of the browser's event sources until the test is over. Returns all that are made, the oldest first. */
export function fakeEventSources(): readonly FakeEventSource[] {
  const made: FakeEventSource[] = [];
  class Recorded extends FakeEventSource {
    constructor(url: string) {
      super(url);
      made.push(this);
    }
  }
  vi.stubGlobal("EventSource", Recorded);
  onTestFinished(() => void vi.unstubAllGlobals());
  return made;
}
