// Connects a second on one core, and what each costs of it: through the proxy, and in the same rounds through a bare pass-through and
// nginx. Load and voice service share the other core, so both are nginx and wrk, which take little of it; the sidebands' far end
// is a process on Node.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CREATE_BODY, CREATE_TYPE } from "./create-via.ts";
import { EXCHANGE_BODY } from "./exchange-via.ts";
import { post, keptConnections } from "./connect.ts";
import { ask, startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { startKeyAddingNginx, startNginx } from "../processes/nginx-process.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { answers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import { hundredths, medianOf } from "../report/summary.ts";
import { runWrk, type WrkLoad } from "./wrk-process.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 2);
/** Connects through each before anything is measured: what runs often is compiled by then. */
const WARM_UP = Number(process.env.WARM_UP ?? 4000);
const CONCURRENCIES = [16, 64, 256];
/** Where more fail, a rate does not count. */
const MOST_ERRORS_PERCENT = 1;
/** Opened in each round by a process that does nothing else; they stay open until it is over. */
const SIDEBANDS = 500;
/** More than are made in one measurement through the proxy. */
const TOKENS = 20_000;
const SERVICE_TOKEN = "service-token-of-the-benchmark-0123456789";

interface Way {
  readonly through: string;
  readonly load: Pick<WrkLoad, "port" | "path" | "body" | "contentType">;
  readonly cpuMs: () => Promise<number>;
  /** Best of each round, and the processor time of its connects. */
  readonly rates: number[];
  readonly cpuMsPerConnect: number[];
  readonly after: () => Promise<void>;
}

/** What each run of wrk told. */
const raw: object[] = [];
const closing: (() => Promise<unknown>)[] = [];
const opened = <T>(thing: T, close: (thing: T) => Promise<unknown>): T => {
  closing.push(() => close(thing));
  return thing;
};
const stop = (process: { stop(): Promise<void> }) => process.stop();
try {
  const folder = opened(await mkdtemp(join(tmpdir(), "throughput-")), (path) => rm(path, { recursive: true }));
  const sidebands = opened(
    await startLoadProcess(new URL("fixed-delay-upstream.ts", import.meta.url), LOADING_CORE),
    stop,
  );
  const upstream = opened(await startNginx(LOADING_CORE, voiceService(Number(sidebands.greeting))), stop);
  const bare = opened(
    await startServerProcess(new URL("pass-through.js", import.meta.url), {
      arguments: [`http://127.0.0.1:${upstream.port}`],
    }),
    stop,
  );
  keepOnCore(MEASURED_CORE, bare.process.pid);
  const nginx = opened(await startKeyAddingNginx(MEASURED_CORE, upstream.port), stop);
  const proxy = opened(
    await startMeasuredProxy({
      OPENAI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`,
      JWT_SECRET: SECRET,
      SERVICE_TOKEN,
      MAX_SESSIONS: "100000",
      DATABASE_URL: `file:${join(folder, "proxy.db")}`,
    }),
    stop,
  );
  const opener = opened(
    await startServerProcess(new URL("sideband-opener.js", import.meta.url), {
      arguments: [String(upstream.port)],
      // For a channel by which it can be told.
      nodeOptions: ["--no-warnings"],
    }),
    stop,
  );
  keepOnCore(MEASURED_CORE, opener.process.pid);
  const cpuMsPerSideband: number[] = [];
  const openSidebands = async () => {
    const before = await cpuMsOf(opener.process.pid);
    await ask(opener.process, String(SIDEBANDS));
    return ((await cpuMsOf(opener.process.pid)) - before) / SIDEBANDS;
  };
  const create = { path: "/v1/realtime/calls", body: CREATE_BODY, contentType: CREATE_TYPE };
  const exchange = { path: "/api/sdp-exchange", body: EXCHANGE_BODY, contentType: "application/json" };
  const none = () => Promise.resolve();
  const way = (through: string, load: Way["load"], cpuMs: Way["cpuMs"], after = none): Way => {
    return { through, load, cpuMs, after, rates: [], cpuMsPerConnect: [] };
  };
  const ways: readonly Way[] = [
    way("passThrough", { port: bare.port, ...create }, () => cpuMsOf(bare.process.pid)),
    way("nginx", { port: nginx.port, ...create }, () => cpuMsOf(nginx.pid)),
    way(
      "proxy",
      { port: proxy.port, ...exchange },
      () => cpuMsOf(proxy.process.pid),
      () => endAll(proxy.port),
    ),
  ];
  const run = async ({ load, after }: Way, concurrency: number, seconds: number) => {
    const report = await runWrk(folder, { ...load, concurrency, seconds, tokens: TOKENS });
    return { report, after };
  };
  for (const each of ways)
    for (let connects = 0; connects < WARM_UP; ) {
      const { report, after } = await run(each, 64, SECONDS);
      await after();
      connects += report.answers;
    }
  await openSidebands();
  for (let round = 0; round < ROUNDS; round += 1) {
    cpuMsPerSideband.push(await openSidebands());
    for (const each of ways) {
      let best = { perSecond: 0, cpuMsPerConnect: Number.NaN };
      for (const concurrency of CONCURRENCIES) {
        const before = await each.cpuMs();
        const { report, after } = await run(each, concurrency, SECONDS);
        const cpuMsPerConnect = ((await each.cpuMs()) - before) / report.answers;
        if (report.errorsPercent <= MOST_ERRORS_PERCENT && report.perSecond > best.perSecond)
          best = { perSecond: report.perSecond, cpuMsPerConnect };
        raw.push({ round, through: each.through, concurrency, cpuMsPerConnect, ...report });
        console.error(`${each.through}, ${concurrency} at once: ${JSON.stringify(report)}`);
        await after();
      }
      each.rates.push(best.perSecond);
      each.cpuMsPerConnect.push(best.cpuMsPerConnect);
    }
  }
  console.log(JSON.stringify({ ...figuresOf(ways, medianOf(cpuMsPerSideband)), raw }));
} finally {
  for (const close of closing.toReversed()) await close();
}

/** Answers creates and hang-ups at once; sidebands are another process's. */
function voiceService(sidebandPort: number): string {
  const quoted = sdpNamed(answers, "openai-audio-only").replaceAll("\r\n", "\\r\\n").replaceAll('"', '\\"');
  const answer = quoted.replaceAll("$", "$dollar");
  return `geo $dollar { default "$"; }
    upstream sidebands { server 127.0.0.1:${sidebandPort}; }
    server {
      listen 127.0.0.1:$PORT backlog=4096;
      default_type application/sdp;
      location = /v1/realtime/calls {
        add_header Location /v1/realtime/calls/rtc_$request_id always;
        return 201 "${answer}";
      }
      location = /v1/realtime {
        proxy_pass http://sidebands;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_read_timeout 1h;
      }
      location / { return 200; }
    }`;
}

/** What a process and its threads have used, in milliseconds. */
async function cpuMsOf(pid: number | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) * 10;
}

/** Ends every session that runs, as the platform's backend does. */
async function endAll(port: number): Promise<void> {
  const agent = keptConnections(8);
  const request = (method: "GET" | "DELETE", path: string) =>
    post({ agent, port, method, path, headers: { authorization: `Bearer ${SERVICE_TOKEN}` }, body: "" });
  for (;;) {
    const page = JSON.parse(await request("GET", "/api/sessions?status=running&limit=100")) as {
      readonly sessions: readonly { readonly sessionId: string }[];
    };
    if (page.sessions.length === 0) break;
    await Promise.all(page.sessions.map(({ sessionId }) => request("DELETE", `/api/sessions/${sessionId}`)));
  }
  agent.destroy();
}

function figuresOf(ways: readonly Way[], cpuMsPerSideband: number) {
  const found = ways.map(({ through, rates, cpuMsPerConnect }) => {
    return {
      through,
      connectsPerSecond: Math.round(medianOf(rates)),
      ofRounds: rates.join(", "),
      cpuMsPerConnect: hundredths(medianOf(cpuMsPerConnect)),
    };
  });
  const named = (name: string) => found.find(({ through }) => through === name);
  const [proxy, bare] = [named("proxy"), named("passThrough")];
  if (proxy === undefined || bare === undefined) throw new Error("There are both.");
  return {
    rounds: ROUNDS,
    ofPassThrough: hundredths(proxy.connectsPerSecond / bare.connectsPerSecond),
    cpuOverPassThrough: hundredths(proxy.cpuMsPerConnect / bare.cpuMsPerConnect),
    cpuMsPerSideband: hundredths(cpuMsPerSideband),
    cpuOverPassThroughAndSideband: hundredths(proxy.cpuMsPerConnect / (bare.cpuMsPerConnect + cpuMsPerSideband)),
    ways: found,
  };
}
