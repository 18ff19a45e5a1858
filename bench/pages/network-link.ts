import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A stretch of network, in user space. */
export interface Link {
  readonly port: number;
  close(): void;
}

/** Something that is on its way. */
interface OnItsWay {
  readonly dueAt: number;
  readonly arrive: () => void;
}

/** Delivers in the order of sending, each after its time. */
class DelayLine {
  readonly #queue: OnItsWay[] = [];
  #isWaiting = false;

  send(dueAt: number, arrive: () => void): void {
    this.#queue.push({ dueAt: Math.max(dueAt, this.#queue.at(-1)?.dueAt ?? 0), arrive });
    if (!this.#isWaiting) this.#wait();
  }

  #wait(): void {
    this.#isWaiting = true;
    const dueIn = Math.max(0, (this.#queue[0]?.dueAt ?? 0) - performance.now());
    setTimeout(() => {
      while ((this.#queue[0]?.dueAt ?? Number.POSITIVE_INFINITY) <= performance.now()) this.#queue.shift()?.arrive();
      this.#isWaiting = false;
      if (this.#queue.length > 0) this.#wait();
    }, dueIn);
  }
}

/**
 * TCP to a port of this machine, over a distance: what is sent arrives after `oneWayMs`. The kernel opens both ends at once, so that what opening
 * costs, a round trip, is waited for before the first bytes go.
 */
export async function startTcpLink(targetPort: number, oneWayMs: number): Promise<Link> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const openAt = performance.now() + 2 * oneWayMs;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      const line = new DelayLine();
      const send = (arrive: () => void): void => line.send(Math.max(performance.now(), openAt) + oneWayMs, arrive);
      from.setNoDelay(true);
      from.on("data", (data) => send(() => to.write(data)));
      from.once("end", () => send(() => to.end()));
      from.once("close", () => {
        sockets.delete(from);
        send(() => to.destroy());
      });
      // `close` follows.
      from.on("error", () => undefined);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What goes over a link as if there were no distance. */
export interface Undelayed {
  readonly outwards: (packet: Buffer) => boolean;
  readonly back: (packet: Buffer) => boolean;
}

/** UDP to an address of this machine, from one peer, over a distance. */
export async function startUdpLink(
  target: { readonly address: string; readonly port: number },
  oneWayMs: number,
  undelayed: Undelayed = { outwards: () => false, back: () => false },
): Promise<Link> {
  const [near, far] = await Promise.all([boundSocket(target.address), boundSocket(target.address)]);
  let peer: RemoteInfo | undefined;
  const [outwards, back] = [new DelayLine(), new DelayLine()];
  let isClosed = false;
  const whileOpen = (send: () => void) => (): void => {
    if (!isClosed) send();
  };
  near.on("message", (packet, from) => {
    peer = from;
    const arrive = whileOpen(() => far.send(packet, target.port, target.address));
    if (undelayed.outwards(packet)) arrive();
    else outwards.send(performance.now() + oneWayMs, arrive);
  });
  far.on("message", (packet) => {
    const arrive = whileOpen(() => peer && near.send(packet, peer.port, peer.address));
    if (undelayed.back(packet)) arrive();
    else back.send(performance.now() + oneWayMs, arrive);
  });
  return {
    port: near.address().port,
    close() {
      if (isClosed) return;
      isClosed = true;
      near.close();
      far.close();
    },
  };
}

async function boundSocket(address: string): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}
