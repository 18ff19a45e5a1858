import { once } from "node:events";
import { type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { type Link, startUdpLink, type Undelayed } from "./network-link.ts";

/** The front of a voice service that is far away: TLS, the time that it takes to create a call, and audio over a distance. */
export interface DistantService {
  readonly port: number;
  close(): void;
}

export interface DistantServiceOptions {
  readonly key: string;
  readonly cert: string;
  /** Of the simulator behind it. */
  readonly targetPort: number;
  readonly createMs: number;
  /** Of audio. */
  readonly oneWayMs: number;
}

const CALLS = "/v1/realtime/calls";

/** Types of a STUN message (RFC 8489, section 5). */
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;

/**
 * The voice service is ICE-lite: it answers checks and makes none. The simulator's stack makes its own, and would take one more round trip
 * before it takes part in DTLS; so these, and what the browser answers, take no time.
 */
const CHECKS_OF_THE_STACK: Undelayed = {
  back: (packet) => packet.readUInt16BE(0) === BINDING_REQUEST,
  outwards: (packet) => packet.readUInt16BE(0) === BINDING_SUCCESS,
};

/** Stands before a simulator. What it changes of a call are the addresses of its audio, which then goes over the distance. */
export async function startDistantService(options: DistantServiceOptions): Promise<DistantService> {
  const { key, cert, targetPort, createMs, oneWayMs } = options;
  const audio = new Set<Link>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isCreate = request.method === "POST" && request.url?.split("?")[0] === CALLS;
    // Else the two would find each other without the distance.
    const body = isCreate ? withoutCandidates(await buffer(request)) : await buffer(request);
    if (isCreate) await pause(createMs);
    const reply = await forward(targetPort, request, body);
    const content = await buffer(reply);
    const { statusCode = 502, headers } = reply;
    const answer =
      isCreate && statusCode === 201 ? await overTheDistance(content.toString("utf8"), oneWayMs, audio) : content;
    response.writeHead(statusCode, {
      ...headers,
      "content-length": String(Buffer.byteLength(answer)),
      // Each connect of the page is to be its first: it has asked for nothing yet, and has no connection.
      ...(request.method === "OPTIONS" ? { "access-control-max-age": "0" } : {}),
      ...(request.headers.origin !== undefined && isCreate ? { connection: "close" } : {}),
    });
    response.end(answer);
  };
  const server = createServer({ key, cert }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 600_000;
  server.on("upgrade", (request: IncomingMessage, near, head) => {
    const far = connect(targetPort, "127.0.0.1");
    const lines = request.rawHeaders.flatMap((name, place) =>
      place % 2 === 0 ? [`${name}: ${request.rawHeaders[place + 1]}`] : [],
    );
    far.write(`${[`GET ${request.url} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
    far.write(head);
    far.pipe(near).pipe(far);
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
      for (const link of audio) link.close();
    },
  };
}

async function forward(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const { "transfer-encoding": _chunked, ...kept } = headers;
  const asking = httpRequest({
    port,
    host: "127.0.0.1",
    method,
    path: url,
    headers: { ...kept, "content-length": String(body.length) },
  });
  asking.end(body);
  const [reply] = (await once(asking, "response")) as [IncomingMessage];
  return reply;
}

function withoutCandidates(body: Buffer): Buffer {
  return Buffer.from(body.toString("latin1").replaceAll(/a=candidate:[^\r\n]*\r\n/g, ""), "latin1");
}

/** The answer with one address, which is that of a link to the address that it had. */
async function overTheDistance(answer: string, oneWayMs: number, links: Set<Link>): Promise<string> {
  const candidates = [
    ...answer.matchAll(/a=candidate:(\S+) 1 UDP (\d+) (\d+\.\d+\.\d+\.\d+) (\d+) typ host[^\r\n]*\r\n/gi),
  ];
  const chosen = candidates.find(([, , , address]) => address !== "127.0.0.1") ?? candidates[0];
  const [, foundation, priority, address = "", port] = chosen ?? [];
  if (chosen === undefined) throw new Error("The answer names no address.");
  const link = await startUdpLink({ address, port: Number(port) }, oneWayMs, CHECKS_OF_THE_STACK);
  links.add(link);
  let isPlaced = false;
  return answer.replaceAll(/a=candidate:[^\r\n]*\r\n/g, () => {
    if (isPlaced) return "";
    isPlaced = true;
    return `a=candidate:${foundation} 1 UDP ${priority} ${address} ${link.port} typ host\r\n`;
  });
}
