import { once } from "./once.ts";

/** A server's side of a WebSocket, in the hands of a test. */
export class FakeSocket extends EventTarget {
  readyState = 0;
  closeCode: number | undefined;
  /** But for the names of traces, which are random. */
  readonly sent: { type: string; [field: string]: unknown }[] = [];
  readonly traceparents: unknown[] = [];
  readonly url: string;
  readonly protocols: string[];

  constructor(url: string, protocols: string[]) {
    super();
    this.url = url;
    this.protocols = protocols;
  }

  send(text: string): void {
    if (this.readyState !== 1) throw new DOMException("not open", "InvalidStateError");
    const { traceparent, ...message } = JSON.parse(text) as FakeSocket["sent"][number];
    this.sent.push(message);
    if (traceparent !== undefined) this.traceparents.push(traceparent);
    this.dispatchEvent(new Event("sent"));
  }

  close(code: number): void {
    this.readyState = 3;
    this.closeCode = code;
  }

  /** Has no effect on a socket that is open already, or closed. */
  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  receive(message: unknown): void {
    this.receiveRaw(JSON.stringify(message));
  }

  receiveRaw(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  serverCloses(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  /** Resolves once the client has sent so many messages of this type. */
  async sentType(type: string, times = 1): Promise<void> {
    while (this.sentTypes.filter((sent) => sent === type).length < times) await once(this, "sent");
  }

  get sentTypes(): string[] {
    return this.sent.map(({ type }) => type);
  }
}
