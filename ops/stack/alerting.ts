import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startServer } from "../../fly-interview-hybrid/test/servers/server-process.ts";
import { findAlertmanager, findPrometheus } from "../../scripts/ensure-servers.js";

/** So many times faster than in production: a minute of a rule, or of Alertmanager's, is two seconds here. */
export const FASTER = 30;

/** Not made faster, because looking takes as long as ever: a busy machine would seem dead. */
const LOOK_EVERY = "1s";

const OPS = fileURLToPath(new URL("..", import.meta.url));

/** Somebody is told that an alert fires, or that it is over. */
export interface Notice {
  readonly alert: string;
  readonly status: "firing" | "resolved";
}

/** A Prometheus and an Alertmanager with the rules of `ops`, which look at one proxy. */
export interface Alerting {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** What whoever is on call was told so far. */
  readonly notices: readonly Notice[];
  close(): Promise<void>;
}

/** Starts both. `onNotice` is whoever is on call. */
export async function startAlerting(proxy: string, onNotice: (notice: Notice) => void): Promise<Alerting> {
  const [prometheus, alertmanager] = [findPrometheus(), findAlertmanager()];
  if (prometheus === undefined || alertmanager === undefined)
    throw new Error("Prometheus or Alertmanager is missing; `node scripts/ensure-servers.js` says what to do.");
  const notices: Notice[] = [];
  const pager = await startPager((notice) => {
    notices.push(notice);
    onNotice(notice);
  });
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  const manager = await startServer({
    prepare: (folder) => writeFileSync(join(folder, "alertmanager.yml"), alertmanagerSettings(pager.url)),
    command: (folder) => [
      alertmanager,
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      "--cluster.listen-address=",
    ],
    ready: /msg=(?:Listening|"Listening on")/,
    stopSignal: "SIGKILL",
  });
  const watcher = await startServer({
    prepare(folder) {
      writeFileSync(join(folder, "alerts.yml"), faster(readFileSync(join(OPS, "alerts.yml"), "utf8")));
      writeFileSync(join(folder, "prometheus.yml"), prometheusSettings(proxy, alertmanagerPort));
    },
    command: (folder) => [
      prometheus,
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ],
    ready: /Server is ready to receive web requests/,
    stopSignal: "SIGKILL",
  });
  return {
    prometheusUrl: `http://127.0.0.1:${prometheusPort}`,
    alertmanagerUrl: `http://127.0.0.1:${alertmanagerPort}`,
    notices,
    async close() {
      await watcher.stop();
      await manager.stop();
      await pager.close();
    },
  };
}

/** Every duration of a text in Prometheus's notation, divided. A duration stands in brackets, or behind `for:` and the like. */
export function faster(text: string): string {
  const SECONDS = { s: 1, m: 60, h: 3600 } as const;
  return text.replaceAll(
    /(\[|(?:for|interval|wait|group_wait|group_interval|evaluation_interval): )(\d+)([smh])\b/g,
    (_match, before: string, count: string, unit: keyof typeof SECONDS) =>
      `${before}${Math.round((Number(count) * SECONDS[unit] * 1000) / FASTER)}ms`,
  );
}

function prometheusSettings(proxy: string, alertmanagerPort: number): string {
  return faster(readFileSync(join(OPS, "prometheus.yml"), "utf8"))
    .replace(/scrape_interval: \w+/, `scrape_interval: ${LOOK_EVERY}`)
    .replace("localhost:9091", proxy)
    .replace("localhost:9093", `127.0.0.1:${alertmanagerPort}`);
}

/** JSON is YAML, and a part of the file that stands last may be added to. */
function alertmanagerSettings(pager: string): string {
  return faster(readFileSync(join(OPS, "alertmanager.yml"), "utf8")).replace(
    "  - name: operators\n",
    `  - ${JSON.stringify({ name: "operators", webhook_configs: [{ url: pager, send_resolved: true }] })}\n`,
  );
}

/** Whoever is on call. */
async function startPager(
  onNotice: (notice: Notice) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  interface Page {
    readonly alerts: readonly { readonly status: Notice["status"]; readonly labels: { readonly alertname: string } }[];
  }
  const server = createHttpServer((request, reply) => {
    void json(request)
      .then((page) => {
        for (const { status, labels } of (page as Page).alerts) onNotice({ alert: labels.alertname, status });
        return reply.end();
      })
      .catch(() => reply.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Neither program can be asked for any free port and then say which. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
