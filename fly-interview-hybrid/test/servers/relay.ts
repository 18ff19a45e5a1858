import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server over TCP on loopback, which a test can cut. */
export interface Relay {
  readonly port: number;
  /** Breaks all connections; new ones break at once. */
  cut(): void;
  /** Loses every byte, and says nothing of it. */
  silence(): void;
  /** New connections pass again. */
  restore(): void;
  close(): Promise<void>;
}

/** To the server behind a Unix socket, or on a port of this machine. */
export async function startRelay(target: string | number): Promise<Relay> {
  let state: "open" | "cut" | "silent" = "open";
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on("data", (bytes) => state === "silent" || other.write(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (state === "cut") {
      client.destroy();
      return;
    }
    const outgoing = typeof target === "string" ? connect(target) : connect(target, "127.0.0.1");
    keep(client, outgoing);
    keep(outgoing, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = "cut";
      breakAll();
    },
    silence() {
      state = "silent";
    },
    restore() {
      // What passed before the silence no longer fits what comes after it.
      if (state === "silent") breakAll();
      state = "open";
    },
    async close() {
      state = "cut";
      breakAll();
      server.close();
      await once(server, "close");
    },
  };
}
