import { join } from "node:path";
import { Client } from "pg";
import { findPostgres } from "../../../scripts/ensure-servers.js";
import { runUnprivileged, startServer } from "./server-process.ts";

/** A Postgres of the tests' own, reached by a Unix socket in its own folder. */
export interface PostgresServer {
  /** Path of its socket. */
  readonly socket: string;
  /** Makes an empty database; returns its name. */
  createDatabase(): Promise<string>;
  /** Address of a database, as DATABASE_URL has it. */
  urlOf(database: string): string;
  /** Opens a connection of the test's own; the test ends it. */
  connect(database: string): Promise<Client>;
  /** Ends it as a power cut would; its connections break. */
  crash(): Promise<void>;
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

const USER = "proxy";
const PORT = 5432;
/** Nobody reaches it but by its socket; and what it forgets in a power cut, no test misses. */
const SETTINGS = ["--listen_addresses=", "--fsync=off", "--full_page_writes=off", "--autovacuum=off"];

export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) {
    throw new Error("Postgres is missing; `node scripts/ensure-servers.js` says what to do.");
  }
  const dataOf = (folder: string): string => join(folder, "data");
  const server = await startServer({
    prepare(folder) {
      const layout = ["--pgdata", dataOf(folder), "--username", USER, "--encoding", "UTF8", "--no-locale"];
      runUnprivileged(join(programs, "initdb"), [...layout, "--auth", "trust", "--no-sync", "--no-instructions"]);
    },
    command: (folder) => [
      join(programs, "postgres"),
      "-D",
      dataOf(folder),
      `--unix_socket_directories=${folder}`,
      `--port=${PORT}`,
      ...SETTINGS,
    ],
    ready: /database system is ready to accept connections/,
    stopSignal: "SIGQUIT",
  });

  const urlOf = (database: string): string =>
    `postgres:///${database}?host=${encodeURIComponent(server.folder)}&port=${PORT}&user=${USER}`;
  const connect = async (database: string): Promise<Client> => {
    const client = new Client({ connectionString: urlOf(database) });
    await client.connect();
    return client;
  };
  let admin = await connect("postgres");
  let databases = 0;
  return {
    socket: join(server.folder, `.s.PGSQL.${PORT}`),
    async createDatabase() {
      const name = `test_${(databases += 1)}`;
      await admin.query(`create database ${name}`);
      return name;
    },
    urlOf,
    connect,
    async crash() {
      await admin.end();
      await server.crash();
    },
    async startAgain() {
      await server.startAgain();
      admin = await connect("postgres");
    },
    async stop() {
      await admin.end().catch(() => undefined);
      await server.stop();
    },
  };
}
