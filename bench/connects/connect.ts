import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** A way to an answer. */
export interface Connect {
  /** Sends an offer with this token; fulfilled when the answer is there. */
  once(token: string): Promise<ConnectTime>;
  /** Ends what was begun, and closes the connections. */
  close(): Promise<void>;
}

export interface ConnectTime {
  /** From the offer to the answer, in milliseconds. */
  readonly tookMs: number;
  /** From the opening of the socket, where there is one. */
  readonly fromOpeningMs?: number;
}

/** Connections that stay open, for so many requests at once. */
export function keptConnections(concurrency: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: concurrency, scheduling: "fifo" });
}

/** A request. */
export interface Post {
  readonly agent: Agent;
  readonly port: number;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body of a successful reply. Rejects for any other. */
export function post({ body, headers, ...options }: Post): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const asking = request({ host: "127.0.0.1", ...options, headers: { ...headers, "content-length": length } });
    asking.once("error", reject);
    asking.once("response", (response) => {
      const { statusCode = 0 } = response;
      const isDone = statusCode >= 200 && statusCode < 300;
      text(response).then(
        (reply) => (isDone ? resolve(reply) : reject(new Error(`The reply was ${statusCode}: ${reply.slice(0, 200)}`))),
        reject,
      );
    });
    asking.end(body);
  });
}
