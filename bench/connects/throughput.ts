// Connects a second on one core, and what each costs of it: through the proxy, and in the same rounds through a bare pass-through and
// nginx. Load and voice service share the other core, so both are nginx and wrk, which take little of it; the sidebands' far end
// is a process on Node.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CREATE_BODY, CREATE_TYPE } from "./create-via.ts";
import { EXCHANGE_BODY } from "./exchange-via.ts";
import { post, keptConnections } from "./connect.ts";
import { ask, startLoadProcess } from "../processes/load-process.ts";
import { SECRET } from "../processes/load-token.ts";
import { startKeyAddingNginx, startNginx } from "../processes/nginx-process.ts";
import { keepOnCore, LOADING_CORE, MEASURED_CORE } from "../processes/one-core.ts";
import { processorTimeMs } from "../processes/processor-time.ts";
import { startMeasuredProxy } from "../processes/proxy-process.ts";
import { startServerProcess } from "../processes/server-process.ts";
import { answers, sdpNamed } from "../../fly-interview-hybrid/test/sdp/sdp-fixtures.ts";
import { hundredths, medianOf, medianRatio } from "../report/summary.ts";
import { runWrk, type WrkLoad } from "./wrk-process.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 1);
/** Connects through each before anything is measured: what runs often is compiled by then. */
const WARM_UP = Number(process.env.WARM_UP ?? 4000);
/** The pass-through still gets faster for so many times as many (measured), and these take a moment. */
const WARM_UPS_OF_PASS_THROUGH = 4;
const CONCURRENCIES = [16, 64, 256];
/** Where more fail, a rate does not count. */
const MOST_ERRORS_PERCENT = 1;
/** Opened in each round by a process that does nothing else; they stay open until it is over. */
const SIDEBANDS = 500;
/** More than connects are made in one measurement through the proxy. */
const TOKENS = 5000;
const SERVICE_TOKEN = "service-token-of-the-benchmark-0123456789";

interface Way {
  readonly through: string;
  readonly load: Pick<WrkLoad, "port" | "path" | "body" | "contentType">;
  readonly cpuMs: () => Promise<number>;
  readonly warmUp: number;
  /** Best of each round, and the processor time of a connect in all of the round. */
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
    const before = await processorTimeMs(opener.process.pid);
    await ask(opener.process, String(SIDEBANDS));
    return ((await processorTimeMs(opener.process.pid)) - before) / SIDEBANDS;
  };
  const create = { path: "/v1/realtime/calls", body: CREATE_BODY, contentType: CREATE_TYPE };
  const exchange = { path: "/api/sdp-exchange", body: EXCHANGE_BODY, contentType: "application/json" };
  const none = () => Promise.resolve();
  const way = (through: string, pid: number | undefined, load: Way["load"], rest: Partial<Way> = {}): Way => {
    const cpuMs = () => processorTimeMs(pid);
    return { through, load, cpuMs, after: none, warmUp: WARM_UP, rates: [], cpuMsPerConnect: [], ...rest };
  };
  const ways: readonly Way[] = [
    way(
      "passThrough",
      bare.process.pid,
      { port: bare.port, ...create },
      { warmUp: WARM_UP * WARM_UPS_OF_PASS_THROUGH },
    ),
    way("nginx", nginx.pid, { port: nginx.port, ...create }),
    way("proxy", proxy.process.pid, { port: proxy.port, ...exchange }, { after: () => endAll(proxy.port) }),
  ];
  const run = async ({ load, after }: Way, concurrency: number, seconds: number) => {
    const report = await runWrk(folder, { ...load, concurrency, seconds, tokens: TOKENS });
    return { report, after };
  };
  for (const each of ways)
    for (let connects = 0; connects < each.warmUp; ) {
      const { report, after } = await run(each, 64, SECONDS);
      await after();
      connects += report.answers;
    }
  await openSidebands();
  for (let round = 0; round < ROUNDS; round += 1) {
    cpuMsPerSideband.push(await openSidebands());
    for (const each of ways) {
      let [best, cpuMs, connects] = [0, 0, 0];
      for (const concurrency of CONCURRENCIES) {
        const before = await each.cpuMs();
        const { report, after } = await run(each, concurrency, SECONDS);
        const used = (await each.cpuMs()) - before;
        if (report.errorsPercent <= MOST_ERRORS_PERCENT) best = Math.max(best, report.perSecond);
        [cpuMs, connects] = [cpuMs + used, connects + report.answers];
        raw.push({ round, through: each.through, concurrency, cpuMsPerConnect: used / report.answers, ...report });
        console.error(`${each.through}, ${concurrency} at once: ${JSON.stringify(report)}`);
        await after();
      }
      each.rates.push(best);
      each.cpuMsPerConnect.push(cpuMs / connects);
    }
  }
  console.log(JSON.stringify({ ...figuresOf(ways, cpuMsPerSideband), raw }));
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

function figuresOf(ways: readonly Way[], cpuMsPerSideband: readonly number[]) {
  const found = ways.map(({ through, rates, cpuMsPerConnect }) => {
    return {
      through,
      connectsPerSecond: Math.round(medianOf(rates)),
      ofRounds: rates.join(", "),
      cpuMsPerConnect: hundredths(medianOf(cpuMsPerConnect)),
      cpuMsOfRounds: cpuMsPerConnect.map(hundredths).join(", "),
    };
  });
  const named = (name: string) => ways.find(({ through }) => through === name);
  const [proxy, bare] = [named("proxy"), named("passThrough")];
  if (proxy === undefined || bare === undefined) throw new Error("There are both.");
  const bareAndSideband = bare.cpuMsPerConnect.map((ms, round) => ms + (cpuMsPerSideband[round] ?? Number.NaN));
  return {
    rounds: ROUNDS,
    ofPassThrough: medianRatio(proxy.rates, bare.rates),
    cpuOverPassThrough: medianRatio(proxy.cpuMsPerConnect, bare.cpuMsPerConnect),
    cpuMsPerSideband: hundredths(medianOf(cpuMsPerSideband)),
    cpuOverPassThroughAndSideband: medianRatio(proxy.cpuMsPerConnect, bareAndSideband),
    ways: found,
  };
}
