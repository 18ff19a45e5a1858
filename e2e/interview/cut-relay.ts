import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Stands between a page and a server, and can be cut like a cable. */
export interface CutRelay {
  readonly port: number;
  /** Breaks every connection, and lets no other come about. */
  cut(): void;
  mend(): void;
  /** Leads every further connection to another port, as a load balancer does. */
  pointAt(port: number): void;
}

/** Relays TCP to a port of this machine, until the test is over. */
export async function startCutRelay(firstPort: number): Promise<CutRelay> {
  let targetPort = firstPort;
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((incoming) => {
    if (isCut) {
      incoming.destroy();
      return;
    }
    const outgoing = connect(targetPort, "localhost");
    keep(incoming, outgoing);
    keep(outgoing, incoming);
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(async () => {
    server.close();
    breakAll();
    await once(server, "close");
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    pointAt(port) {
      targetPort = port;
    },
  };
}
