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
  /** How packets fare from now on, in every call; without an argument as they should. */
  impair(impairment?: Impairment): void;
  /** Packets leave from other ports from now on, as where a candidate's address has changed. */
  changeAddress(): void;
  /** Bytes of UDP in the largest packet that was carried. */
  largestBytes(): number;
}

/** What a bad network does to packets, each way. */
export interface Impairment {
  /** Of a hundred so many are lost. */
  readonly lossPercent?: number;
  /** Each is late by up to so many milliseconds, and may be overtaken. */
  readonly jitterMs?: number;
  /** Those that would be larger with the heads of IPv4 and UDP are swallowed without a word, in bytes. */
  readonly mtu?: number;
}

export interface UdpRelayOptions {
  /** The candidate's network lets no UDP pass: packets come in from this address alone, a TURN server's. */
  readonly onlyFrom?: string;
  /** Makes of a packet for the voice service what is sent on, given the password of its end (RFC 8445, section 5.3). */
  readonly rewrite?: (packet: Buffer, password: string) => Buffer;
}

/** Of a candidate line (RFC 8839, section 5.1): what comes before address and port of UDP on this machine, and the port. */
const LOCAL_CANDIDATE = /^(a=candidate:\S+ \d+ udp \d+) 127\.0\.0\.1 (\d+) .*$/im;
const CANDIDATE = /^a=candidate:.*\r\n/gm;

/** Of IPv4 without options, and UDP. */
const HEADS_BYTES = 28;

/** Relays until the test is over. */
export function createUdpRelay({ onlyFrom, rewrite }: UdpRelayOptions = {}): UdpRelay {
  const blocked = new Set<Path>();
  const paths: Path[] = [];
  let impairment: Impairment = {};
  let largestBytes = 0;
  const carry = (path: Path, bytes: number, send: () => void): void => {
    const { lossPercent = 0, jitterMs = 0, mtu = Infinity } = impairment;
    if (blocked.has(path) || Math.random() * 100 < lossPercent || bytes + HEADS_BYTES > mtu) return;
    largestBytes = Math.max(largestBytes, bytes);
    if (jitterMs === 0) send();
    else setTimeout(send, Math.random() * jitterMs);
  };
  onTestFinished(() => {
    for (const { sockets } of paths) for (const socket of sockets) socket.close();
  });
  return {
    async divert(answerSdp) {
      const [line = "", start = "", port = ""] = LOCAL_CANDIDATE.exec(answerSdp) ?? [];
      if (line === "") throw new Error("The answer has no candidate on this machine.");
      const [, password = ""] = /^a=ice-pwd:(\S+)/m.exec(answerSdp) ?? [];
      const path: Path = {
        sockets: [],
        exits: new Map(),
        carry: (bytes, send) => carry(path, bytes, send),
        isLetIn: (address) => onlyFrom === undefined || address === onlyFrom,
        rewritten: (packet) => rewrite?.(packet, password) ?? packet,
      };
      paths.push(path);
      const own = await openPath(path, Number(port));
      const candidate = `${start} 127.0.0.1 ${own} typ host\r\n`;
      const at = answerSdp.indexOf(line);
      const others = (text: string) => text.replaceAll(CANDIDATE, "");
      return others(answerSdp.slice(0, at)) + candidate + others(answerSdp.slice(at));
    },
    block() {
      for (const path of paths) blocked.add(path);
    },
    unblock: () => blocked.clear(),
    impair(next = {}) {
      impairment = next;
    },
    largestBytes: () => largestBytes,
    changeAddress() {
      for (const path of paths) {
        for (const exit of path.exits.values()) void exit.then((socket) => retire(path, socket));
        path.exits.clear();
      }
    },
  };
}

interface Path {
  readonly sockets: Socket[];
  /** By the port of the sender. */
  readonly exits: Map<number, Promise<Socket>>;
  readonly carry: (bytes: number, send: () => void) => void;
  readonly isLetIn: (address: string) => boolean;
  readonly rewritten: (packet: Buffer) => Buffer;
}

/** Relays like a router: whoever sends is given a port of its own. Returns the port to send to. */
async function openPath({ sockets, exits, carry, isLetIn, rewritten }: Path, targetPort: number): Promise<number> {
  const entrance = await open(sockets);
  const exitFor = async (senderPort: number, senderAddress: string): Promise<Socket> => {
    const exit = await open(sockets);
    exit.on("message", (packet) => {
      carry(packet.length, () => sendOn(entrance, packet, senderPort, senderAddress));
    });
    return exit;
  };
  const pass = async (packet: Buffer, { port, address }: RemoteInfo): Promise<void> => {
    if (!isLetIn(address)) return;
    const exit = exits.get(port) ?? exitFor(port, address);
    exits.set(port, exit);
    const socket = await exit;
    carry(packet.length, () => sendOn(socket, rewritten(packet), targetPort, "127.0.0.1"));
  };
  entrance.on("message", (packet, sender) => void pass(packet, sender));
  return entrance.address().port;
}

/** Nothing that is sent to it arrives any more. */
function retire({ sockets }: Path, socket: Socket): void {
  sockets.splice(sockets.indexOf(socket), 1);
  socket.close();
}

async function open(sockets: Socket[]): Promise<Socket> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("error", () => undefined);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** What is late may come when all is over. */
function sendOn(socket: Socket, packet: Buffer, port: number, address: string): void {
  try {
    socket.send(packet, port, address);
  } catch {
    // The socket is closed.
  }
}
