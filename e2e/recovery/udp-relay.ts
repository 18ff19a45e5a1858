import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** Stands between a browser's audio and the voice service, and can swallow it. */
export interface UdpRelay {
  /** The answer with this relay in place of the voice service's own addresses. Each call has a path of its own. */
  divert(answerSdp: string): Promise<string>;
  /** Swallows every packet of the calls that there are, both ways, until `unblock`; later calls are not touched. */
  block(): void;
  unblock(): void;
}

/** Of a candidate line (RFC 8839, section 5.1): what comes before address and port of UDP on this machine, and the port. */
const LOCAL_CANDIDATE = /^(a=candidate:\S+ \d+ udp \d+) 127\.0\.0\.1 (\d+) .*$/im;
const CANDIDATE = /^a=candidate:.*\r\n/gm;

/** Relays until the test is over. */
export function createUdpRelay(): UdpRelay {
  const blocked = new Set<Path>();
  const paths: Path[] = [];
  onTestFinished(() => {
    for (const { sockets } of paths) for (const socket of sockets) socket.close();
  });
  return {
    async divert(answerSdp) {
      const [line = "", start = "", port = ""] = LOCAL_CANDIDATE.exec(answerSdp) ?? [];
      if (line === "") throw new Error("The answer has no candidate on this machine.");
      const path: Path = { sockets: [] };
      paths.push(path);
      const own = await openPath(path, Number(port), () => blocked.has(path));
      const candidate = `${start} 127.0.0.1 ${own} typ host\r\n`;
      const at = answerSdp.indexOf(line);
      const others = (text: string) => text.replaceAll(CANDIDATE, "");
      return others(answerSdp.slice(0, at)) + candidate + others(answerSdp.slice(at));
    },
    block() {
      for (const path of paths) blocked.add(path);
    },
    unblock: () => blocked.clear(),
  };
}

interface Path {
  readonly sockets: Socket[];
}

/** Relays like a router: whoever sends is given a port of its own. Returns the port to send to. */
async function openPath({ sockets }: Path, targetPort: number, isBlocked: () => boolean): Promise<number> {
  const entrance = await open(sockets);
  const exits = new Map<number, Promise<Socket>>();
  const exitFor = async (senderPort: number, senderAddress: string): Promise<Socket> => {
    const exit = await open(sockets);
    exit.on("message", (packet) => {
      if (!isBlocked()) entrance.send(packet, senderPort, senderAddress);
    });
    return exit;
  };
  const pass = async (packet: Buffer, { port, address }: RemoteInfo): Promise<void> => {
    const exit = exits.get(port) ?? exitFor(port, address);
    exits.set(port, exit);
    const socket = await exit;
    if (!isBlocked()) socket.send(packet, targetPort, "127.0.0.1");
  };
  entrance.on("message", (packet, sender) => void pass(packet, sender));
  return entrance.address().port;
}

async function open(sockets: Socket[]): Promise<Socket> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("error", () => undefined);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
