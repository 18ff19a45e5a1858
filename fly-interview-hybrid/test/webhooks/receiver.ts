import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type WebhookEvent, webhookEventSchema } from "@interview-proxy/protocol";
import { onTestFinished } from "vitest";

/** A webhook as it came over the wire. */
export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  readonly event: WebhookEvent;
}

/** What a receiver does with a webhook: answers with a status, or in its own way. */
export type Answer = (webhook: ReceivedWebhook, response: ServerResponse) => number | undefined;

export interface Receiver {
  readonly port: number;
  /** `http://127.0.0.1:PORT/hooks`. */
  readonly url: string;
  /** In the order in which they came. */
  readonly received: readonly ReceivedWebhook[];
  answer: Answer;
  /** The types of what came, in order. */
  types(): readonly string[];
  stop(): Promise<void>;
}

/** A receiver of webhooks on loopback; `port`: one of before. Gone when the test is over. */
export async function startReceiver(answer: Answer = () => 204, port = 0): Promise<Receiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const rawBody = await text(request);
      const event = webhookEventSchema.parse(JSON.parse(rawBody));
      const webhook = { path: request.url ?? "", headers: request.headers, rawBody, event };
      received.push(webhook);
      const status = receiver.answer(webhook, response);
      if (status !== undefined) response.writeHead(status).end();
    };
    void take();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  let stopping: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    stopping ??= once(server.close(), "close");
    await stopping;
  };
  onTestFinished(stop);
  const own = (server.address() as AddressInfo).port;
  const receiver: Receiver = {
    port: own,
    url: `http://127.0.0.1:${own}/hooks`,
    received,
    answer,
    stop,
    types: () => received.map(({ event }) => event.type),
  };
  return receiver;
}
