import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The platform's receiver of webhooks, which notes what it took. */
export interface WebhookReceiver {
  readonly url: string;
  /** While it returns true, a webhook is refused. */
  refuses: () => boolean;
  /** How often the end of a session was told, each webhook counted once however often it came. */
  endsOf(sessionId: string): number;
  /** Waits until the end of each was told, or the time is over. */
  untilEndsTold(sessionIds: readonly string[], withinMs: number): Promise<void>;
  /** Webhooks that came, those among them that came again, and those that were refused. */
  readonly counts: { taken: number; again: number; refused: number };
  close(): Promise<void>;
}

/** For `session.ended`, what is read of it. */
interface Told {
  readonly type: string;
  readonly data: { readonly sessionId: string };
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const seen = new Set<string>();
  const ends = new Map<string, number>();
  const news = new EventEmitter();
  const counts = { taken: 0, again: 0, refused: 0 };
  const take = (id: string, { type, data }: Told): void => {
    counts.taken += 1;
    if (seen.has(id)) counts.again += 1;
    else if (type === "session.ended") ends.set(data.sessionId, (ends.get(data.sessionId) ?? 0) + 1);
    seen.add(id);
    news.emit("taken");
  };
  const receive = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body = await text(request);
    const isRefused = receiver.refuses();
    if (isRefused) counts.refused += 1;
    else take(String(request.headers["webhook-id"]), JSON.parse(body) as Told);
    reply.writeHead(isRefused ? 500 : 204).end();
  };
  const server = createServer((request, reply) => {
    receive(request, reply).catch(() => reply.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    refuses: () => false,
    endsOf: (sessionId) => ends.get(sessionId) ?? 0,
    async untilEndsTold(sessionIds, withinMs) {
      const signal = AbortSignal.timeout(withinMs);
      while (sessionIds.some((id) => !ends.has(id)) && !signal.aborted)
        await once(news, "taken", { signal }).catch(() => undefined);
    },
    counts,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
